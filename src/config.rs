//! `config.json`, which the operator of a site writes, and the choice a person makes in Settings, which
//! wins over it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::api::codec::{DecodeError, Members, decode};
use crate::texts::{Text, config};

/// The file's name, beside `index.html`.
pub const FILE: &str = "config.json";

/// What `config.json` says. A field that is missing has the value that holds without the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The API's address, absolute or relative to the app's own; `None` keeps tasks on the device only.
    pub api: Option<String>,
    /// Whether the server is known to honour `Idempotency-Key`.
    pub idempotency_key: bool,
    /// Whether the server is known to honour `If-Match`.
    pub etag: bool,
}

impl Default for Config {
    /// The app's own origin, extensions unproven (CONTRACT.md, "Configuration").
    fn default() -> Self {
        Self {
            api: Some("/".to_owned()),
            idempotency_key: false,
            etag: false,
        }
    }
}

/// What is wrong with a `config.json`, for the operator: names the field and what may stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl ConfigError {
    /// The message.
    pub fn sentence(&self) -> &str {
        &self.0
    }

    fn field(name: &str, expected: &str, found: &RawValue) -> Self {
        let found: String = found.get().chars().take(60).collect();
        Self(config::field(FILE, name, expected, &found))
    }
}

impl Config {
    /// Reads the file. Fields that are not known are passed over.
    ///
    /// # Errors
    /// [`ConfigError`] when it is not a JSON object or a field has a value that can't be.
    pub fn parse(file: &[u8]) -> Result<Self, ConfigError> {
        let fields: Members = decode(file).map_err(|error| {
            ConfigError(match error {
                DecodeError::NotJson => config::not_json(FILE),
                DecodeError::WrongShape(_) => config::not_object(FILE, "{\"api\": \"/\"}"),
            })
        })?;
        let read = |name: &str, expected: Text| match fields.get(name) {
            None => Ok(None),
            Some(value) => Ok(Some((value, ConfigError::field(name, expected.say(), value)))),
        };
        let mut config = Self::default();
        if let Some((value, error)) = read("api", config::EXPECTED_ADDRESS)? {
            config.api = parsed(value).ok_or(error)?;
            if config
                .api
                .as_deref()
                .is_some_and(|api: &str| api.trim().is_empty())
            {
                return Err(ConfigError::field("api", config::EXPECTED_ADDRESS.say(), value));
            }
        }
        if let Some((value, error)) = read("auth", config::EXPECTED_NONE)?
            && parsed::<String>(value).as_deref() != Some("none")
        {
            return Err(error);
        }
        for (name, field) in [
            ("idempotency_key", &mut config.idempotency_key),
            ("etag", &mut config.etag),
        ] {
            if let Some((value, error)) = read(name, config::EXPECTED_BOOLEAN)? {
                *field = parsed(value).ok_or(error)?;
            }
        }
        Ok(config)
    }
}

fn parsed<T: DeserializeOwned>(value: &RawValue) -> Option<T> {
    decode(value.get().as_bytes()).ok()
}

/// What a person chose in Settings, in this browser. Stored as JSON with a version, so that a later app
/// knows what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The shape of this record.
    pub version: u32,
    /// The API's address, as typed; `None` keeps tasks on the device only.
    pub api: Option<String>,
}

impl Settings {
    /// The version that this app writes.
    pub const VERSION: u32 = 1;

    /// A choice of address.
    pub fn with_api(api: &str) -> Self {
        Self {
            version: Self::VERSION,
            api: Some(api.trim().to_owned()),
        }
    }

    /// The choice to have no server.
    pub fn device_only() -> Self {
        Self {
            version: Self::VERSION,
            api: None,
        }
    }

    /// Reads a stored choice; one that a newer app wrote, or that is damaged, is not taken.
    pub fn parse(stored: &str) -> Option<Self> {
        let fields: Members = decode(stored.as_bytes()).ok()?;
        let version: u32 = fields.get("version").and_then(parsed)?;
        let api = fields.get("api").and_then(parsed)?;
        (version == Self::VERSION).then_some(Self { version, api })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(file: &str) -> String {
        Config::parse(file.as_bytes()).unwrap_err().sentence().to_owned()
    }

    #[test]
    fn the_file_of_the_contract_is_read() {
        let file = br#"{ "api": "https://h/p", "auth": "none", "idempotency_key": true, "etag": true, "later": {} }"#;
        let config = Config {
            api: Some("https://h/p".into()),
            idempotency_key: true,
            etag: true,
        };
        assert_eq!(Config::parse(file), Ok(config));
        assert_eq!(Config::parse(b"{}"), Ok(Config::default()));
        assert_eq!(Config::parse(br#"{"api": null}"#).unwrap().api, None);
    }

    #[test]
    fn an_invalid_file_names_the_field() {
        for (file, name) in [
            (r#"{"api": 7}"#, "\"api\""),
            (r#"{"api": " "}"#, "\"api\""),
            (r#"{"auth": "bearer"}"#, "\"auth\""),
            (r#"{"etag": "yes"}"#, "\"etag\""),
            (r#"{"idempotency_key": null}"#, "\"idempotency_key\""),
            ("{", "not JSON"),
            ("<!doctype html>", "not JSON"),
            ("[]", "an object"),
        ] {
            assert!(error(file).contains(name), "{file}: {}", error(file));
        }
    }

    #[test]
    fn settings_are_read_back_and_newer_ones_left_alone() {
        let stored = serde_json::to_string(&Settings::with_api(" /api ")).unwrap();
        assert_eq!(Settings::parse(&stored), Some(Settings::with_api("/api")));
        let stored = serde_json::to_string(&Settings::device_only()).unwrap();
        assert_eq!(Settings::parse(&stored), Some(Settings::device_only()));
        assert_eq!(Settings::parse(r#"{"version":2,"api":"/"}"#), None);
        assert_eq!(Settings::parse("{"), None);
    }

    proptest! {
        #[test]
        fn no_file_panics(file in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = Config::parse(&file);
        }
    }
}
