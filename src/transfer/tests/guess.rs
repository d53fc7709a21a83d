//! Which format a file is in.

use super::*;

#[test]
fn by_its_name_or_by_how_it_begins() {
    for (name, start, format) in [
        ("a.JSONL", "", Format::Json),
        ("a.tsv", "", Format::Csv),
        ("a.yml", "", Format::Yaml),
        ("a.markdown", "[]", Format::Markdown),
        ("todo.txt", "Buy milk\n", Format::TodoTxt),
        ("a.txt", "\u{feff}[\n {\"id\"", Format::Json),
        ("a", "[{", Format::Json),
        ("a", "{\"tasks\"", Format::Json),
        ("a", "# Shopping\n\n* a\n", Format::Markdown),
        ("a", "[ ] a", Format::TodoTxt),
        ("a", "- [ ] a", Format::Markdown),
        ("a", "- title: a", Format::Yaml),
        ("a", "tasks:\n  - a", Format::Yaml),
        ("a", "---\n- a", Format::Yaml),
        ("a", "Title;Notes\n", Format::Csv),
        ("a", "Buy milk, eggs\n", Format::TodoTxt),
        ("", "", Format::TodoTxt),
    ] {
        assert_eq!(Format::guess(name, start.as_bytes()), format, "{name} {start}");
        assert_eq!(
            Format::guess(name, &utf16(start.as_bytes(), true)),
            format,
            "{name} {start}"
        );
    }
}
