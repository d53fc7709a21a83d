//! Search: which rows have all the words that were typed, and where in a text they are. It looks in texts that
//! were folded beforehand, so that neither case nor accents matter, and it looks only at rows that had the words
//! before the last letter when that letter can but take some away.
//!
//! How a text is folded is the caller's: a browser has all of Unicode at hand
//! ([`browser::fold`](crate::browser::fold)), and a table of it would be a part of the download.

use std::ops::Range;

use crate::arena::{Arena, Span};
use crate::sync::RowKey;
use crate::sync::names::hash_of;

/// Makes texts comparable: what differs only by case or accents becomes the same, line by line.
pub type Fold<'a> = &'a dyn Fn(&str) -> String;

/// How many rows are folded at a time: a call into the browser costs about as much as folding a row.
const TOGETHER: usize = 256;

/// Ends a row's text in the index. No word has it, because it is white space.
const END: u8 = b'\n';

/// What is looked for: the words that were typed, folded. A row is found when it has each of them anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    /// Reads what was typed.
    pub fn new(typed: &str, fold: Fold) -> Self {
        Self {
            words: folded(typed, fold)
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every text that has these words has those of `before` too.
    fn narrows(&self, before: &Self) -> bool {
        let has = |word: &String| self.words.iter().any(|mine| mine.contains(word.as_str()));
        before.words.iter().all(has)
    }

    fn matches(&self, text: &[u8]) -> bool {
        self.words
            .iter()
            .all(|word| find(text, word.as_bytes()).is_some())
    }

    /// Where the words are in a text, as ranges of its bytes, in order and apart.
    pub fn marks(&self, text: &str, fold: Fold) -> Vec<Range<usize>> {
        // Folded letter by letter, to know which letter each byte comes from.
        let mut all = String::new();
        let mut from = Vec::new();
        for (at, letter) in text.char_indices() {
            let end = at + letter.len_utf8();
            let mine = folded(text.get(at..end).unwrap_or_default(), fold);
            from.resize(from.len() + mine.len(), (at, end));
            if mine.is_empty() {
                // An accent that stands apart belongs to the letter before.
                from.iter_mut()
                    .rev()
                    .take_while(|(_, before)| *before == at)
                    .for_each(|(_, before)| *before = end);
            }
            all.push_str(&mine);
        }
        let mut found = Vec::new();
        for word in &self.words {
            let mut begin = 0;
            while let Some(at) = all
                .get(begin..)
                .and_then(|rest| find(rest.as_bytes(), word.as_bytes()))
            {
                let (first, last) = (begin + at, begin + at + word.len() - 1);
                if let (Some((start, _)), Some((_, end))) = (from.get(first), from.get(last)) {
                    found.push((*start, *end));
                }
                begin = last + 1;
            }
        }
        found.sort_unstable();
        let mut marks = Vec::<Range<usize>>::new();
        for (start, end) in found {
            match marks.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => marks.push(start..end),
            }
        }
        marks
    }
}

/// Most texts are ASCII, where there is nothing but case.
pub(crate) fn folded(text: &str, fold: Fold) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        fold(text)
    }
}

/// The place of the first `needle`. Arena are short and most don't have its first letter often.
fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((first, rest)) = needle.split_first() else {
        return Some(0);
    };
    let mut begin = 0;
    while let Some(at) = text.get(begin..)?.iter().position(|byte| byte == first) {
        begin += at + 1;
        if text.get(begin..)?.starts_with(rest) {
            return Some(begin - 1);
        }
    }
    None
}

/// A row in the index.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    text: Option<Span>,
    /// Of the text before it was folded; 0 for none.
    hash: u32,
}

/// The folded texts of rows, by the numbers of the rows.
#[derive(Debug, Default)]
pub struct Index {
    texts: Arena,
    entries: Vec<Entry>,
    /// What waits to be folded together, and whose it is.
    raw: String,
    waiting: Vec<(RowKey, u32)>,
}

