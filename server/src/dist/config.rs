//! The one thing that the server needs from the app's `config.json`: where the API is.

use std::path::Path;

use axum::http::Uri;
use serde::Deserialize;

use crate::options::origin_of;

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default)]
    api: Option<String>,
}

/// The origin of the API if the configuration names one elsewhere. A file that can't be read is logged
/// and otherwise left to the app, which tells the person what is wrong with it.
pub(super) fn api_origin(path: &Path) -> Option<String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            if error.kind() != std::io::ErrorKind::NotFound {
                tracing::warn!(%error, "config.json of the app can't be read");
            }
            return None;
        }
    };
    match serde_json::from_str::<Config>(&text) {
        Ok(config) => origin_in(&config.api?),
        Err(error) => {
            tracing::warn!(%error, "config.json of the app is not what it should be");
            None
        }
    }
}

/// `None` for an address on the app's own origin (`/`, `/prefix`), and for one that makes no sense.
fn origin_in(api: &str) -> Option<String> {
    let uri: Uri = api.trim().parse().ok()?;
    let origin = matches!(uri.scheme_str(), Some("http" | "https"))
        .then(|| origin_of(&uri))
        .flatten();
    if origin.is_none() && uri.scheme().is_some() {
        tracing::warn!(api, "the API address in config.json has no usable origin");
    }
    origin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_of_apis() {
        let check = |api, expected: Option<&str>| {
            assert_eq!(origin_in(api).as_deref(), expected, "{api:?}");
        };
        check("https://API.example/some/prefix", Some("https://api.example"));
        check("http://localhost:8000", Some("http://localhost:8000"));
        check("/", None);
        check("/prefix", None);
        check("", None);
        check("https://me:secret@api.example/", None);
        check("ftp://api.example", None);
        check("https://api.example;script-src *", None);
    }

    #[test]
    fn files() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.json");
        assert_eq!(api_origin(&path), None);
        let check = |text: &str, expected: Option<&str>| {
            std::fs::write(&path, text).unwrap();
            assert_eq!(api_origin(&path).as_deref(), expected, "{text}");
        };
        check(
            r#"{"api": "https://api.example/v1", "auth": "none"}"#,
            Some("https://api.example"),
        );
        check(r#"{"api": null}"#, None);
        check("{}", None);
        check("[", None);
        check(r#"{"api": 7}"#, None);
    }
}
