//! The files of texts in a build: without their keys, and named by their content.
//!
//! `index.html` names the file of each language but English as it lies in the checkout, which is what `trunk serve` needs. Here
//! each gets the short form that the app needs (`languages::shipped`), and a name that the service worker keeps.

use crate::workspace::Workspace;
use anyhow::{Result, anyhow, ensure};
use sha2::{Digest, Sha256};
use std::path::Path;

/// What the names of these files begin with.
pub(crate) const PREFIX: &str = "texts-";

/// Puts the languages into a build, and their names into its `index.html`.
pub(crate) fn finish(workspace: &Workspace, dist: &Path, public_url: &str) -> Result<()> {
    let folder = workspace.root.join("locales");
    let catalogues = languages::read(&folder).map_err(|problems| anyhow!(problems.join("\n")))?;
    let page = dist.join("index.html");
    let mut text = std::fs::read_to_string(&page)?;
    // The first is English, which is in the wasm.
    for (language, catalogue) in catalogues.iter().skip(1) {
        let content = languages::shipped(language, catalogue);
        let name = name(language.tag, content.as_bytes());
        text = with_name(
            &text,
            &format!("locales/{}", language.file()),
            &format!("{public_url}{name}"),
        )?;
        std::fs::write(dist.join(name), content)?;
    }
    std::fs::write(page, text)?;
    // What Trunk has copied for a page that names it.
    let copies = dist.join("locales");
    if copies.exists() {
        std::fs::remove_dir_all(copies)?;
    }
    Ok(())
}

fn name(tag: &str, content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{PREFIX}{tag}-{hash}.json")
}

/// The page with another address in place of the one that it has once.
fn with_name(page: &str, from: &str, to: &str) -> Result<String> {
    let found = page.matches(from).count();
    ensure!(found == 1, "index.html names {from} {found} times, and not once");
    Ok(page.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use languages::{LANGUAGES, read};

    fn checkout() -> Workspace {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        Workspace { root: root.into() }
    }

    #[test]
    fn the_checkouts_own_page_names_every_language_with_its_direction() {
        let page = std::fs::read_to_string(checkout().root.join("index.html")).unwrap();
        for language in LANGUAGES.iter().skip(1) {
            let dir = if language.is_rtl { " dir=\"rtl\"" } else { "" };
            let link = format!(
                "<link rel=\"chunk\" hreflang=\"{}\"{dir} href=\"locales/{}\">",
                language.tag,
                language.file()
            );
            assert!(page.contains(&link), "{link}");
        }
    }

    #[test]
    fn the_page_and_the_starter_say_the_first_texts_by_their_numbers() {
        let root = checkout().root;
        let catalogues = read(&root.join("locales")).unwrap();
        let first: Vec<_> = catalogues[0].1.messages().take(5).collect();
        let names: Vec<_> = first.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "shell.tasks",
                "shell.loading",
                "shell.not_started",
                "shell.stopped",
                "shell.search"
            ]
        );
        let page = std::fs::read_to_string(root.join("index.html")).unwrap();
        let starter = std::fs::read_to_string(root.join("start.js")).unwrap();
        for (number, (name, message)) in first.iter().enumerate() {
            let (_, text) = message.texts()[0];
            let said = match number {
                0 | 1 => page.contains(&format!("data-text=\"{number}\">{text}<")),
                4 => page.contains(&format!("data-text=\"{number}\" placeholder=\"{text}\"")),
                _ => starter.contains(&format!("report({number}, \"{text}\")")),
            };
            assert!(said, "{name}");
        }
    }

    #[test]
    fn a_build_gets_every_language_by_its_content() {
        let dist = tempfile::tempdir().unwrap();
        std::fs::create_dir(dist.path().join("locales")).unwrap();
        let page = std::fs::read_to_string(checkout().root.join("index.html")).unwrap();
        // Trunk takes out what was meant for itself.
        let page = page.replace("<link data-trunk rel=\"copy-dir\" href=\"locales\">", "");
        std::fs::write(dist.path().join("index.html"), page).unwrap();
        finish(&checkout(), dist.path(), "/app/").unwrap();
        let page = std::fs::read_to_string(dist.path().join("index.html")).unwrap();
        let mut files = 0;
        for entry in std::fs::read_dir(dist.path()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if let Some(rest) = name.strip_prefix(PREFIX) {
                files += 1;
                let tag = rest.split('-').next().unwrap();
                let named = page
                    .lines()
                    .find(|line| line.contains(&format!("\"/app/{name}\"")));
                assert!(named.unwrap().contains(&format!("hreflang=\"{tag}\"")), "{name}");
            }
        }
        assert_eq!(files, LANGUAGES.len() - 1);
        assert!(!dist.path().join("locales").exists());
        assert!(finish(&checkout(), dist.path(), "/app/").is_err());
    }

    #[test]
    fn another_text_is_another_name() {
        assert_ne!(name("de", b"a"), name("de", b"b"));
        // SHA-256 of nothing (FIPS 180-4 example values).
        assert_eq!(name("de", b""), "texts-de-e3b0c44298fc1c14.json");
    }
}