impl Index {
    /// Takes in what a row says now. Where that is what it said before, it costs a look.
    pub fn put(&mut self, row: RowKey, parts: &[&str], fold: Fold) {
        let hash = hash(parts);
        if self.entries.len() <= row.number() {
            self.entries.resize(row.number() + 1, Entry::default());
        }
        let Some(entry) = self.entries.get_mut(row.number()) else {
            return;
        };
        if entry.hash == hash {
            return;
        }
        if let Some(text) = entry.text.take() {
            self.texts.forget(text);
        }
        entry.hash = hash;
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.raw.push(' ');
            }
            // A line is a row here.
            if part.contains(char::from(END)) {
                self.raw.push_str(&part.replace(char::from(END), " "));
            } else {
                self.raw.push_str(part);
            }
        }
        self.raw.push(char::from(END));
        self.waiting.push((row, hash));
        if self.waiting.len() >= TOGETHER {
            self.settle(fold);
        }
    }

    /// Folds what waits for it. Call it after the last [`put`](Self::put).
    pub fn settle(&mut self, fold: Fold) {
        let folded = folded(&std::mem::take(&mut self.raw), fold);
        let mut lines = folded.split(char::from(END));
        for (row, hash) in std::mem::take(&mut self.waiting) {
            let line = lines.next().unwrap_or_default();
            let Some(entry) = self.entries.get_mut(row.number()) else {
                continue;
            };
            if let Some(text) = entry.text.replace(self.texts.put(line)) {
                self.texts.forget(text);
            }
            entry.hash = hash;
        }
    }

    /// Gives back the room of texts that no row has any more, by forgetting all, when that is half of it.
    pub fn tidy(&mut self) {
        if self.texts.is_wasteful() {
            *self = Self::default();
        }
    }

    /// What a row says, folded; empty when that is not known.
    pub fn text_of(&self, row: RowKey) -> &str {
        let entry = self.entries.get(row.number());
        let text = entry.and_then(|entry| entry.text);
        text.map_or("", |text| self.texts.get(text))
    }
}

fn hash(parts: &[&str]) -> u32 {
    (hash_of(parts) as u32).max(1)
}

/// One look through the list for a query, in steps.
#[derive(Debug, Default)]
pub struct Look {
    query: Query,
    found: Vec<RowKey>,
    /// How many of the rows to look at have been.
    done: usize,
    /// The rows that had the words of the query before, when no others can have those of this one.
    among: Option<Vec<RowKey>>,
    is_over: bool,
}

impl Look {
    /// Begins, with what the look before has found when that is of use: `is_same` says whether the rows and their texts
    /// are still those of then.
    pub fn after(before: Self, query: Query, is_same: bool) -> Self {
        let is_narrower =
            is_same && before.is_over && !before.query.is_empty() && query.narrows(&before.query);
        Self {
            among: is_narrower.then_some(before.found),
            query,
            ..Self::default()
        }
    }

    /// Looks at up to `most` further rows of the list; whether it was the last step.
    pub fn step(&mut self, index: &Index, list: &[RowKey], most: usize) -> bool {
        let rows = self.among.as_deref().unwrap_or(list);
        let end = self.done.saturating_add(most).min(rows.len());
        for row in rows.get(self.done..end).unwrap_or_default() {
            if self.query.matches(index.text_of(*row).as_bytes()) {
                self.found.push(*row);
            }
        }
        self.done = end;
        self.is_over = end == rows.len();
        self.is_over
    }

