//! The app, mounted whole with its contexts, against real servers.

mod adding;
mod addresses;
mod conflicts;
mod connection_check;
mod descriptions;
mod device_only;
mod discarding;
mod drafts;
mod editing;
mod faces;
mod finishing;
mod kept;
mod leaving;
mod opened;
mod searching;
mod settings;
mod tabs;
mod transferring;
mod unkept;

use serde_json::{Value, json};

/// A task of a scripted server.
fn task(id: impl Into<Value>, summary: &str, description: &str) -> Value {
    json!({ "id": id.into(), "summary": summary, "description": description })
}
