//! What the built `index.html` loads, and whether it keeps to the content security policy.
//!
//! This reads the one page that Trunk writes. It knows tags, attributes and comments, but nothing of
//! the many ways in which HTML may be malformed.

/// A start tag: its lower-case name, its attributes, and the raw text up to the end tag for the two
/// elements whose content is not HTML.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tag<'a> {
    name: String,
    attributes: Vec<(String, &'a str)>,
    text: &'a str,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| *value)
    }
}

/// The addresses of everything that the page loads at once: scripts, style sheets and preloads.
pub(crate) fn loaded_at_start(html: &str) -> Vec<String> {
    let address = |tag: &Tag| match tag.name.as_str() {
        "script" => tag.get("src").map(str::to_owned),
        "link" => {
            let kinds = tag.get("rel").unwrap_or_default().to_ascii_lowercase();
            let loads = kinds
                .split_whitespace()
                .any(|kind| matches!(kind, "stylesheet" | "modulepreload" | "preload"));
            tag.get("href").filter(|_| loads).map(str::to_owned)
        }
        _ => None,
    };
    tags(html).iter().filter_map(address).collect()
}

/// The address of the style sheet that a tag links to, if it does.
pub(crate) fn style_sheet(tag: &str) -> Option<String> {
    let tags = tags(tag);
    let link = tags.first().filter(|tag| tag.get("rel") == Some("stylesheet"))?;
    link.get("href").map(str::to_owned)
}

/// The kind of link by which a page names code that is loaded later. No browser knows it, so that none loads anything for
/// it; the service worker keeps whatever the page names.
pub(crate) const CHUNK: &str = "chunk";

/// The addresses of the code that is loaded later.
pub(crate) fn loaded_later(html: &str) -> Vec<String> {
    let tags = tags(html);
    let chunks = tags
        .iter()
        .filter(|tag| tag.name == "link" && tag.get("rel") == Some(CHUNK));
    chunks
        .filter_map(|tag| tag.get("href").map(str::to_owned))
        .collect()
}

/// The options with which Trunk runs wasm-opt on the app, but for those that concern the main module alone; nothing when
/// the page asks for none.
pub(crate) fn wasm_opt_options(html: &str) -> Option<Vec<String>> {
    let tags = tags(html);
    let app = tags.iter().find(|tag| tag.get("data-wasm-opt").is_some())?;
    let mut options = vec![format!("-O{}", app.get("data-wasm-opt")?)];
    let more = app.get("data-wasm-opt-params").unwrap_or_default();
    let more = more.split_whitespace();
    options.extend(
        more.filter(|option| !option.starts_with("--remove-exports"))
            .map(str::to_owned),
    );
    Some(options)
}

/// Everything in the page that the content security policy in use (`script-src 'self'`,
/// `style-src 'self'`, `base-uri 'none'`) would refuse, a sentence each.
pub(crate) fn policy_violations(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in tags(html) {
        let name = &tag.name;
        if name == "script" && (tag.get("src").is_none() || !tag.text.trim().is_empty()) {
            found.push("an inline <script>".into());
        }
        if name == "style" {
            found.push("an inline <style>".into());
        }
        if name == "base" {
            found.push("a <base>".into());
        }
        for (key, value) in &tag.attributes {
            if key == "style" {
                found.push(format!("a style attribute on <{name}>"));
            }
            if key.starts_with("on") {
                found.push(format!("an inline handler, {key}, on <{name}>"));
            }
            if value.trim().to_ascii_lowercase().starts_with("javascript:") {
                found.push(format!("a javascript: address on <{name}>"));
            }
        }
    }
    found
}

/// The addresses that a script imports statically, which the browser loads before running it.
pub(crate) fn static_imports(script: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for keyword in ["import", "from"] {
        for (position, _) in script.match_indices(keyword) {
            let rest = script.get(position + keyword.len()..).unwrap_or_default();
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let address = rest.get(1..).and_then(|rest| rest.split_once(quote));
            let address = address.map(|(address, _)| address);
            found.extend(address.filter(|address| !address.contains(char::is_whitespace)));
        }
    }
    found
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = if let Some(comment) = after.strip_prefix("!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (mut tag, mut after) = start_tag(after);
            if matches!(tag.name.as_str(), "script" | "style") {
                (tag.text, after) = raw_text(after, &tag.name);
            }
            found.push(tag);
            after
        } else {
            after
        };
    }
    found
}

/// Splits the content of a raw text element from what follows its end tag.
fn raw_text<'a>(html: &'a str, name: &str) -> (&'a str, &'a str) {
    let end = format!("</{name}");
    // ASCII case changes no byte positions.
    let position = html.to_ascii_lowercase().find(&end);
    position
        .and_then(|position| html.split_at_checked(position))
        .unwrap_or((html, ""))
}

