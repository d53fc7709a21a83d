//! What the service worker will keep of a build, and the icons of its manifest, checked before anybody installs it.
//!
//! The worker has no list of files: it keeps what `index.html` names. So the page must name everything that the
//! app ever loads, by names which the worker takes for names of content.

use crate::sizes::Sized;
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;

/// The worker, beside `index.html`, because its scope is the folder that it lies in.
const WORKER: &str = "service-worker.js";
const MANIFEST: &str = "manifest.webmanifest";

/// How many digits of a hash the worker and the server ask for. Trunk writes 16 less the zeros in front.
const HASH_DIGITS: std::ops::RangeInclusive<usize> = 12..=16;

/// The PNG icons below the build's folder, made from `style/icon.svg`: those that Chromium asks an installable app
/// for, and that of iOS's home screen. With their widths and heights in pixels.
pub(crate) const ICONS: [(&str, u32); 4] = [
    ("icons/icon-192.png", 192),
    ("icons/icon-512.png", 512),
    ("icons/maskable-512.png", 512),
    ("icons/apple-touch-icon.png", 180),
];

/// Holds a build against what the worker needs. `page` is its `index.html`, `loaded` are the files that
/// the app loads, at first or later.
pub(crate) fn check(dist: &Path, page: &str, loaded: &[Sized]) -> Result<()> {
    for name in [WORKER, MANIFEST] {
        ensure!(dist.join(name).is_file(), "the build lacks {name}");
    }
    let lost: Vec<&str> = loaded
        .iter()
        .map(|file| file.name.as_str())
        .filter(|name| *name != "index.html")
        .filter(|name| !is_hashed(name) || !page.contains(&format!("/{name}")))
        .collect();
    if !lost.is_empty() {
        bail!(
            "the app would not open offline, because index.html does not name by their content: {}",
            lost.join(", ")
        );
    }
    let manifest = std::fs::read_to_string(dist.join(MANIFEST))?;
    for icon in icons_in(&manifest)? {
        ensure!(
            dist.join(&icon).is_file(),
            "{MANIFEST} names {icon}, which the build lacks"
        );
    }
    for (name, pixels) in ICONS {
        let content = std::fs::read(dist.join(name)).with_context(|| format!("cannot read {name}"))?;
        let found = png_size(&content).with_context(|| format!("{name} is no PNG"))?;
        ensure!(
            found == (pixels, pixels),
            "{name} is {found:?} pixels, and not {pixels} squared"
        );
    }
    Ok(())
}

/// Whether `service-worker.js` takes this for the name of a content: in no folder, and with a hash at its end.
fn is_hashed(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    !name.contains('/') && HASH_DIGITS.contains(&hash.len()) && hash.chars().all(is_digit)
}

/// The addresses of the icons in the text of a web app manifest.
fn icons_in(manifest: &str) -> Result<Vec<String>> {
    let manifest: serde_json::Value =
        serde_json::from_str(manifest).with_context(|| format!("{MANIFEST} is not JSON"))?;
    for field in ["id", "start_url", "scope"] {
        let address = manifest.get(field).and_then(serde_json::Value::as_str);
        // Relative to the manifest's own address, so that one build of it serves every sub-path.
        ensure!(address == Some("./"), "{field} in {MANIFEST} must be \"./\"");
    }
    let icons = manifest.get("icons").and_then(serde_json::Value::as_array);
    let addresses = icons.into_iter().flatten().map(|icon| {
        let address = icon.get("src").and_then(serde_json::Value::as_str);
        Ok(address.context("an icon without src")?.to_owned())
    });
    addresses.collect()
}

/// Width and height from a PNG's first chunk (PNG specification, 11.2.1, IHDR).
fn png_size(content: &[u8]) -> Option<(u32, u32)> {
    let rest = content.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let rest = rest.get(4..)?.strip_prefix(b"IHDR")?;
    let number = |bytes: &[u8]| Some(u32::from_be_bytes(bytes.try_into().ok()?));
    Some((number(rest.get(..4)?)?, number(rest.get(4..8)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(name: &str) -> Sized {
        Sized {
            name: name.into(),
            raw: 1,
            brotli: 1,
            gzip: 1,
        }
    }

    /// The checkout's own files, as a build has them.
    fn built() -> tempfile::TempDir {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let dist = tempfile::tempdir().unwrap();
        std::fs::create_dir(dist.path().join("icons")).unwrap();
        for name in [WORKER, MANIFEST] {
            std::fs::copy(root.join(name), dist.path().join(name)).unwrap();
        }
        std::fs::copy(root.join("style/icon.svg"), dist.path().join("icons/icon.svg")).unwrap();
        for (name, _) in ICONS {
            std::fs::copy(root.join("style").join(name), dist.path().join(name)).unwrap();
        }
        dist
    }

    const PAGE: &str = "<script src=/app/start-123456789abcdef0.js></script>\
        <link rel=preload href=/app/todo-123456789abcd_bg.wasm>";

    #[test]
    fn the_checkouts_own_files_pass() {
        let dist = built();
        let loaded = [
            "index.html",
            "start-123456789abcdef0.js",
            "todo-123456789abcd_bg.wasm",
        ]
        .map(sized);
        check(dist.path(), PAGE, &loaded).unwrap();
    }

    #[test]
    fn what_the_worker_would_not_keep_is_named() {
        let dist = built();
        for lost in [
            "later-123456789abcdef0.js",
            "start.js",
            "pages-123456789abcdef0.wasm",
            "snippets/a-123456789abcdef0/inline.js",
        ] {
            let page = format!("{PAGE}<script src=/app/start.js></script>");
            let error = check(dist.path(), &page, &[sized(lost)]).unwrap_err().to_string();
            assert!(error.ends_with(&format!(": {lost}")), "{error}");
        }
    }

    #[test]
    fn a_lost_worker_or_a_wrong_icon_is_an_error() {
        let dist = built();
        let small = dist.path().join("icons/icon-192.png");
        std::fs::copy(&small, dist.path().join("icons/icon-512.png")).unwrap();
        let error = check(dist.path(), PAGE, &[]).unwrap_err().to_string();
        assert!(error.contains("(192, 192)"), "{error}");
        std::fs::remove_file(dist.path().join("icons/icon.svg")).unwrap();
        let error = check(dist.path(), PAGE, &[]).unwrap_err().to_string();
        assert!(error.contains("icons/icon.svg"), "{error}");
        std::fs::remove_file(dist.path().join(WORKER)).unwrap();
        let error = check(dist.path(), PAGE, &[]).unwrap_err().to_string();
        assert!(error.contains(WORKER), "{error}");
    }

    #[test]
    fn names_of_content() {
        for name in [
            "a-123456789abc.css",
            "a-b-123456789abcdef0.js",
            "a-0123456789abcdef_bg.wasm",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "a.css",
            "a-123456789ab.css",
            "a-123456789abcdef01.css",
            "a-123456789abX.css",
            "x/a-123456789abc.css",
            "123456789abcdef0.css",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn no_png_has_no_size() {
        assert_eq!(png_size(b""), None);
        assert_eq!(png_size(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), None);
        assert_eq!(png_size(b"<svg/>"), None);
    }

    #[test]
    fn a_manifest_for_one_path_alone_is_refused() {
        let manifest = r#"{ "id": "./", "start_url": "/", "scope": "./", "icons": [] }"#;
        assert!(icons_in(manifest).unwrap_err().to_string().contains("start_url"));
        assert!(icons_in("[").is_err());
    }
}
