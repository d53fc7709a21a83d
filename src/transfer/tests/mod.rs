//! What holds for every format, for any text and any bytes.

mod bad_files;
mod foreign;
mod guess;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::task::Summary;

/// A task in a shape that can be compared.
type Plain = (String, String, bool);

pub(super) fn export(format: Format, tasks: &[Plain]) -> Vec<u8> {
    let mut writer = Writer::new(format);
    let mut file = String::new();
    for (summary, description, done) in tasks {
        writer.add(&Entry {
            summary,
            description,
            done: *done,
        });
        file.push_str(&writer.take());
    }
    file.push_str(&writer.end());
    file.into_bytes()
}

pub(super) fn import_parts<'a>(format: Format, parts: impl IntoIterator<Item = &'a [u8]>) -> Imported {
    let mut reader = Reader::new(format, Box::new(|_, _| false));
    for part in parts {
        if !reader.read(part) {
            break;
        }
    }
    reader.end()
}

pub(super) fn import(format: Format, file: &[u8]) -> Imported {
    import_parts(format, file.chunks(PART))
}

pub(super) fn plain(imported: &Imported) -> Vec<Plain> {
    let items = imported.items.iter();
    items
        .map(|item| {
            let draft = &item.draft;
            (
                draft.summary.as_str().to_owned(),
                draft.description.clone(),
                item.done,
            )
        })
        .collect()
}

fn utf16(text: &[u8], little: bool) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap().trim_start_matches('\u{feff}');
    let bytes = |unit: u16| {
        if little {
            unit.to_le_bytes()
        } else {
            unit.to_be_bytes()
        }
    };
    std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

/// What means something in one of the formats.
const TRICKY: [&str; 60] = [
    "x ",
    "X",
    "(A) ",
    "2026-02-28 ",
    "summary:",
    " description:",
    "%0A",
    "%",
    ":",
    ": ",
    "- ",
    "-",
    "[ ] ",
    "[x] ",
    "* ",
    "1. ",
    "# ",
    "#",
    "---",
    "...",
    "|",
    ">",
    "&",
    "amp;",
    "#13;",
    "#0;",
    "#10;",
    "&#13;",
    "'",
    "\"",
    "\\",
    "\\n",
    "=",
    "+",
    "@",
    "＝",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\u{0}",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    " ",
    "  ",
    "\u{a0}",
    "[",
    "]",
    "{",
    "}",
    "null",
    "~",
    "true",
    "summary",
    "sep=;",
    "a",
    "👋",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        vec(select(&TRICKY[..]), 0..8).prop_map(|tokens| tokens.concat()),
        vec(select(&["a", "b c", "\n", "\n  ", ":", "#", "- "][..]), 0..8).prop_map(|tokens| tokens.concat()),
    ]
}

fn summary() -> impl Strategy<Value = String> {
    text().prop_filter_map("no summary", |text| {
        let text = text.replace(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}'], "");
        Summary::from_typed(&text)
            .ok()
            .map(|summary| summary.as_str().to_owned())
    })
}

fn tasks() -> impl Strategy<Value = Vec<Plain>> {
    vec((summary(), text(), any::<bool>()), 0..5)
}

fn format() -> impl Strategy<Value = Format> {
    select(&Format::ALL[..])
}

/// Bytes that get further than others: pieces of each format, and what is no text.
fn file() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..80),
        vec(select(&TRICKY[..]), 0..40).prop_map(|tokens| tokens.concat().into_bytes()),
        "(\\[|\\{|\"tasks\":|\"title\":|\"a\"|,|:|\\]|\\}|1|null|\n| |\\\\|\"){0,30}".prop_map(String::into_bytes),
        "(- |summary: |tasks:|[|>][-+]?|&a |\\*a|<<: |!!str |\\? |\\[|\\]|\\{|\\}|'|\"|\n|\n  |\n    |\t|a|#|---\n|%YAML 1.2\n){0,30}"
            .prop_map(String::into_bytes),
        (format(), tasks(), any::<Index>(), any::<u8>()).prop_map(|(format, tasks, at, byte)| {
            let mut file = export(format, &tasks);
            let at = at.index(file.len() + 1);
            file.insert(at, byte);
            file
        }),
        (format(), tasks(), any::<bool>()).prop_map(|(format, tasks, little)| utf16(&export(format, &tasks), little)),
    ]
}

