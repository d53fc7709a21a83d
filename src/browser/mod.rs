//! The browser, wrapped thinly: no decisions, no panics. What a browser refuses comes back as an error
//! or as nothing.

pub mod address;
pub mod history;
pub mod page;
pub mod storage;
