//! Files with something wrong in them: what is said of them, and that the rest is offered.

use super::*;
use crate::task::SummaryError;

/// The summaries that are offered, and the line and kind of each problem.
fn read(format: Format, file: &[u8]) -> (Vec<String>, Vec<(u32, ProblemKind)>) {
    let imported = import(format, file);
    let problems = imported
        .problems
        .iter()
        .map(|problem| (problem.line, problem.kind))
        .collect();
    (
        plain(&imported)
            .into_iter()
            .map(|(summary, ..)| summary)
            .collect(),
        problems,
    )
}

#[track_caller]
fn check(format: Format, file: &[u8], summaries: &[&str], problems: &[(u32, ProblemKind)]) {
    let (read, found) = read(format, file);
    assert_eq!(read, summaries);
    assert_eq!(found, problems);
}

#[test]
fn what_is_no_text() {
    for format in Format::ALL {
        check(
            format,
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            &[],
            &[(1, ProblemKind::Binary { byte: 0 })],
        );
        check(
            format,
            b"PK\x03\x04\x14\0\x08\x08",
            &[],
            &[(1, ProblemKind::Binary { byte: 5 })],
        );
        check(
            format,
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            &[],
            &[(1, ProblemKind::Binary { byte: 0 })],
        );
        check(
            format,
            b"\xff\xfe\0\0a\0\0\0",
            &[],
            &[(1, ProblemKind::Encoding { byte: 0 })],
        );
        check(
            format,
            b"a\0b\0c\0",
            &[],
            &[(1, ProblemKind::Encoding { byte: 0 })],
        );
    }
}

#[test]
fn another_encoding_is_said_with_its_place() {
    // "Grüße" in Windows-1252, in the third line.
    let file = b"a\nb\nGr\xfc\xdfe\nc\n";
    check(
        Format::TodoTxt,
        file,
        &["a", "b", "Gr"],
        &[(3, ProblemKind::Encoding { byte: 6 })],
    );
    // Half of a pair in UTF-16.
    let file = b"\xff\xfea\0\n\0\x3d\xd8b\0\n\0";
    check(
        Format::TodoTxt,
        file,
        &["a"],
        &[(2, ProblemKind::Encoding { byte: 6 })],
    );
    // Zeros where a disk lost what was there.
    let file = [b"a\n".repeat(3000).as_slice(), &[0; 512]].concat();
    let (summaries, problems) = read(Format::TodoTxt, &file);
    assert_eq!(
        (summaries.len(), problems),
        (3000, vec![(3001, ProblemKind::Binary { byte: 6000 })])
    );
}

