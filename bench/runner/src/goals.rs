//! What the app is to reach beside its peers. Nothing fails for it: times depend on the machine.

use crate::measure::{App, Group, Measure, What};
use crate::sheet::Sheet;

/// The most that a median may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// This many times the median of a peer.
    Times(f64, App),
    /// This many times our own median of something else.
    Own(f64, Group, What),
    /// This much.
    Most(f64),
}

use Goal::{Most, Own, Times};

/// The goals of a row.
pub(crate) fn goals(measure: Measure) -> &'static [Goal] {
    use What::*;
    match (measure.group, measure.what) {
        (Group::Start, ListPainted) => &[Times(0.7, App::React), Times(1.25, App::Vanilla)],
        (Group::Start, FirstPaint) => &[Times(1.05, App::Vanilla)],
        (Group::Start, SecondVisit) => &[Times(1.0, App::React), Own(0.6, Group::Start, ListPainted)],
        (Group::Start, Bytes) => &[Most(120.0)],
        (Group::Throttled, ListPainted) => &[Times(0.85, App::React)],
        (Group::Thousand, AddPaint | EditPaint | TickPaint) => &[Times(1.0, App::React)],
        (Group::Large, LaidOut) => &[Times(0.9, App::React), Times(1.0, App::Vanilla)],
        (Group::Large, FirstRows) => &[Times(0.35, App::Vanilla)],
        (Group::Large, LongestTask) => &[Most(50.0)],
        (Group::Large, AddWork) => &[Times(0.4, App::React), Own(1.05, Group::Thousand, AddWork)],
        (Group::Large, TickWork) => &[Times(0.3, App::React), Own(1.05, Group::Thousand, TickWork)],
        (Group::Large, FinishWork) => &[Times(0.4, App::React), Own(1.05, Group::Thousand, FinishWork)],
        (Group::Large, ScrollP95) => &[Times(0.6, App::React), Most(16.7)],
        (Group::Large, ScrollBlank) => &[Most(0.0)],
        (Group::Large, KeystrokeP95) => &[Times(0.5, App::Vanilla), Most(16.0)],
        (Group::Large, Memory) => &[Times(1.1, App::Vanilla)],
        (Group::Refill, Growth) => &[Most(1.1)],
        _ => &[],
    }
}

impl Goal {
    /// Whether our median keeps to it; nothing while a figure is missing.
    pub(crate) fn is_met(self, measure: Measure, sheet: &Sheet) -> Option<bool> {
        let median = |measure, app| sheet.spread(measure, app).map(|spread| spread.median);
        let most = match self {
            Times(times, peer) => times * median(measure, peer)?,
            Own(times, group, what) => times * median(Measure { group, what }, App::Ours)?,
            Most(most) => most,
        };
        Some(median(measure, App::Ours)? <= most)
    }

    /// As the table has it.
    pub(crate) fn title(self) -> String {
        match self {
            Times(times, peer) => format!("{times} × {}", peer.short()),
            Own(times, Group::Thousand, _) => format!("{times} × own with 1,000"),
            Own(times, ..) => format!("{times} × own first visit"),
            Most(most) => format!("{most}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_by_medians() {
        let mut sheet = Sheet::default();
        let measure = Measure {
            group: Group::Start,
            what: What::ListPainted,
        };
        let goal = Times(0.7, App::React);
        sheet
            .page(App::React, Group::Start)
            .note(What::ListPainted, Ok(vec![100.0]));
        assert_eq!(goal.is_met(measure, &sheet), None);
        sheet
            .page(App::Ours, Group::Start)
            .note(What::ListPainted, Ok(vec![69.0]));
        assert_eq!(goal.is_met(measure, &sheet), Some(true));
        assert_eq!(Most(68.0).is_met(measure, &sheet), Some(false));
        assert_eq!(goal.title(), "0.7 × React");
    }
}
