use proptest::prelude::*;

use super::worth::{GAP, GAP_ON, LETTER, TOGETHER};
use super::*;

/// Enough of Unicode for a test.
fn fold(text: &str) -> String {
    let letter = |letter: char| match letter {
        '\u{300}'..='\u{36f}' => String::new(),
        'é' | 'É' => "e".to_owned(),
        'ß' => "ss".to_owned(),
        letter => letter.to_lowercase().collect(),
    };
    text.chars().map(letter).collect()
}

fn look(texts: &[&str], typed: &str, keep: usize) -> Fuzzy {
    let mut fuzzy = Fuzzy::new(Needle::new(typed, &fold), keep);
    for (at, text) in texts.iter().enumerate() {
        fuzzy.offer(at as u32, &fold(text), &fold, &mut || (*text).to_owned());
    }
    fuzzy
}

/// The texts in the order in which they are found.
fn found<'a>(texts: &[&'a str], typed: &str) -> Vec<&'a str> {
    let best = look(texts, typed, texts.len());
    best.best().iter().map(|hit| texts[hit.item as usize]).collect()
}

fn marked<'a>(typed: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let marks = Needle::new(typed, &fold).marks(text, &fold)?;
    Some(marks.into_iter().map(|mark| &text[mark]).collect())
}

#[test]
fn what_a_person_means_comes_first() {
    assert_eq!(
        found(&["submit", "a bum", "Buy milk"], "bm"),
        ["Buy milk", "a bum", "submit"]
    );
    assert_eq!(found(&["oatmeal milk", "milk"], "milk"), ["milk", "oatmeal milk"]);
    assert_eq!(
        found(&["unmilked", "some milk"], "milk"),
        ["some milk", "unmilked"]
    );
    assert_eq!(found(&["Café", "coffee"], "cafe"), ["Café"]);
    assert_eq!(found(&["b", "a", "ab"], ""), ["b", "a", "ab"]);
    assert_eq!(found(&["abc"], "acb"), [] as [&str; 0]);
}

#[test]
fn case_decides_between_equals_when_a_capital_was_typed() {
    assert_eq!(found(&["us gov", "US gov"], "US"), ["US gov", "us gov"]);
    assert_eq!(found(&["US gov", "us gov"], "us"), ["US gov", "us gov"]);
    // And no more than that.
    assert_eq!(found(&["hUmbleS", "us"], "US"), ["us", "hUmbleS"]);
}

#[test]
fn white_space_that_is_typed_separates_and_is_not_looked_for() {
    assert_eq!(
        found(&["milk, buy", "buymilk", "Buy milk"], "buy mi"),
        ["Buy milk", "buymilk"]
    );
}

#[test]
fn marks_are_where_the_best_match_is() {
    assert_eq!(marked("bm", "Submit a Buy milk"), Some(vec!["B", "m"]));
    assert_eq!(marked("milk", "min milk"), Some(vec!["milk"]));
    assert_eq!(marked("cafe", "Cafe\u{301}s"), Some(vec!["Cafe\u{301}"]));
    assert_eq!(marked("ss", "Gruß"), Some(vec!["ß"]));
    assert_eq!(marked("x", "milk"), None);
    assert_eq!(marked("", "milk"), Some(vec![]));
}

#[test]
fn a_text_without_end_is_looked_at_in_part() {
    let long = "ab".repeat(500_000);
    assert_eq!(found(&[&long], "aab").len(), 1);
    assert_eq!(found(&[&long], &"ab".repeat(200)).len(), 0);
}

/// What letters at these places are worth.
fn worth(needle: &Needle, text: &[char], places: &[usize]) -> i32 {
    let mut worth = 0;
    for (line, at) in places.iter().enumerate() {
        let bonus = needle.bonus(line, text, *at);
        worth += LETTER
            + match line.checked_sub(1).map(|before| at - places[before]) {
                None => bonus,
                Some(1) => bonus.max(TOGETHER),
                Some(apart) => bonus - GAP - GAP_ON * (apart as i32 - 2),
            };
    }
    worth
}

/// The best of all ways to place the letters.
fn best_of_all_ways(needle: &Needle, text: &[char], places: &mut Vec<usize>) -> Option<i32> {
    let Some(letter) = needle.letters.get(places.len()) else {
        return Some(worth(needle, text, places));
    };
    let mut best = None;
    for at in places.last().map_or(0, |last| last + 1)..text.len() {
        if text[at] == *letter {
            places.push(at);
            best = best.max(best_of_all_ways(needle, text, places));
            places.pop();
        }
    }
    best
}

proptest! {
    #[test]
    fn a_match_is_all_the_letters_in_order_and_the_best_there_is(
        text in "[abéAß '\u{301}-]{0,14}", typed in "[abeAs]{1,2} ?[abes]{0,2}",
    ) {
        let needle = Needle::new(&typed, &fold);
        let letters: Vec<char> = fold(&text).chars().collect();
        let mut table = Table::default();
        let score = table.score(&needle, &letters);
        prop_assert_eq!(score, best_of_all_ways(&needle, &letters, &mut Vec::new()));
        prop_assert_eq!(score.is_some(), has_letters(&fold(&text), &needle.letters));
        prop_assert_eq!(needle.marks(&text, &fold).is_some(), score.is_some());
        if let Some(score) = score {
            prop_assert!(score > 0);
            let places = table.places(&needle, &letters);
            prop_assert!(places.is_sorted_by(|a, b| a < b));
            let there: Vec<char> = places.iter().map(|at| letters[*at]).collect();
            prop_assert_eq!(&there, &needle.letters);
            prop_assert_eq!(worth(&needle, &letters, &places), score);
        }
    }

    #[test]
    fn what_begins_with_all_of_it_comes_before_what_has_it_scattered(
        typed in "[ab]{2,5}", rest in "[ab c]{0,8}", gaps in prop::collection::vec("[c ]{1,2}", 1..5),
    ) {
        let scattered: String = typed
            .chars()
            .enumerate()
            .map(|(at, letter)| format!("{}{letter}", if at == 0 { "" } else { &gaps[at % gaps.len()] }))
            .collect();
        let begins = format!("{typed}{rest}");
        prop_assert_eq!(found(&[&scattered, &begins], &typed)[0], &begins);
    }

    /// In steps, from the index, with few kept: the same as to look at all and sort.
    #[test]
    fn the_best_are_those_of_a_sort_of_all(
        texts in prop::collection::vec("[abéAB -]{0,8}", 0..60), typed in "[abAe ]{0,3}", keep in 0usize..8,
        most in 1usize..20,
    ) {
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let rows: Vec<_> = (0..texts.len() as u32).map(RowKey::from_number).collect();
        let mut index = Index::default();
        for (row, text) in rows.iter().zip(&texts) {
            index.put(*row, &[text], &fold);
        }
        index.settle(&fold);
        let mut fuzzy = Fuzzy::new(Needle::new(&typed, &fold), keep);
        while !fuzzy.step(&index, &rows, most, &fold, &mut |row| texts[row.number()].to_owned()) {}
        let mut all: Vec<Hit> = texts
            .iter()
            .enumerate()
            .filter_map(|(place, text)| {
                let one = look(&[text], &typed, 1).best().first().copied()?;
                Some(Hit { item: place as u32, place: place as u32, ..one })
            })
            .collect();
        all.sort_by_key(Hit::rank);
        all.truncate(keep);
        prop_assert_eq!(fuzzy.best(), all);
    }

    #[test]
    fn nothing_panics(text in ".*", typed in ".*") {
        let _ = found(&[&text], &typed);
        let _ = marked(&typed, &text);
    }
}