#[test]
fn half_a_json_offers_what_is_whole() {
    let file = br#"[{"summary":"a"},
 {"summary":"b"},
 {"summary":"c","descr"#;
    check(Format::Json, file, &["a", "b"], &[(3, ProblemKind::CutOff)]);
    let imported = import(Format::Json, file);
    assert_eq!(imported.problems[0].text, r#"{"summary":"c","descr"#);
    check(
        Format::Json,
        b"{\"tasks\":[\"a\",\n\"b\"\n",
        &["a", "b"],
        &[(2, ProblemKind::CutOff)],
    );
    check(Format::Json, b"[\"a\",\n", &["a"], &[(2, ProblemKind::CutOff)]);
}

#[test]
fn one_bad_element_harms_no_other() {
    check(
        Format::Json,
        b"[\"a\",\n{\"title\": \"b\",},\n7,\n{\"due\": 1},\n,\"\\ud800\",\n\"c\"]",
        &["a", "c"],
        &[
            (2, ProblemKind::Syntax),
            (3, ProblemKind::NotATask),
            (4, ProblemKind::NotATask),
            (5, ProblemKind::Syntax),
            (5, ProblemKind::Syntax),
        ],
    );
    check(
        Format::Yaml,
        b"- a\n- title: \"b\n- title: c\n  notes: [\n- due: 1\n- - x\n- *nobody\n- d\nprose\n",
        &["a", "d"],
        &[
            (2, ProblemKind::Syntax),
            (3, ProblemKind::Syntax),
            (5, ProblemKind::NotATask),
            (6, ProblemKind::NotATask),
            (7, ProblemKind::Syntax),
            (9, ProblemKind::NotATask),
        ],
    );
    check(
        Format::Markdown,
        b"Prose.\n- a\n\n- \nMore prose.\n- b\n",
        &["a", "b"],
        &[
            (1, ProblemKind::NotATask),
            (4, ProblemKind::Summary(SummaryError::Empty)),
            (5, ProblemKind::NotATask),
        ],
    );
    check(
        Format::Json,
        b"<!doctype html>\n<p>a\n",
        &[],
        &[(1, ProblemKind::Syntax)],
    );
}

#[test]
fn ragged_rows_by_line() {
    let file = b"summary,description\na,b\nc\n\"d\n\",e,f\ng,h\n";
    let ragged = |found| ProblemKind::Ragged { expected: 2, found };
    check(Format::Csv, file, &["a", "g"], &[(3, ragged(1)), (4, ragged(3))]);
    let imported = import(Format::Csv, file);
    assert_eq!(imported.problems[1].text, "d\n,e,f");
    let draft = imported.problems[1].mended().unwrap();
    assert_eq!(
        (draft.summary.as_str(), draft.description.as_str()),
        ("d", "d\n,e,f")
    );
    check(
        Format::Csv,
        b"a,b\nc,\"d\ne,f\n",
        &["a"],
        &[(2, ProblemKind::OpenQuote)],
    );
}

#[test]
fn a_long_summary_is_kept_whole() {
    let long = "y".repeat(130);
    for format in Format::ALL {
        let tasks = [("a", ""), (&long, "notes"), ("b", "")]
            .map(|(summary, description)| (summary.to_owned(), description.to_owned(), true));
        let imported = import(format, &export(format, &tasks));
        assert_eq!(imported.items.len(), 2);
        let [problem] = &imported.problems[..] else {
            panic!("{:?}", imported.problems)
        };
        assert_eq!(
            problem.kind,
            ProblemKind::Summary(SummaryError::TooLong { characters: 130 })
        );
        assert_eq!(
            (problem.text.as_str(), problem.description.as_str(), problem.done),
            (long.as_str(), "notes", true)
        );
        let draft = problem.mended().unwrap();
        assert_eq!(draft.summary.as_str(), "y".repeat(119));
        assert_eq!(draft.description, format!("{long}\n\nnotes"));
    }
}

#[test]
fn a_server_may_have_tasks_that_break_the_rule() {
    for format in Format::ALL {
        let tasks = [
            ("a\r\nb".to_owned(), "c".to_owned(), false),
            (String::new(), "d".to_owned(), false),
        ];
        let imported = import(format, &export(format, &tasks));
        let problems: Vec<_> = imported
            .problems
            .iter()
            .map(|p| (p.kind, p.text.as_str(), p.description.as_str()))
            .collect();
        let expected = [
            (ProblemKind::Summary(SummaryError::LineBreak), "a\r\nb", "c"),
            (ProblemKind::Summary(SummaryError::Empty), "", "d"),
        ];
        assert_eq!(problems, expected, "{format:?}");
    }
}

#[test]
fn duplicates_are_marked() {
    let mut reader = Reader::new(Format::TodoTxt, Box::new(|summary, _| summary == "b"));
    reader.read(b"a\nb\na\na description:c\nb\n");
    let imported = reader.end();
    let marks: Vec<_> = imported.items.iter().map(|item| item.duplicate).collect();
    let expected = [
        None,
        Some(Duplicate::Existing),
        Some(Duplicate::Line(1)),
        None,
        Some(Duplicate::Line(2)),
    ];
    assert_eq!(marks, expected);
    assert_eq!(imported.duplicate_count, 3);
}

#[test]
fn one_task_has_a_ceiling_and_harms_no_other() {
    let most = "y".repeat(YAML_TASK_MAX - 300);
    let over = "y".repeat(TASK_MAX + 1);
    for format in Format::ALL {
        let tasks = [("a", &most), ("b", &over), ("c", &"n".to_owned())];
        let tasks = tasks.map(|(summary, description)| (summary.to_owned(), description.clone(), false));
        let imported = import(format, &export(format, &tasks));
        assert_eq!(
            plain(&imported),
            [tasks[0].clone(), tasks[2].clone()],
            "{format:?}"
        );
        let kinds: Vec<_> = imported.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::TaskTooLarge], "{format:?}");
    }
}

#[test]
fn a_file_has_a_ceiling() {
    let yaml = format!("[{}]", "a, ".repeat(100_000));
    check(
        Format::Yaml,
        yaml.as_bytes(),
        &[],
        &[(1, ProblemKind::TaskTooLarge)],
    );
    let part = [b"y".repeat(PART - 1), b"\n".to_vec()].concat();
    let mut reader = Reader::new(Format::TodoTxt, Box::new(|_, _| false));
    let mut parts = 0;
    while reader.read(&part) {
        parts += 1;
    }
    assert_eq!(parts, FILE_MAX / PART as u64);
    let imported = reader.end();
    assert_eq!(imported.problem_count as u64, parts + 1);
    assert!(imported.problems.len() <= PROBLEMS_MAX + 1);
    assert_eq!(
        imported.problems.last().map(|problem| problem.kind),
        Some(ProblemKind::FileTooLarge)
    );

    let imported = import(Format::TodoTxt, &b"a\n".repeat(TASKS_MAX + 2));
    assert_eq!(imported.items.len(), TASKS_MAX);
    assert_eq!(
        imported.problems.last().map(|problem| problem.kind),
        Some(ProblemKind::TooManyTasks)
    );
    assert_eq!(imported.problem_count, 1);
}

#[test]
fn ten_thousand_tasks_with_fifty_bad_lines() {
    let long = "y".repeat(120);
    for format in Format::ALL {
        let task = |at: usize| match at % 200 {
            7 => (format!("{at} {long}"), String::new(), false),
            _ => (format!("Task {at}"), "notes".to_owned(), false),
        };
        let tasks: Vec<_> = (0..10_000).map(task).collect();
        let imported = import(format, &export(format, &tasks));
        assert_eq!((imported.items.len(), imported.problem_count), (9_950, 50));
        for (at, problem) in imported.problems.iter().enumerate() {
            assert_eq!(problem.text, tasks[200 * at + 7].0);
        }
    }
}
