//! Files that other programs, and people, write.

use super::*;

/// What is read of a file, as one line a task: `x ` when done, the summary, and ` | ` before a description.
fn check(format: Format, file: &str, expected: &[&str]) {
    let imported = import(format, file.as_bytes());
    assert_eq!(imported.problems, [], "{file}");
    let read: Vec<_> = plain(&imported)
        .into_iter()
        .map(|(summary, description, done)| {
            let mark = if done { "x " } else { "" };
            let rest = if description.is_empty() {
                String::new()
            } else {
                format!(" | {description}")
            };
            format!("{mark}{summary}{rest}")
        })
        .collect();
    assert_eq!(read, expected, "{file}");
}

#[test]
fn json() {
    let check = |file, expected: &[&str]| check(Format::Json, file, expected);
    check(r#"["a", " b "]"#, &["a", "b"]);
    check("", &[]);
    check("[]", &[]);
    check("{\"tasks\":[]}\n", &[]);
    check(
        r#"[{"title":"a","notes":"n","status":"completed"},{"Name":"b","desc":null}]"#,
        &["x a | n", "b"],
    );
    // Todoist calls the summary `content`; to others it is the description.
    check(
        r#"[{"content":"a","description":"n","is_completed":true}]"#,
        &["x a | n"],
    );
    check(r#"[{"title":"a","content":"n","checked":false}]"#, &["a | n"]);
    check(
        r#"[{"summary":"","text":"a"},{"text":7,"body":["n"]}]"#,
        &["a", "7 | [\"n\"]"],
    );
    check(
        r#"{"count":2,"next":null,"results":[{"id":1,"summary":"a"},{"id":2,"summary":"b"}]}"#,
        &["a", "b"],
    );
    check(
        r#"{"a":{"tasks":["no"]},"version":[1,{"b":"]"}],"tasks":["a"],"items":["b",],"x":1}"#,
        &["a", "b"],
    );
    check(
        "{\"title\":\"a\"}\n{\"title\":\"b\",\"tags\":[\"x\"]}\n",
        &["a", "b"],
    );
    check(r#"{"title":"tasks","notes":"items"}"#, &["tasks | items"]);
    check("\u{feff}[\"\\u0061\\ud83d\\ude00\"]", &["a😀"]);
}

#[test]
fn csv() {
    let check = |file, expected: &[&str]| check(Format::Csv, file, expected);
    check(
        "Title;Notes;Done\r\na;\"n;\nm\";yes\r\n\r\nb;;\r\n",
        &["x a | n;\nm", "b"],
    );
    check("notes\ttask\nn, m\ta\n", &["a | n, m"]);
    check("a\nb\n", &["a", "b"]);
    check("a,n\nb,\"say \"\"m\"\"\"", &["a | n", "b | say \"m\""]);
    check("sep=|\nsummary|done\na, b|1\n", &["x a, b"]);
    check(
        "id,summary,completed_at,completed\r1,a,,2026-02-28T10:00\r2,b,,\r",
        &["x a", "b"],
    );
    check("summary,description\n,\n\na,b\n", &["a | b"]);
}

#[test]
fn markdown() {
    let check = |file, expected: &[&str]| check(Format::Markdown, file, expected);
    check(
        "# Shopping\n\n- [ ] a\n\n* [x] b\n+ [X] c\n- d\n1. e\n12) [x] f\n[ ] g\n***\n",
        &["a", "x b", "x c", "d", "e", "x f", "g"],
    );
    check("- [ ] a\n\n  n\n\n  m\n\n- b", &["a | n\n\nm", "b"]);
    check(
        "- a\n    - [ ] sub\n\tmore\n less\n- b\r\n",
        &["a |   - [ ] sub\nmore\nless", "b"],
    );
    check("  - a\n    n\n  - b\n", &["a | n", "b"]);
    check("1. a\n   n\n2. b\n", &["a | n", "b"]);
    check(
        "- [x](https://example.org) a\n- 1.5 litres\n- &amp;#13; &#13 &lt;\n",
        &["[x](https://example.org) a", "1.5 litres", "&#13; &#13 &lt;"],
    );
}

#[test]
fn todo_txt() {
    let check = |file, expected: &[&str]| check(Format::TodoTxt, file, expected);
    check(
        "(A) 2026-02-01 Call mum +family @phone due:2026-03-01\n",
        &["(A) Call mum +family @phone due:2026-03-01"],
    );
    check(
        "x 2026-02-28 2026-02-01 Review\n\nx (B) 2026-02-28 Pay\n",
        &["x Review", "x (B) Pay"],
    );
    check(
        "xylophone\nX marks\n2026-02-28\n(a) b\n",
        &["xylophone", "X marks", "2026-02-28", "(a) b"],
    );
    check(
        "a description:100%\r\nb description:x%ff\rc",
        &["a | 100%", "b | x%ff", "c"],
    );
}

#[test]
fn yaml() {
    let check = |file, expected: &[&str]| check(Format::Yaml, file, expected);
    check("- a\n- 'it''s'\n- \"b\\tc\"\n", &["a", "it's", "b\tc"]);
    check(
        "# mine\n---\ntasks:\n- title: a # first\n  notes: >-\n    n\n    m\n\n- title: b\n  tags: [x]\nversion: 1\n",
        &["a | n m", "b"],
    );
    check(
        "tasks:\n    - title: a\n      notes: |+\n        n\n\n    - title: \"b\n       c\"\nother:\n  - no\n",
        &["a | n\n\n", "b c"],
    );
    check(
        "-\n  title: a\n  notes: [n, m]\n  done: true\n-   title: b\n    notes: ~\n",
        &["x a | n\nm", "b"],
    );
    check("title: a\nnotes: n\n---\ntitle: b\n...\n", &["a | n", "b"]);
    check("[a, {title: b, done: yes}]", &["a", "x b"]);
    check("{tasks: [a,\n {title: b}]}", &["a", "b"]);
    check("%YAML 1.2\n---\n- !!str a\n- &x b\n", &["a", "b"]);
    check("- a\n  b\r\n\r\n-\td\r\n", &["a b", "d"]);
}

#[test]
fn lines_are_those_of_the_file() {
    for (format, file, lines) in [
        (
            Format::Json,
            "[\n\"a\",\n\n{\"title\":\n\"b\"}, \"c\"]",
            [2, 4, 5],
        ),
        (
            Format::Csv,
            "\r\nsummary,notes\r\na,\"\n\n\"\n\nb,\nc,",
            [3, 7, 8],
        ),
        (Format::Markdown, "# x\n\n- a\n  n\n- b\n\n- c", [3, 5, 7]),
        (Format::TodoTxt, "a\r\n\r\nb\rc", [1, 3, 4]),
        (Format::Yaml, "# x\ntasks:\n- a\n-\n  title: b\n\n- c", [3, 4, 7]),
    ] {
        let imported = import(format, file.as_bytes());
        let read: Vec<_> = imported.items.iter().map(|item| item.line).collect();
        assert_eq!(read, lines, "{file}: {:?}", imported.problems);
    }
}
