//! The examples of the CommonMark specification and of its extensions, read from the package of the parser that
//! is in use, compared element by element.

use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event as Parsed, Parser};

use super::reference::{html, pieces, with_flat_links, without_bare_links};
use crate::markdown::builder::OPTIONS;
use crate::markdown::{Element, Event, parse};

struct Example {
    name: String,
    source: String,
    html: String,
}

/// Where the source of the parser is.
fn package() -> PathBuf {
    let output = |command: &mut Command| {
        let output = command.output().expect("cargo and rustc run");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    // Of other platforms nothing needs to be there.
    let version = output(Command::new("rustc").arg("-vV"));
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let metadata = output(
        Command::new(option_env!("CARGO").unwrap_or("cargo"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args([
                "metadata",
                "--format-version",
                "1",
                "--locked",
                "--no-default-features",
                "--filter-platform",
                host,
            ]),
    );
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let parser = packages
        .iter()
        .find(|package| package["name"] == "pulldown-cmark")
        .expect("the parser is a dependency");
    let manifest = Path::new(parser["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().to_owned()
}

/// The examples in one of the parser's test files: functions that each compare a source with its HTML.
fn examples(package: &Path, suite: &str) -> Vec<Example> {
    let path = package.join("tests/suite").join(suite);
    let file = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let literal = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!("let {name} = r##\"")).unwrap();
        rest.split_once("\"##;").unwrap().0.to_owned()
    };
    file.split("#[test]\nfn ")
        .skip(1)
        .map(|function| Example {
            name: function.split_once('(').unwrap().0.to_owned(),
            source: literal(function, "original"),
            html: literal(function, "expected"),
        })
        .collect()
}

fn text_of(events: &[Event]) -> String {
    events
        .iter()
        .map(|event| match event {
            Event::Text(text) => text.as_str(),
            Event::Open(Element::LineBreak) => "\n",
            _ => "",
        })
        .collect()
}

#[test]
fn the_examples_of_the_specification_are_shown_as_it_says() {
    let package = package();
    let mut failures = Vec::new();
    let (mut same, mut flat, mut bare) = (0, 0, 0);
    for (suite, count) in [
        ("spec.rs", 652),
        ("gfm_table.rs", 9),
        ("gfm_strikethrough.rs", 3),
        ("gfm_tasklist.rs", 2),
    ] {
        let examples = examples(&package, suite);
        assert!(examples.len() >= count, "{suite} has {} examples", examples.len());
        for example in examples {
            let ours = pieces(&html(&parse(&example.source).unwrap()));
            let theirs = pieces(&example.html);
            if ours == theirs {
                same += 1;
            } else if without_bare_links(&ours) == without_bare_links(&theirs) {
                bare += 1;
            } else if with_flat_links(&ours) == with_flat_links(&theirs) {
                flat += 1;
            } else {
                failures.push(format!(
                    "{}\n{}\n{theirs:?}\n{ours:?}\n",
                    example.name, example.source
                ));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failed\n{}",
        failures.len(),
        failures.join("\n")
    );
    // Each of these was looked at; more of them would be another behaviour.
    assert!(flat <= 8 && bare <= 4, "{flat} {bare}");
    println!(
        "{same} examples are the same, {flat} but for elements in an image's text, {bare} but for bare links"
    );
}

#[test]
fn no_text_of_an_example_is_lost() {
    let package = package();
    let mut count = 0;
    for suite in [
        "spec.rs",
        "gfm_table.rs",
        "gfm_strikethrough.rs",
        "gfm_tasklist.rs",
        "table.rs",
        "regression.rs",
    ] {
        for example in examples(&package, suite) {
            let Ok(events) = parse(&example.source) else {
                panic!("{}", example.name)
            };
            let shown = text_of(&events);
            // All that the parser gave, raw HTML included, in its order.
            let mut rest = shown.as_str();
            for parsed in Parser::new_ext(&example.source, OPTIONS) {
                let (Parsed::Text(text) | Parsed::Code(text) | Parsed::Html(text) | Parsed::InlineHtml(text)) =
                    parsed
                else {
                    continue;
                };
                let found = rest.find(&*text);
                assert!(
                    found.is_some(),
                    "{}: {text:?} of {:?} is not in {shown:?}",
                    example.name,
                    example.source
                );
                rest = &rest[found.unwrap() + text.len()..];
            }
            count += 1;
        }
    }
    println!("{count} examples lose no text");
}
