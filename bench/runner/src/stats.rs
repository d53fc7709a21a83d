//! Figures of several runs in few.

/// The middle of several runs, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) p10: f64,
    pub(crate) p90: f64,
    /// How many figures there are.
    pub(crate) count: usize,
}

impl Spread {
    /// Nothing, if there are no figures.
    pub(crate) fn of(figures: &[f64]) -> Option<Self> {
        Some(Self {
            median: percentile(figures, 50.0)?,
            p10: percentile(figures, 10.0)?,
            p90: percentile(figures, 90.0)?,
            count: figures.len(),
        })
    }
}

/// The value below which this part of the figures lies, in percent, interpolated between the two nearest (Hyndman and
/// Fan 1996, definition 7: what R, NumPy and spreadsheets do). Nothing, if there are no figures.
pub(crate) fn percentile(figures: &[f64], percent: f64) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let at = last as f64 * percent.clamp(0.0, 100.0) / 100.0;
    let below = *sorted.get(at.floor() as usize)?;
    let above = *sorted.get(at.ceil() as usize)?;
    Some(below + (above - below) * at.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_between_the_two_in_the_middle() {
        assert_eq!(percentile(&[4.0, 1.0, 3.0, 2.0], 50.0), Some(2.5));
        assert_eq!(percentile(&[5.0, 1.0, 3.0], 50.0), Some(3.0));
    }

    #[test]
    fn percentiles_are_interpolated() {
        let figures: Vec<f64> = (0..=10).map(f64::from).collect();
        assert_eq!(percentile(&figures, 10.0), Some(1.0));
        assert_eq!(percentile(&figures, 95.0), Some(9.5));
        assert_eq!(percentile(&figures, 100.0), Some(10.0));
    }

    #[test]
    fn one_figure_is_all_of_them_and_none_is_nothing() {
        let one = Spread {
            median: 7.0,
            p10: 7.0,
            p90: 7.0,
            count: 1,
        };
        assert_eq!(Spread::of(&[7.0]), Some(one));
        assert_eq!(Spread::of(&[]), None);
    }
}
