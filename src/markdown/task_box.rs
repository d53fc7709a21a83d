//! Boxes of task items, and how one is ticked in the source.

use super::{Element, Event, parse};

/// A box that can be ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskBox {
    /// Which byte of the source stands between its brackets.
    pub at: usize,
    /// Whether it is ticked.
    pub checked: bool,
}

/// Ticks the box whose character is at the byte `at` of the source, or takes its tick away. One character
/// changes, to `x` or to a space, and none if the box is as wanted already.
///
/// `None` if there is no such box, because the source is another than the one that was shown, or is
/// [not formatted](super::Unformatted).
pub fn toggle(source: &str, at: usize, checked: bool) -> Option<String> {
    let events = parse(source).ok()?;
    let found = boxes(&events).find(|found| found.at == at)?;
    if found.checked == checked {
        return Some(source.to_owned());
    }
    let (before, after) = (source.get(..at)?, source.get(at + 1..)?);
    Some([before, if checked { "x" } else { " " }, after].concat())
}

fn boxes(events: &[Event]) -> impl Iterator<Item = TaskBox> {
    events.iter().filter_map(|event| match event {
        Event::Open(Element::Box(task_box)) => Some(*task_box),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn boxes_of(source: &str) -> Vec<TaskBox> {
        boxes(&parse(source).unwrap()).collect()
    }

    #[test]
    fn one_character_changes() {
        let source =
            "# Trip\r\n\r\n- [ ] pack\r\n  * [X] passport [ ] ä\r\n\r\n>  1.  [x] tickets\r\n\r\n[ ] no";
        let found = boxes_of(source);
        assert_eq!(
            found.iter().map(|b| b.checked).collect::<Vec<_>>(),
            [false, true, true]
        );
        for one in &found {
            let changed = toggle(source, one.at, !one.checked).unwrap();
            let differs: Vec<_> = (0..source.len())
                .filter(|&at| source.as_bytes()[at] != changed.as_bytes()[at])
                .collect();
            assert_eq!((changed.len(), differs), (source.len(), vec![one.at]));
        }
        assert_eq!(
            toggle(source, found[1].at, true).as_deref(),
            Some(source),
            "as wanted already"
        );
    }

    #[test]
    fn what_is_no_box_is_not_ticked() {
        for source in [
            "[ ] a",
            "- a [ ] b",
            "- [ ]a",
            "- `[ ] a`",
            "```\n- [ ] a\n```",
            "- \\[ ] a",
            "- [-] a",
        ] {
            assert_eq!(boxes_of(source), []);
            for at in 0..=source.len() + 1 {
                assert_eq!(toggle(source, at, true), None, "{source} {at}");
            }
        }
        assert_eq!(toggle("ä - [ ] a", usize::MAX, true), None);
    }

    #[test]
    fn a_box_without_text_is_one() {
        assert_eq!(toggle("- [ ]\n- [x] ", 3, true).as_deref(), Some("- [x]\n- [x] "));
        assert_eq!(boxes_of("- [ ]\n- [x] ").len(), 2);
    }

    /// What surrounds boxes in many ways, and what looks like one.
    fn source() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "- [ ] a",
            "- [x] b",
            "* [X] **c**",
            "1. [ ] d",
            "7) [x]",
            "- [ ]",
            "- [\t] e",
            "[ ]",
            "[x]",
            "[x]: /u",
            "- f",
            "\n",
            "\n\n",
            "\r\n",
            "  ",
            "    ",
            "\t",
            "> ",
            "a | b",
            "- | -",
            "|",
            "`",
            "```",
            "<b>",
            "<div>",
            "===",
            "---",
            "ä",
            "[x](http://a)",
            "\\",
            "#",
            "1. ",
            "- ",
            "\u{0}",
        ]);
        proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_toggle_changes_one_box_and_a_second_one_restores_it(source in source()) {
            let before = boxes_of(&source);
            for (index, one) in before.iter().enumerate() {
                let changed = toggle(&source, one.at, !one.checked).unwrap();
                let mut expected = before.clone();
                expected[index].checked = !one.checked;
                prop_assert_eq!(boxes_of(&changed), expected, "{:?}", &source);
                let back = toggle(&changed, one.at, one.checked).unwrap();
                // How an `X` or a tab was written is not known any more.
                let same = |from: &str| [&source[..one.at], from, &source[one.at + 1..]].concat();
                prop_assert_eq!(back, same(if one.checked { "x" } else { " " }));
            }
        }

        #[test]
        fn all_else_stays_as_it_was(source in source()) {
            let blind = |source: &str| {
                let mut events = parse(source).unwrap();
                for event in &mut events {
                    if let Event::Open(Element::Box(task_box)) = event {
                        task_box.checked = false;
                    }
                }
                events
            };
            for one in boxes_of(&source) {
                prop_assert_eq!(blind(&toggle(&source, one.at, !one.checked).unwrap()), blind(&source));
            }
        }
    }
}
