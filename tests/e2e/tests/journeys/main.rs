//! Whole journeys through the app, each in Chromium and in Firefox, against a real server on a database of
//! its own. Run them with `cargo xtask test e2e`; a part of a name picks some: `cargo xtask test e2e
//! keyboard`.
//!
//! | module | what it shows |
//! |---|---|
//! | `five_calls` | each call of the API, made by hand and found in the database |
//! | `faces` | loading, slow, failed, stale and empty look different and lead on |
//! | `addresses` | every address by itself, reloaded, and through back and forward |
//! | `sub_path` | the same app below `/app/` |
//! | `layout` | wide, tablet and phone; the place in the list is kept |
//! | `long_list` | thousands of rows: the scrollbar, the focus and the place in them |
//! | `selection` | several tasks: by clicks, keys and taps; done, undone and exported at once |
//! | `search` | what is found as it is typed, among thousands, and what the address and a screen reader say of it |
//! | `quick_add` | one line and Enter; the counter; pasted lines; a refusal |
//! | `descriptions` | Markdown: shown, ticked with and without a network, previewed |
//! | `finishing` | the line through a task, and its return when that fails |
//! | `form` | typed text outlives errors, navigation and reloads |
//! | `bad_input` | everything people can type or paste that is wrong |
//! | `bad_answers` | everything a server can answer that is wrong |
//! | `matrix` | every fault of the network and the server, and what becomes of each edit |
//! | `crashes` | the browser is killed, and another goes on with what is on the disk |
//! | `transfer` | import of every format and of bad files, cancelled, offline, by keys; export and back |
//! | `tabs` | several tabs at once, one of them frozen or closed |
//! | `outages` | no server, no room, or a store that another version has written |
//! | `settings` | the API address and the connection check |
//! | `security` | the policy holds, and nothing a server says is taken for markup |
//! | `xss` | a corpus of attacks, as summaries, descriptions and answers of a server |
//! | `keyboard` | the main journey without a mouse |
//! | `keys` | single keys, the help sheet and the palette: what they do, and when they do nothing |
//! | `appearance` | colours, density, large text, contrast and print |
//! | `accessibility` | axe on every page, light and dark, wide and narrow |
//! | `first_rows` | the first tasks are there before the app's code, and nothing done in between is lost |
//! | `offline` | it opens with no network, at every address, and answers for nothing else |
//! | `later` | the pages' code comes after the list, and may not come at all |
//! | `update` | a new release waits, an old tab keeps working, and all of it can be taken back |
//! | `other_servers` | servers that are nothing like ours |

use std::path::Path;

use anyhow::Result;
use strikethrough_e2e::browser::{Browser, Kind};

/// Makes each named journey a test in both browsers: `journey_name::chromium` and `journey_name::firefox`.
macro_rules! in_both_browsers {
    ($($journey:ident),+ $(,)?) => {$(
        mod $journey {
            use strikethrough_e2e::browser::Kind;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn chromium() -> anyhow::Result<()> {
                $crate::run(Kind::Chromium, module_path!(), super::$journey).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn firefox() -> anyhow::Result<()> {
                $crate::run(Kind::Firefox, module_path!(), super::$journey).await
            }
        }
    )+};
}

/// As the app writes a number of less than a million in English.
pub(crate) fn grouped(number: usize) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        thousands => format!("{thousands},{:03}", number % 1_000),
    }
}

mod accessibility;
mod addresses;
mod appearance;
mod bad_answers;
mod bad_input;
mod crashes;
mod descriptions;
mod faces;
mod finishing;
mod first_rows;
mod five_calls;
mod form;
mod kept;
mod keyboard;
mod keys;
mod languages;
mod later;
mod layout;
mod long_list;
mod matrix;
mod offline;
mod other_servers;
mod outages;
mod quick_add;
mod search;
mod security;
mod selection;
mod settings;
mod sub_path;
mod tabs;
mod transfer;
mod update;
mod xss;

/// Runs one journey in one browser; the picture of a page where it failed goes to `target/tmp`.
async fn run(kind: Kind, name: &str, journey: impl AsyncFnOnce(&Browser) -> Result<()>) -> Result<()> {
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR"));
    Browser::run(kind, pictures, &format!("{name}::{kind:?}"), journey).await
}
