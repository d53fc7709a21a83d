//! The tasks that every app is given: the same ones in the same order in every run.

/// A task as the list has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Task {
    pub(crate) id: u64,
    pub(crate) summary: String,
}

/// What the summaries are made of. Short enough that each fits into one line of the list. Some begin alike, for
/// [`QUERIES`].
const VERBS: [&str; 12] = [
    "Call about",
    "Write about",
    "Pay for",
    "Repair",
    "Order",
    "Return",
    "Look at",
    "Measure",
    "Clean",
    "Ask about",
    "Find",
    "Draw",
];
const THINGS: [&str; 24] = [
    "the cab",
    "the carafe",
    "the carp",
    "the carport",
    "the carpet",
    "the carpenter",
    "the cat",
    "the clock",
    "the plum",
    "the plant",
    "the planks",
    "the plane",
    "the planet",
    "the place",
    "the soap",
    "the stove",
    "the star",
    "the stamps",
    "the storm",
    "the lamp",
    "the oven",
    "the fence",
    "the violin",
    "the garden",
];
const WHENS: [&str; 7] = [
    "today",
    "tomorrow",
    "before the weekend",
    "next month",
    "on Wednesday",
    "in the evening",
    "when it rains",
];

/// The first `count` tasks. Each summary is unique.
pub(crate) fn tasks(count: u64) -> Vec<Task> {
    (1..=count)
        .map(|id| Task {
            id,
            summary: summary(id),
        })
        .collect()
}

fn summary(id: u64) -> String {
    let pick = |words: &[&'static str], at: u64| {
        let at = at % u64::try_from(words.len()).unwrap_or(1);
        usize::try_from(at)
            .ok()
            .and_then(|at| words.get(at).copied())
            .unwrap_or_default()
    };
    // 2654435761 is 2^32 divided by the golden ratio (Knuth, TAOCP 3, 6.4): neighbours get unlike words.
    let mixed = id.wrapping_mul(2_654_435_761) >> 8;
    let (verb, thing, when) = (
        pick(&VERBS, mixed),
        pick(&THINGS, mixed / 12),
        pick(&WHENS, mixed / 288),
    );
    format!("{verb} {thing} {when}, no. {id}")
}

/// What is typed into the search, letter by letter: with each letter some of the first rows go.
pub(crate) const QUERIES: [&str; 3] = ["carpen", "planet", "stam"];

/// How many of the first rows are looked at after each letter: fewer than a window shows.
const LOOKED_AT: usize = 12;

/// How many of the first rows must match once a query's result is shown.
pub(crate) fn first_matches(tasks: &[Task], query: &str) -> usize {
    let found = tasks
        .iter()
        .filter(|task| task.summary.to_lowercase().contains(query));
    found.take(LOOKED_AT).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_unique_and_fit_into_a_line() {
        let tasks = tasks(10_000);
        let mut all: Vec<_> = tasks.iter().map(|task| &task.summary).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 10_000);
        assert!(tasks.iter().all(|task| task.summary.chars().count() < 60));
    }

    #[test]
    fn each_letter_of_a_query_changes_what_the_first_rows_are() {
        let tasks = tasks(1000);
        for query in QUERIES {
            for end in 1..=query.len() {
                let (before, now) = (&query[..end - 1], &query[..end]);
                let first = |query: &str| -> Vec<_> {
                    let found = tasks
                        .iter()
                        .filter(|task| task.summary.to_lowercase().contains(query));
                    found.take(LOOKED_AT).map(|task| task.summary.clone()).collect()
                };
                assert!(
                    first(before)
                        .iter()
                        .any(|text| !text.to_lowercase().contains(now)),
                    "{now}"
                );
            }
        }
    }
}