    /// What was found, in the order of the list.
    pub fn found(&self) -> &[RowKey] {
        &self.found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Enough of Unicode for a test.
    fn fold(text: &str) -> String {
        let letter = |letter: char| match letter {
            '\u{300}'..='\u{36f}' => None,
            'é' | 'É' | 'è' => Some('e'),
            'ü' | 'Ü' => Some('u'),
            letter => letter.to_lowercase().next(),
        };
        text.chars().filter_map(letter).collect()
    }

    fn query(typed: &str) -> Query {
        Query::new(typed, &fold)
    }

    fn key(number: usize) -> RowKey {
        RowKey::from_number(number as u32)
    }

    fn index(texts: &[&str]) -> (Index, Vec<RowKey>) {
        let mut index = Index::default();
        for (number, text) in texts.iter().enumerate() {
            index.put(key(number), &[text], &fold);
        }
        index.settle(&fold);
        (index, (0..texts.len()).map(key).collect())
    }

    fn found(index: &Index, list: &[RowKey], typed: &str) -> Vec<usize> {
        let mut look = Look::after(Look::default(), query(typed), false);
        look.step(index, list, usize::MAX);
        look.found().iter().map(|row| row.number()).collect()
    }

    fn marked<'a>(typed: &str, text: &'a str) -> Vec<&'a str> {
        let marks = query(typed).marks(text, &fold);
        marks.into_iter().filter_map(|mark| text.get(mark)).collect()
    }

    #[test]
    fn all_words_in_any_order_and_neither_case_nor_accents_matter() {
        let (index, list) = index(&["Buy MILK", "Café crème", "buy coffee", "milk the cow, buy hay"]);
        assert_eq!(found(&index, &list, "milk buy"), [0, 3]);
        assert_eq!(found(&index, &list, "CAFE"), [1]);
        assert_eq!(found(&index, &list, "café"), [1]);
        assert_eq!(found(&index, &list, "  "), [0, 1, 2, 3]);
        assert_eq!(found(&index, &list, "tea"), [] as [usize; 0]);
    }

    #[test]
    fn no_word_reaches_from_one_text_into_another() {
        let mut index = Index::default();
        index.put(key(0), &["one", "two\nthree"], &fold);
        index.put(key(1), &["four"], &fold);
        index.settle(&fold);
        let list = [key(0), key(1)];
        assert_eq!(found(&index, &list, "two"), [0]);
        assert_eq!(found(&index, &list, "three"), [0]);
        assert_eq!(found(&index, &list, "onetwo"), [] as [usize; 0]);
        assert_eq!(found(&index, &list, "threefour"), [] as [usize; 0]);
    }

    #[test]
    fn a_text_that_has_changed_is_found_by_what_it_says_now() {
        let (mut index, list) = index(&["milk", "bread"]);
        index.put(key(0), &["butter"], &fold);
        index.settle(&fold);
        assert_eq!(found(&index, &list, "milk"), [] as [usize; 0]);
        assert_eq!(found(&index, &list, "butter"), [0]);
        index.put(key(1), &["a much longer text than there was before"], &fold);
        index.put(key(1), &["rye"], &fold);
        index.settle(&fold);
        assert_eq!(found(&index, &list, "rye"), [1]);
    }

    #[test]
    fn texts_that_nobody_has_are_given_up() {
        let mut index = Index::default();
        let mut change = |every: usize, text: &str| {
            (0..10_000)
                .filter(|number| number % 10 < every)
                .for_each(|number| index.put(key(number), &[&format!("{text} {number:20}")], &fold));
            index.settle(&fold);
            index.tidy();
            index.text_of(key(9)).to_owned()
        };
        // Most change each time, and one in ten is in the way.
        let kept = change(10, "first");
        assert_eq!(kept, change(9, "second"));
        assert_eq!(
            change(9, "third"),
            "",
            "more than half of it is of no use, and it is made anew"
        );
    }

    #[test]
    fn words_are_marked_where_they_stand() {
        assert_eq!(marked("cre", "Café crème, CRE\u{301}ME"), ["crè", "CRE\u{301}"]);
        assert_eq!(marked("aa", "aaaa"), ["aaaa"]);
        assert_eq!(marked("il mil", "milk"), ["mil"]);
        assert_eq!(marked("x", "milk"), [] as [&str; 0]);
        assert_eq!(marked("", "milk"), [] as [&str; 0]);
    }

    proptest! {
        /// Letter by letter, in steps, with what the look before has found: the same as a walk through all of them.
        #[test]
        fn narrowing_finds_what_a_walk_finds(
            texts in prop::collection::vec("[abéA \\n]{0,12}", 0..40),
            typed in "[abE ]{0,6}",
            most in 1usize..10,
        ) {
            let texts: Vec<_> = texts.iter().map(String::as_str).collect();
            let (index, list) = index(&texts);
            let mut look = Look::default();
            for end in 0..=typed.len() {
                let query = query(&typed[..end]);
                look = Look::after(look, query.clone(), true);
                while !look.step(&index, &list, most) {}
                let has = |text: &str| query.words.iter().all(|word| fold(text).contains(word));
                let walked: Vec<_> = (0..texts.len()).filter(|at| has(texts[*at])).map(key).collect();
                prop_assert_eq!(look.found(), walked);
            }
        }

        /// What is marked says what was typed, and marks are in order and apart.
        #[test]
        fn marks_are_the_words(text in "[abéA ü\u{301}]{0,16}", typed in "[abu]{1,2}") {
            let marks = query(&typed).marks(&text, &fold);
            prop_assert!(marks.windows(2).all(|pair| pair[0].end < pair[1].start));
            prop_assert_eq!(!marks.is_empty(), fold(&text).contains(&typed));
            for mark in marks {
                prop_assert!(fold(&text[mark]).starts_with(&typed));
            }
        }
    }
}
