//! The style sheets of a build as one file: each request before the first paint costs a browser time of its own, more than
//! the few kilobytes in it. The sources stay apart, and `trunk serve` serves them so.

use crate::html;
use crate::split::{hash, integrity};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Puts the style sheets of the build in `dist` into one, in their order, and its name into `index.html`.
pub(crate) fn join(dist: &Path, public_url: &str) -> Result<()> {
    let page_file = dist.join("index.html");
    let page = std::fs::read_to_string(&page_file)?;
    let tags = style_sheets(&page);
    let mut joined = String::new();
    for (_, address) in &tags {
        let name = address.strip_prefix(public_url);
        let name = name.with_context(|| format!("the style sheet {address} is not of this build"))?;
        let file = dist.join(name);
        joined += &std::fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
        std::fs::remove_file(file)?;
    }
    ensure!(!joined.is_empty(), "index.html has no style sheet");
    let name = format!("style-{}.css", hash(joined.as_bytes()));
    let link = format!(
        "<link rel=\"stylesheet\" href=\"{public_url}{name}\" integrity=\"{}\">",
        integrity(joined.as_bytes())
    );
    std::fs::write(dist.join(name), joined)?;
    std::fs::write(page_file, replaced(&page, &tags, &link))?;
    Ok(())
}

/// The links to style sheets, as they stand in the page, and their addresses.
fn style_sheets(page: &str) -> Vec<(&str, String)> {
    let links = page.match_indices("<link").filter_map(|(at, _)| {
        let rest = page.get(at..)?;
        let tag = rest.get(..=rest.find('>')?)?;
        Some((tag, html::style_sheet(tag)?))
    });
    links.collect()
}

/// The page with the first of these tags replaced, and the others gone.
fn replaced(page: &str, tags: &[(&str, String)], link: &str) -> String {
    let mut page = page.to_owned();
    let mut link = Some(link);
    for (tag, _) in tags {
        page = page.replacen(tag, link.take().unwrap_or_default(), 1);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head><link href=/icon.svg rel=icon><link href=/a-1.css integrity=x rel=stylesheet>\
        <link rel=\"stylesheet\" href=\"/b-2.css\"/><script src=/start.js></script></head>";

    #[test]
    fn style_sheets_become_one_in_their_order_and_place() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path();
        std::fs::write(dist.join("index.html"), PAGE).unwrap();
        std::fs::write(dist.join("a-1.css"), "a{}").unwrap();
        std::fs::write(dist.join("b-2.css"), "b{}").unwrap();
        join(dist, "/").unwrap();
        let page = std::fs::read_to_string(dist.join("index.html")).unwrap();
        let loaded = html::loaded_at_start(&page);
        let [style, script] = loaded.as_slice() else {
            panic!("{loaded:?}")
        };
        assert_eq!(script, "/start.js");
        let style = std::fs::read_to_string(dist.join(style.trim_start_matches('/'))).unwrap();
        assert_eq!(style, "a{}b{}");
        assert!(page.contains("<link href=/icon.svg rel=icon><link rel=\"stylesheet\" href=\"/style-"));
        assert!(!dist.join("a-1.css").exists() && !dist.join("b-2.css").exists());
    }

    #[test]
    fn a_page_without_a_style_sheet_or_with_a_strange_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for page in [
            "<head></head>",
            "<link rel=stylesheet href=https://example.com/a.css>",
        ] {
            std::fs::write(folder.path().join("index.html"), page).unwrap();
            join(folder.path(), "/").unwrap_err();
        }
    }
}
