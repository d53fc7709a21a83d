//! The figures as a table in Markdown, and its place in the README.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::goals::goals;
use crate::measure::{App, Group, Measure, What};
use crate::sheet::Sheet;
use crate::stats::Spread;

/// Between these lines of the README stands what this program writes.
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// A figure that is missing.
const NONE: &str = "–";

/// Puts a text between the markers.
pub(crate) fn replace(readme: &str, text: &str) -> Result<String> {
    let (before, rest) = readme
        .split_once(BEGIN)
        .with_context(|| format!("the README has no {BEGIN}"))?;
    let (_, after) = rest
        .split_once(END)
        .with_context(|| format!("the README has no {END}"))?;
    Ok(format!("{before}{BEGIN}\n{text}{END}{after}"))
}

/// The tables of these groups, and below them why figures are missing.
pub(crate) fn tables(sheet: &Sheet, groups: &[Group]) -> String {
    let mut text = String::new();
    let mut missing = String::new();
    for group in groups {
        let titles = App::ALL.map(App::title).join(" | ");
        text.push_str(&format!(
            "**{}**\n\n| | {titles} | ÷ plain JS | ÷ Solid | ÷ React | n | goal |\n|---|---|---|---|---|---|---|---|---|---|\n",
            group.title()
        ));
        for measure in group.measures() {
            text.push_str(&row(sheet, measure));
        }
        text.push('\n');
        missing.push_str(&reasons(sheet, *group));
    }
    if !missing.is_empty() {
        text.push_str("What is missing, in one run or in all of them:\n\n");
    }
    text.push_str(&missing);
    text
}

/// Why figures of a group are missing, a line for each app and reason.
fn reasons(sheet: &Sheet, group: Group) -> String {
    let mut reasons = BTreeMap::<(App, &str), Vec<&str>>::new();
    for measure in group.measures() {
        for app in App::ALL {
            if let Some(reason) = sheet.reason(measure, app) {
                let title = measure.what.title();
                let name = title.rsplit_once(", ").map_or(title, |(name, _)| name);
                reasons.entry((app, reason)).or_default().push(name);
            }
        }
    }
    let mut text = String::new();
    for ((app, reason), names) in reasons {
        let names = names.join("; ");
        text.push_str(&format!(
            "- {}, {}, {names}: {reason}\n",
            app.title(),
            group.title()
        ));
    }
    text
}

fn row(sheet: &Sheet, measure: Measure) -> String {
    let cells = App::ALL.map(|app| match sheet.spread(measure, app) {
        Some(spread) => cell(measure.what, &spread),
        None => NONE.to_owned(),
    });
    let ratios = [App::Vanilla, App::Solid, App::React].map(|peer| ratio(sheet, measure, peer));
    let wanted = goals(measure).iter().map(|goal| {
        let met = match goal.is_met(measure, sheet) {
            Some(true) => "met",
            Some(false) => "**not met**",
            None => NONE,
        };
        format!("≤ {}: {met}", goal.title())
    });
    let wanted = wanted.collect::<Vec<_>>().join("; ");
    let title = measure.what.title();
    let counts = counts(sheet, measure);
    format!(
        "| {title} | {} | {} | {counts} | {wanted} |\n",
        cells.join(" | "),
        ratios.join(" | ")
    )
}

/// How many figures each median is of; when the apps differ, the fewest and the most.
fn counts(sheet: &Sheet, measure: Measure) -> String {
    let counts = || {
        App::ALL
            .into_iter()
            .filter_map(|app| Some(sheet.spread(measure, app)?.count))
    };
    match (counts().min(), counts().max()) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => format!("{least}–{most}"),
        _ => NONE.to_owned(),
    }
}

/// `median (p10–p90)`
fn cell(what: What, spread: &Spread) -> String {
    let shown = |figure: f64| match what {
        // Chromium tells of tasks from 50 ms on (W3C Long Tasks, 2.1).
        What::LongestTask if figure < 50.0 => "< 50".to_owned(),
        _ => format!("{figure:.*}", what.digits()),
    };
    let Spread { median, p10, p90, .. } = *spread;
    let (median, p10, p90) = (shown(median), shown(p10), shown(p90));
    if p10 == p90 {
        return median;
    }
    format!("{median} ({p10}–{p90})")
}

/// Our median divided by a peer's.
fn ratio(sheet: &Sheet, measure: Measure, peer: App) -> String {
    let median = |app| sheet.spread(measure, app).map(|spread| spread.median);
    match (median(App::Ours), median(peer)) {
        (Some(ours), Some(theirs)) if theirs > 0.0 && ours > 0.0 => format!("{:.2}", ours / theirs),
        _ => NONE.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn the_text_goes_between_the_markers() {
        let readme = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let expected = format!("a\n{BEGIN}\nnew\n{END}\nb\n");
        assert_eq!(replace(&readme, "new\n").unwrap(), expected);
        assert!(replace("a", "new").is_err());
    }

    #[test]
    fn a_row_has_medians_spreads_ratios_and_goals() {
        let mut sheet = Sheet::default();
        let mut note = |app, figures: &[f64]| {
            sheet
                .page(app, Group::Throttled)
                .note(What::ListPainted, Ok(figures.to_vec()));
        };
        note(App::Ours, &[800.0, 900.0, 1000.0]);
        note(App::React, &[1000.0]);
        let text = tables(&sheet, &[Group::Throttled]);
        let row = "| list painted, ms | 900 (820–980) | – | – | 1000 | – | – | 0.90 | 1–3 | ≤ 0.85 × React: **not met** |";
        assert!(text.contains(row), "{text}");
        assert!(!text.contains("missing"), "{text}");
    }

    #[test]
    fn what_is_missing_has_a_reason() {
        let mut sheet = Sheet::default();
        sheet
            .page(App::Ours, Group::Large)
            .note(What::Keystroke, Err(anyhow!("it has no search field")));
        let text = tables(&sheet, &[Group::Large]);
        let reason = "- Strikethrough, 100,000 tasks in one answer, search: keystroke → painted: it has no search field\n";
        assert!(text.contains(reason), "{text}");
    }

    #[test]
    fn tasks_too_short_to_be_told_are_no_figure() {
        let spread = Spread::of(&[0.0]).unwrap();
        assert_eq!(cell(What::LongestTask, &spread), "< 50");
    }
}
