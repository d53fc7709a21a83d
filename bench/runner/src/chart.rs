//! The figures as a picture: bars for each app, in each row as long as its longest allows.

use std::fmt::Write;

use crate::measure::{App, Group, Measure, What};
use crate::sheet::Sheet;

/// What is in the picture: less than the table has.
const ROWS: [(Group, What, &str); 10] = [
    (Group::Start, What::ListPainted, "First visit: list painted, ms"),
    (
        Group::Throttled,
        What::ListPainted,
        "First visit over a slow line: list painted, ms",
    ),
    (Group::Start, What::SecondVisit, "Second visit: list painted, ms"),
    (
        Group::Large,
        What::FirstRows,
        "100,000 tasks: first rows painted, ms",
    ),
    (
        Group::Large,
        What::LaidOut,
        "100,000 tasks: whole list laid out, ms",
    ),
    (
        Group::Large,
        What::AddWork,
        "100,000 tasks: add one, script + layout, ms",
    ),
    (
        Group::Large,
        What::FinishWork,
        "100,000 tasks: finish one, script + layout, ms",
    ),
    (
        Group::Large,
        What::KeystrokeP95,
        "100,000 tasks: search, keystroke → painted, 95th percentile, ms",
    ),
    (
        Group::Large,
        What::ScrollP95,
        "100,000 tasks: scroll, main thread in a frame, 95th percentile, ms",
    ),
    (Group::Large, What::Memory, "100,000 tasks: memory, MB"),
];

// All in pixels.
const WIDTH: f64 = 760.0;
const NAMES: f64 = 130.0;
const FIGURES: f64 = 70.0;
const BAR: f64 = 13.0;
const STEP: f64 = 17.0;
const TITLE: f64 = 30.0;

/// Read with the colours of the page around it, light or dark: ours in the app's green, the others in grey.
const STYLE: &str = "text{font:13px ui-sans-serif,system-ui,sans-serif;fill:#22262b}.title{font-weight:600}\
    .ours{fill:#0d6355}.peer{fill:#a8a292}\
    @media(prefers-color-scheme:dark){text{fill:#ebe8e2}.ours{fill:#6fcfb8}.peer{fill:#6b6f76}}";

/// The picture, as SVG.
pub(crate) fn chart(sheet: &Sheet) -> String {
    let mut body = String::new();
    let mut y = 0.0;
    for (group, what, title) in ROWS {
        let medians = App::ALL.map(|app| {
            sheet
                .spread(Measure { group, what }, app)
                .map(|spread| spread.median)
        });
        let most = medians.into_iter().flatten().fold(0.0, f64::max);
        let title = escape(title);
        // Writing into a text never fails.
        let _ = writeln!(
            body,
            "<text class=\"title\" x=\"0\" y=\"{:.0}\">{title}</text>",
            y + TITLE - 9.0
        );
        y += TITLE;
        for (app, median) in App::ALL.into_iter().zip(medians) {
            let class = if app == App::Ours { "ours" } else { "peer" };
            let length = match median {
                Some(median) if most > 0.0 => median / most * (WIDTH - NAMES - FIGURES),
                _ => 0.0,
            };
            let figure = median.map_or("–".to_owned(), |median| format!("{median:.*}", what.digits()));
            let baseline = y + BAR - 2.0;
            let _ = writeln!(
                body,
                "<text x=\"0\" y=\"{baseline:.0}\">{}</text><rect class=\"{class}\" x=\"{NAMES}\" y=\"{y:.0}\" \
                 width=\"{length:.1}\" height=\"{BAR}\" rx=\"2\"/><text x=\"{:.1}\" y=\"{baseline:.0}\">{figure}</text>",
                escape(app.title()),
                NAMES + length + 6.0,
            );
            y += STEP;
        }
    }
    let height = y + 6.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"Medians of one run of the benchmark; shorter is better. The figures are in the table.\">\n\
         <style>{STYLE}</style>\n{body}</svg>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_the_row_and_the_others_are_in_proportion() {
        let mut sheet = Sheet::default();
        sheet
            .page(App::Ours, Group::Large)
            .note(What::Memory, Ok(vec![10.0]));
        sheet
            .page(App::React, Group::Large)
            .note(What::Memory, Ok(vec![20.0]));
        let svg = chart(&sheet);
        assert!(
            svg.contains("width=\"280.0\"") && svg.contains("width=\"560.0\""),
            "{svg}"
        );
        assert!(
            svg.contains(">10.0</text>") && svg.contains(">20.0</text>"),
            "{svg}"
        );
    }

    #[test]
    fn what_is_missing_is_a_dash_without_a_bar() {
        let svg = chart(&Sheet::default());
        assert_eq!(svg.matches(">–</text>").count(), ROWS.len() * App::ALL.len());
        assert!(!svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn signs_with_a_meaning_in_xml_are_escaped() {
        assert_eq!(escape("a < b & c"), "a &lt; b &amp; c");
    }
}
