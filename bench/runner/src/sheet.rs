//! The figures of all runs, and why some are missing.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::measure::{App, Group, Measure, What};
use crate::stats::Spread;

/// Every figure that was taken.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    figures: BTreeMap<(Measure, App), Vec<f64>>,
    reasons: BTreeMap<(Measure, App), String>,
}

impl Sheet {
    /// The figures of one run of one app.
    pub(crate) fn page(&mut self, app: App, group: Group) -> Page<'_> {
        Page {
            sheet: self,
            app,
            group,
        }
    }

    /// What came of all runs.
    pub(crate) fn spread(&self, measure: Measure, app: App) -> Option<Spread> {
        Spread::of(self.figures.get(&(measure, app))?)
    }

    /// Why a figure is missing, in a run or in all of them.
    pub(crate) fn reason(&self, measure: Measure, app: App) -> Option<&str> {
        self.reasons.get(&(measure, app)).map(String::as_str)
    }
}

/// Where one run writes its figures.
pub(crate) struct Page<'a> {
    sheet: &'a mut Sheet,
    app: App,
    group: Group,
}

impl Page<'_> {
    fn key(&self, what: What) -> (Measure, App) {
        let measure = Measure {
            group: self.group,
            what,
        };
        (measure, self.app)
    }

    /// Writes figures down, or why there are none.
    pub(crate) fn note(&mut self, what: What, figures: Result<Vec<f64>>) {
        let key = self.key(what);
        match figures {
            Ok(figures) => self.sheet.figures.entry(key).or_default().extend(figures),
            Err(error) => {
                self.sheet.reasons.insert(key, format!("{error:#}"));
            }
        }
    }

    /// Writes down why all that this run has not noted is missing.
    pub(crate) fn fail(&mut self, error: &anyhow::Error) {
        for measure in self.group.measures() {
            if self.sheet.spread(measure, self.app).is_none() {
                let reason = self.sheet.reasons.entry((measure, self.app));
                reason.or_insert_with(|| format!("{error:#}"));
            }
        }
    }

    /// This run's last figures in a line, for whoever waits.
    pub(crate) fn line(&self) -> String {
        let last = |measure: Measure| {
            let figures = self.sheet.figures.get(&(measure, self.app));
            let figure = figures.and_then(|figures| figures.last());
            figure.map_or("–".to_owned(), |figure| {
                format!("{figure:.*}", measure.what.digits())
            })
        };
        let all: Vec<_> = self.group.measures().into_iter().map(last).collect();
        all.join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn a_failure_is_the_reason_of_what_is_missing_alone() {
        let mut sheet = Sheet::default();
        let mut page = sheet.page(App::Ours, Group::Throttled);
        page.note(What::FirstPaint, Ok(vec![3.0]));
        page.fail(&anyhow!("it crashed"));
        let at = |what| Measure {
            group: Group::Throttled,
            what,
        };
        assert_eq!(sheet.reason(at(What::FirstPaint), App::Ours), None);
        assert_eq!(sheet.reason(at(What::ListPainted), App::Ours), Some("it crashed"));
        assert_eq!(sheet.spread(at(What::ListPainted), App::Ours), None);
        assert_eq!(sheet.spread(at(What::FirstPaint), App::React), None);
    }
}
