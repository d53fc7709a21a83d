//! The browser, wrapped thinly: no decisions, no panics. What a browser refuses comes back as an error
//! or as nothing.
//!
//! | module | standard | for |
//! |---|---|---|
//! | [`store`] | Indexed Database API 3.0 | the records on the device |
//! | [`space`] | Storage | room for them, and the wish to keep them |
//! | [`locks`] | Web Locks API | one sender among the tabs |
//! | [`channel`] | HTML, `BroadcastChannel` | telling the other tabs |
//! | [`connectivity`] | HTML, Page Lifecycle | hints that it may be worth trying again |
//! | [`stream`] | Streams | a body as it arrives |
//! | [`clock`], [`random`] | HR-Time, Web Cryptography API | what the pure half is given |
//! | [`fold`] | ECMAScript, Unicode | texts made comparable |
//! | [`highlight`] | CSS Custom Highlight API | marked stretches of text |
//! | [`look`] | DOM | the look that the style sheets follow |
//! | [`style`] | CSSOM | style sheets that come with code that is loaded later |
//! | [`early`], [`shell`] | Fetch, HTML | what `start.js` has asked for and drawn |
//! | [`files`] | File API, Clipboard API | taking data out, and files that are brought |
//! | [`updates`] | Service Workers | news of a newer release |
//! | [`words`] | ECMA-402 | the page's language: its texts, numbers and times |
//! | [`capture`] | DOM, UI Events | clicks, before anything else hears of them |
//! | [`pane`] | CSSOM View, Resize Observer | the part of the page that scrolls |
//! | [`address`], [`history`], [`page`], [`storage`] | HTML, URL | the page itself |

pub mod address;
pub mod capture;
pub mod channel;
pub mod clock;
pub mod connectivity;
pub mod early;
pub mod files;
pub mod fold;
pub mod highlight;
pub mod history;
pub mod locks;
pub mod look;
pub mod page;
pub mod pane;
pub mod random;
pub mod shell;
pub mod space;
pub mod storage;
pub mod store;
pub mod stream;
pub mod style;
pub mod updates;
pub mod words;

use wasm_bindgen::JsValue;

/// A property that not every browser has, or not everywhere: `None` when it is missing, empty, or may not
/// be looked at.
fn part(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &JsValue::from(name))
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// The same, of `navigator`.
fn navigator_part(name: &str) -> Option<JsValue> {
    part(&part(&js_sys::global(), "navigator")?, name)
}