/// Parses a start tag whose `<` is already gone, and returns what follows its `>`.
fn start_tag(html: &str) -> (Tag<'_>, &str) {
    let (name, mut rest) = split_where(html, |c| c.is_whitespace() || matches!(c, '/' | '>'));
    let mut tag = Tag {
        name: name.to_ascii_lowercase(),
        ..Tag::default()
    };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (tag, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let (key, after) = split_where(rest, |c| c.is_whitespace() || matches!(c, '=' | '/' | '>'));
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => attribute_value(value.trim_start()),
            None => ("", after),
        };
        if key.is_empty() && after.len() == rest.len() {
            return (tag, "");
        }
        tag.attributes.push((key.to_ascii_lowercase(), value));
        rest = after;
    }
}

fn attribute_value(html: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = html.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    split_where(html, |c| c.is_whitespace() || c == '>')
}

fn split_where(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    let position = text.find(end).unwrap_or(text.len());
    text.split_at_checked(position).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><html lang=en><head>
        <meta charset="utf-8"/><title>a > b</title>
        <!-- <script>alert(1)</script> <base href="/"> -->
        <link rel="icon" href="/icon.svg">
        <link rel="stylesheet" href="/style-1.css" integrity="sha384-abc"/>
        <LINK REL='modulepreload' HREF='/app-1.js' crossorigin=anonymous>
        <link rel="preload" href="/app-1_bg.wasm" as="fetch" type="application/wasm">
        <script type="module" src="/start-1.js"></script>
        </head><body><a href="/new" data-on="no handler">New</a></body></html>"#;

    #[test]
    fn the_first_load_is_scripts_style_sheets_and_preloads() {
        assert_eq!(
            loaded_at_start(PAGE),
            ["/style-1.css", "/app-1.js", "/app-1_bg.wasm", "/start-1.js"]
        );
    }

    #[test]
    fn what_is_loaded_later_is_not_loaded_at_first() {
        let page =
            format!("{PAGE}<link rel={CHUNK} href=/pages-1.wasm integrity=x><link rel=icon href=/b.svg>");
        assert_eq!(loaded_later(&page), ["/pages-1.wasm"]);
        assert_eq!(loaded_at_start(&page), loaded_at_start(PAGE));
    }

    #[test]
    fn the_options_for_wasm_opt_are_those_of_trunk() {
        let page = "<link data-trunk rel=rust data-wasm-opt=z data-wasm-opt-params=\"--a --remove-exports=*b* -Oz\">";
        assert_eq!(wasm_opt_options(page).unwrap(), ["-Oz", "--a", "-Oz"]);
        assert_eq!(wasm_opt_options(PAGE), None);
    }

    #[test]
    fn a_page_without_inline_code_keeps_to_the_policy() {
        assert_eq!(policy_violations(PAGE), Vec::<String>::new());
    }

    #[test]
    fn every_kind_of_violation_is_found() {
        for (html, expected) in [
            ("<script>run()</script>", "an inline <script>"),
            ("<script src=a.js>run()</script>", "an inline <script>"),
            ("<SCRIPT type=module>run()</SCRIPT>", "an inline <script>"),
            ("<style>a{}</style>", "an inline <style>"),
            ("<base href=/app/>", "a <base>"),
            ("<p style='color:red'>", "a style attribute on <p>"),
            ("<p\nSTYLE = x>", "a style attribute on <p>"),
            ("<img/onerror=run()>", "an inline handler, onerror, on <img>"),
            ("<a href=\" JavaScript:run()\">", "a javascript: address on <a>"),
        ] {
            assert_eq!(policy_violations(html), [expected], "{html}");
        }
    }

    #[test]
    fn script_text_is_not_taken_for_tags() {
        let html = "<script src=a.js></script><script src=b.js> </script>";
        assert_eq!(loaded_at_start(html), ["a.js", "b.js"]);
        let html = "<script>'<base href=x><script src=c.js>'</script>";
        assert_eq!(policy_violations(html), ["an inline <script>"]);
    }

    #[test]
    fn broken_html_ends_the_search_without_a_panic() {
        for html in [
            "<",
            "<a",
            "<a =",
            "<a = ",
            "<a b='",
            "<!--",
            "<script",
            "<ä>",
            "<a \u{2003}b",
        ] {
            policy_violations(html);
            loaded_at_start(html);
        }
    }

    #[test]
    fn static_imports_are_found_and_dynamic_ones_are_not() {
        let script = r#"import init, * as b from '/app.js';
            import"./snippets/a.js";import{c}from"./c.js"
            const later = import('./later.js'); // imported from 'some other place'
            Array.from("abc def"); x = from;"#;
        assert_eq!(static_imports(script), ["./snippets/a.js", "/app.js", "./c.js"]);
    }
}
