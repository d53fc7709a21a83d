//! What a path asks for, decided from its text alone.

use percent_encoding::percent_decode_str;

/// How many lower-case hexadecimal digits at least count as a content hash. Trunk writes 64 bits without zeros in front,
/// so that one name in sixteen has fewer than 16 digits, and one in a million fewer than these. `service-worker.js`
/// draws the line at the same place.
const HASH_DIGITS: usize = 12;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// An address of the app, answered with `index.html`: `/`, `/new`, `/settings`, `/sync`, `/done`, `/transfer`, and
    /// `/task/<id>` and `/local/<key>` with or without `/edit`.
    Page,
    /// Nothing that is ever served: a dotfile, a way out of the directory, or no proper path at all.
    Hidden,
    /// A file, if there is one.
    File {
        /// Whether the name ends in an extension. A path without one may be meant for the app.
        extension: bool,
        /// Whether the name holds a hash of the content.
        hashed: bool,
    },
}

impl Place {
    /// Sorts the path of a request, which starts with a slash and is percent-encoded.
    pub(super) fn of(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["" | "new" | "settings" | "sync" | "done" | "transfer"] => return Self::Page,
            // The id is anything at all: percent-encoded, with dots in it, unknown to the server.
            ["task" | "local", id] | ["task" | "local", id, "edit"] if is_segment(id) => return Self::Page,
            _ => {}
        }
        let Some(names) = segments.into_iter().map(decode).collect::<Option<Vec<String>>>() else {
            return Self::Hidden;
        };
        let name = names.last().map(String::as_str).unwrap_or_default();
        Self::File {
            extension: name.contains('.'),
            hashed: is_hashed(name),
        }
    }
}

/// Whether a segment names something: neither empty nor, decoded or not, a step to another directory.
fn is_segment(segment: &str) -> bool {
    let decoded = percent_decode_str(segment).collect::<Vec<u8>>();
    !matches!(decoded.as_slice(), b"" | b"." | b"..")
}

/// A segment as a file name; `None` if no served file can have it.
fn decode(segment: &str) -> Option<String> {
    let name = percent_decode_str(segment).decode_utf8().ok()?;
    let proper = !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    proper.then(|| name.into_owned())
}

/// Whether a name has a hyphen and a run of hexadecimal digits that ends where a part of the name ends:
/// `app-0123456789abcdef.js`, `app-0123456789abcdef_bg.wasm`.
fn is_hashed(name: &str) -> bool {
    let Some((stem, _extension)) = name.rsplit_once('.') else {
        return false;
    };
    stem.split('-').skip(1).any(|part| {
        let digits = part
            .bytes()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            .count();
        let after = part.as_bytes().get(digits);
        digits >= HASH_DIGITS && matches!(after, None | Some(b'_' | b'.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(paths: &[&str], expected: Place) {
        for path in paths {
            assert_eq!(Place::of(path), expected, "{path}");
        }
    }

    #[test]
    fn routes_of_the_app() {
        check(
            &[
                "/",
                "/new",
                "/settings",
                "/sync",
                "/done",
                "/transfer",
                "/task/7",
                "/task/7/edit",
                "/local/7-3f2a",
                "/task/a%2Fb.c",
                "/task/.x",
                "/task/%E2%9C%93",
            ],
            Place::Page,
        );
    }

    #[test]
    fn what_is_never_served() {
        check(
            &[
                "/.env",
                "/.git/config",
                "/a/.b/c",
                "/%2eenv",
                "/../x",
                "/%2e%2e/x",
                "/a/..%2f..%2fx",
                "/a%5c..%5cx",
                "/a%00.js",
                "/%ff",
                "/task/..",
                "/task/%2e%2E/edit",
            ],
            Place::Hidden,
        );
    }

    #[test]
    fn files() {
        let file = |extension, hashed| Place::File { extension, hashed };
        check(
            &[
                "/app-1a2b3c4d5e6f7a8b.css",
                "/x/app-1a2b3c4d5e6f7a8b_bg.wasm",
                "/a-b-1a2b3c4d5e6f7a8b.js.br",
                "/app-1a2b3c4d5e6f7a8.css",
                "/app-1a2b3c4d5e6f_bg.wasm",
            ],
            file(true, true),
        );
        check(
            &[
                "/index.html",
                "/config.json",
                "/app-1a2b3c4d5e6.css",
                "/service-worker.js",
                "/manifest.webmanifest",
                "/app-1A2B3C4D5E6F7A8B.css",
                "/1a2b3c4d5e6f7a8b.css",
                "/app-1a2b3c4d5e6f7a8bz.css",
                "/snippets-1a2b3c4d5e6f7a8b/a.js",
            ],
            file(true, false),
        );
        check(
            &[
                "/about",
                "/task/",
                "/task/7/",
                "/task/7/edit/",
                "/task//edit",
                "/new/",
                "/x-1a2b3c4d5e6f7a8b",
            ],
            file(false, false),
        );
    }

    proptest! {
        #[test]
        fn any_path_is_sorted_without_panic(path in "/.*") {
            let _ = Place::of(&path);
        }

        #[test]
        fn no_dotfile_is_a_file(before in "(/[a-z]{1,4}){0,3}", name in "[a-z.]{1,6}") {
            let path = format!("{before}/.{name}");
            prop_assume!(!before.starts_with("/task"));
            prop_assert_eq!(Place::of(&path), Place::Hidden);
        }
    }
}
