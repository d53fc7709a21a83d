//! `Idempotency-Key` on creates, after the IETF httpapi draft (draft-ietf-httpapi-idempotency-key-header).
//!
//! A key is stored in the transaction that makes its task, under a unique constraint, so a create that is
//! sent again makes no second task, however the first attempt ended:
//!
//! | the key | answer |
//! |---|---|
//! | is new | 201 |
//! | is known, with the same summary and description | the first 201 again, `Idempotent-Replayed: true` |
//! | is known, with others | 422 |
//! | belongs to a request that is still being carried out | 409, `Retry-After: 1` |
//!
//! Every 201 to a request with a key carries `Idempotency-Key` back, so that a client can tell a server
//! that honours keys from one that ignores them. `Idempotent-Replayed` is not in the draft; it is what
//! payment APIs commonly send.
//!
//! Keys are kept for as long as the database: a client may come back with a queued create after months.
//! A row is about a hundred bytes.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

use crate::task::Draft;

/// The request and answer header with the key.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Says that an answer repeats an earlier one.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The most characters that a key may have. The draft sets no bound; a UUID has 36.
pub const KEY_MAX: usize = 255;

/// A client's name for one create: 1 to [`KEY_MAX`] printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// Reads the key of a request, `None` if there is none. The draft writes it as a quoted string of
    /// RFC 9651 (`"8e03…"`); most clients leave the quotes out, and mean the same key.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the header.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, String> {
        let mut lines = headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(line) = lines.next() else {
            return Ok(None);
        };
        if lines.next().is_some() {
            return Err("Idempotency-Key is given more than once.".to_owned());
        }
        let key = line.to_str().ok().and_then(Self::parse);
        key.map(Some).ok_or_else(|| {
            format!(
                "Idempotency-Key must be 1 to {KEY_MAX} printable ASCII characters, with or without quotes."
            )
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t']);
        let key = match text.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => text.to_owned(),
        };
        let printable = key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        (printable && (1..=KEY_MAX).contains(&key.len())).then_some(Self(key))
    }

    /// The key without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The rest of an sf-string (RFC 9651, section 3.3.3) after its opening quote. Nothing may follow it.
fn unquote(quoted: &str) -> Option<String> {
    let mut text = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => match characters.next()? {
                escaped @ ('"' | '\\') => text.push(escaped),
                _ => return None,
            },
            plain => text.push(plain),
        }
    }
    characters.next().is_none().then_some(text)
}

/// SHA-256 of what a create asks for. Two bodies that differ only in white space, in the order of their
/// fields or in fields that the server ignores are the same create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a create with this text.
    pub fn of(draft: &Draft) -> Self {
        let mut digest = Sha256::new();
        // A summary has no line break, so this one marks its end without a doubt.
        digest.update(draft.summary.as_str());
        digest.update("\n");
        digest.update(&draft.description);
        Self(digest.finalize().into())
    }

    /// The 32 bytes, as they are stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The keys of the creates that this process is carrying out. Only good for a quick 409: what keeps tasks
/// from being made twice is the database.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<Key>>>);

impl InFlight {
    /// Takes the key until the guard is dropped; `None` if it is taken.
    pub fn begin(&self, key: &Key) -> Option<InFlightGuard> {
        // A panic elsewhere can't leave a set of strings half changed, so a poisoned lock is as good.
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(key.clone()).then(|| InFlightGuard {
            keys: self.clone(),
            key: key.clone(),
        })
    }
}

/// Gives its key back when dropped.
#[derive(Debug)]
pub struct InFlightGuard {
    keys: InFlight,
    key: Key,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        let mut keys = self.keys.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Summary;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<&str>) {
        let key = Key::parse(text);
        assert_eq!(key.as_ref().map(Key::as_str), expected, "{text:?}");
    }

    #[test]
    fn bare_and_quoted_keys_are_the_same() {
        check(
            "8e03978e-40d5-43dd-bc93-6894a57f9324",
            Some("8e03978e-40d5-43dd-bc93-6894a57f9324"),
        );
        check("\"8e03978e\"", Some("8e03978e"));
        check(r#""a\"b\\c""#, Some(r#"a"b\c"#));
        check("a b", Some("a b"));
    }

    #[test]
    fn what_is_no_key() {
        for text in [
            "",
            " ",
            "\"\"",
            "\"a",
            "\"a\"b",
            "\"a\";p=1",
            r#""\n""#,
            "ä",
            "a\tb",
        ] {
            check(text, None);
        }
        check(&"k".repeat(255), Some(&"k".repeat(255)));
        check(&"k".repeat(256), None);
    }

    #[test]
    fn fingerprints_tell_where_the_summary_ends() {
        let of = |summary: &str, description: &str| {
            Fingerprint::of(&Draft {
                summary: Summary::new(summary.to_owned()).unwrap(),
                description: description.to_owned(),
            })
        };
        assert_eq!(of("ab", "c"), of("ab", "c"));
        assert_ne!(of("ab", "c"), of("a", "bc"));
        assert_ne!(of("a", "b\nc"), of("a", "b c"));
    }

    #[test]
    fn a_key_is_taken_until_its_guard_goes() {
        let keys = InFlight::default();
        let key = Key("k".to_owned());
        let guard = keys.begin(&key);
        assert!(guard.is_some());
        assert!(keys.begin(&key).is_none());
        drop(guard);
        assert!(keys.begin(&key).is_some());
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in ".*") {
            if let Some(key) = Key::parse(&text) {
                prop_assert!((1..=KEY_MAX).contains(&key.as_str().len()));
            }
        }

        #[test]
        fn quoting_changes_nothing(text in "[ -~]{1,40}") {
            let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
            prop_assert_eq!(Key::parse(&quoted), Some(Key(text)));
        }
    }
}