fn cut<'a>(file: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(file.len() + 1)).collect();
    ends.extend([0, file.len()]);
    ends.sort_unstable();
    ends.windows(2).map(|pair| &file[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn what_goes_out_comes_back(format in format(), tasks in tasks()) {
        let file = export(format, &tasks);
        let imported = import(format, &file);
        prop_assert_eq!(&imported.problems, &[], "{}", String::from_utf8_lossy(&file));
        prop_assert_eq!(plain(&imported), tasks, "{}", String::from_utf8_lossy(&file));
    }

    #[test]
    fn in_utf_16_it_is_the_same(format in format(), tasks in tasks(), little in any::<bool>()) {
        let file = utf16(&export(format, &tasks), little);
        prop_assert_eq!(plain(&import(format, &file)), tasks);
    }

    /// However a file is cut into parts, it is read as it is in one piece; and no file is too much for a reader.
    #[test]
    fn parts_change_nothing(format in format(), file in file(), cuts in vec(any::<Index>(), 0..6)) {
        let mut whole = import_parts(format, [&file[..]]);
        let mut parts = import_parts(format, cut(&file, &cuts));
        // Where the reading ends early, how much was taken in is another matter, and so is what stood around the place.
        (whole.bytes, parts.bytes) = (0, 0);
        for problem in whole.problems.iter_mut().chain(&mut parts.problems) {
            if let ProblemKind::Binary { byte } = problem.kind {
                problem.kind = ProblemKind::Encoding { byte };
            }
        }
        let ends_early = whole.problems.iter().any(|problem| matches!(problem.kind, ProblemKind::Encoding { .. }));
        if !ends_early {
            prop_assert_eq!(whole, parts);
        }
    }

    /// Of a file that breaks off, all is offered that was whole.
    #[test]
    fn a_file_that_breaks_off(format in format(), tasks in tasks(), end in any::<Index>()) {
        let file = export(format, &tasks);
        // A heading that breaks off is no heading any more.
        let head = if format == Format::Csv { super::csv::HEAD.len() } else { 0 };
        let end = head + end.index(file.len() - head + 1);
        let imported = import(format, &file[..end]);
        let read = plain(&imported);
        prop_assert!(imported.problem_count <= 1, "{:?}", imported.problems);
        // The last one may be cut, where the format can't tell.
        let whole = match format {
            Format::Json => read.len(),
            _ => read.len().saturating_sub(1),
        };
        prop_assert!(read.len() <= tasks.len());
        prop_assert_eq!(&read[..whole], &tasks[..whole]);
        if read.len() + imported.problem_count < tasks.len() {
            // No more than the one at the end is missing.
            let shorter = export(format, &tasks[..read.len() + imported.problem_count]);
            // Two quotation marks alone are an empty row.
            let blank = if format == Format::Csv { 2 } else { 0 };
            prop_assert!(end <= shorter.len() + blank, "{} of {}", end, shorter.len());
        }
    }

    #[test]
    fn a_problem_can_be_mended_without_loss(format in format(), file in file()) {
        for problem in import(format, &file).problems {
            if let Some(draft) = problem.mended() {
                let all = format!("{}\n{}", draft.summary.as_str(), draft.description);
                prop_assert!(all.contains(problem.text.trim()));
                prop_assert!(all.contains(&problem.description));
            }
        }
    }

    #[test]
    fn a_guess_is_never_too_much(name in "[a-z.]{0,6}(json|csv|md|txt|yaml)?", start in file()) {
        let _ = Format::guess(&name, &start);
    }
}

#[test]
fn what_was_exported_is_recognised() {
    let tasks = [(
        "Buy milk".to_owned(),
        "Two litres.\nThe blue one.".to_owned(),
        false,
    )];
    for format in Format::ALL {
        let file = export(format, &tasks);
        assert_eq!(Format::guess("tasks", &file), format);
        assert_eq!(Format::guess(&format!("a.{}", format.extension()), b""), format);
    }
}

#[test]
fn files_look_as_a_person_would_write_them() {
    let tasks = [
        (
            "Buy milk".to_owned(),
            "Two litres.\n\nThe blue one.".to_owned(),
            false,
        ),
        ("Call \"Zoë\"".to_owned(), String::new(), true),
    ];
    let shown = Format::ALL.map(|format| String::from_utf8(export(format, &tasks)).unwrap());
    assert_eq!(
        shown,
        [
            "[\n{\"summary\":\"Buy milk\",\"description\":\"Two litres.\\n\\nThe blue one.\"},\n\
             {\"summary\":\"Call \\\"Zoë\\\"\",\"description\":\"\",\"done\":true}\n]\n",
            "\u{feff}summary,description,done\r\n\"Buy milk\",\"Two litres.\n\nThe blue one.\",false\r\n\
             \"Call \"\"Zoë\"\"\",\"\",true\r\n",
            "- [ ] Buy milk\n  Two litres.\n  \n  The blue one.\n- [x] Call \"Zoë\"\n",
            "Buy milk description:Two%20litres.%0A%0AThe%20blue%20one.\nx Call \"Zoë\"\n",
            "- summary: \"Buy milk\"\n  description: |-\n    Two litres.\n\n    The blue one.\n\
             - summary: \"Call \\\"Zoë\\\"\"\n  done: true\n",
        ]
    );
    for format in [Format::Markdown, Format::TodoTxt] {
        assert_eq!(export(format, &[]), b"");
    }
    for format in Format::ALL {
        assert_eq!(import(format, &export(format, &[])).problem_count, 0);
    }
}

#[test]
fn no_cell_is_a_formula() {
    for text in ["=1+1", " =1", "\t@a", "'=1", "+1", "-1", "\n=1", "＝1", "\u{0}=1"] {
        let file = export(Format::Csv, &[("a".to_owned(), text.to_owned(), false)]);
        let file = String::from_utf8(file).unwrap();
        assert!(file.contains(&format!("\"a\",\"'{text}\"")), "{file}");
    }
    let kept = import(Format::Csv, b"summary\n'tis\n''quoted''\n'=1\n");
    let summaries: Vec<_> = plain(&kept).into_iter().map(|(summary, ..)| summary).collect();
    assert_eq!(summaries, ["'tis", "''quoted''", "=1"]);
}
