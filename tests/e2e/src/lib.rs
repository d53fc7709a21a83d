//! Whole journeys through the app: a real browser, a real server, a real database.
//!
//! | module | what it holds |
//! |---|---|
//! | [`driver`] | the WebDriver programs and other child processes |
//! | [`environment`] | the programs and folders that `cargo xtask test e2e` names |
//! | [`browser`] | one browser session with a fresh profile, in Chromium or Firefox |
//! | [`session`] | a browser that can be killed, and its successor on the same disk |
//! | [`console`] | what the page logged, and what its security policy stopped |
//! | [`find`] | elements by role and accessible name, and waiting for them |
//! | [`foreign`] | servers unlike ours: a scripted one, json-server, Django REST framework |
//! | [`site`] | the built app as static files, with a configuration of its own |
//! | [`host`] | an origin that goes away and comes back, with releases that follow each other |
//! | [`proxy`] | a proxy that resets, cuts, loses, delays and falsifies answers, and the matrix of these faults |
//! | [`ledger`] | what the person did against what the database holds: lost, twice, wrong |
//! | [`server`] | the bundled server on a database of its own, and the rows in it |
//! | [`page`] | the pages of the app in the words of the people who use them |
//! | [`axe`] | the accessibility rules of WCAG 2.2 AA, checked on the page as it stands |
//!
//! The journeys themselves are in `tests/journeys/`; `examples/screenshots.rs` takes the pictures of the
//! README with the same parts.

pub mod axe;
pub mod browser;
mod capabilities;
pub mod console;
pub mod driver;
pub mod environment;
pub mod find;
pub mod foreign;
pub mod host;
pub mod ledger;
pub mod page;
pub mod proxy;
pub mod server;
pub mod session;
pub mod site;
