//! Which words two versions of a text do not share.

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The stretch as it stands there.
    pub text: String,
    /// Whether the other version has something else here.
    pub is_changed: bool,
}

/// The most pairs of words that are compared, after what both texts begin and end with is set aside: 500 words
/// with 500 others, a few milliseconds and a megabyte. Beyond, all between the first and the last difference
/// counts as changed, because a page must not stand still over a long text.
const MOST_PAIRS: usize = 250_000;

/// What a common word is worth, when a common stretch of white space is worth 1: more than all the white space that
/// [`MOST_PAIRS`] leaves room for, so that the words decide.
const WORD: u32 = 1_000;

/// Marks what differs in each of two versions, by words: what is left unmarked in both is the same words in the
/// same order (their longest common subsequence).
pub fn differences(one: &str, other: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (ones, others) = (words(one), words(other));
    let pairs = || ones.iter().zip(&others);
    let start = pairs().take_while(|(a, b)| a == b).count();
    let rest = ones.len().min(others.len()) - start;
    let end = ones
        .iter()
        .rev()
        .zip(others.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let middle = |words: &[&str]| start..words.len() - end;
    let (in_one, in_other) = (
        ones.get(middle(&ones)).unwrap_or_default(),
        others.get(middle(&others)).unwrap_or_default(),
    );
    let (common_one, common_other) = common(in_one, in_other);
    let mark = |words: &[&str], common: &[bool]| {
        let is_changed = |at: usize| {
            let at = at.checked_sub(start).and_then(|at| common.get(at));
            at.is_some_and(|is_common| !is_common)
        };
        pieces(words, is_changed)
    };
    (mark(&ones, &common_one), mark(&others, &common_other))
}

/// The text as stretches of white space and of anything else.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_space = first.is_whitespace();
        let end = rest
            .find(|character: char| character.is_whitespace() != is_space)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

fn is_space(word: &str) -> bool {
    word.starts_with(char::is_whitespace)
}

/// Which words of each side belong to the longest common subsequence.
fn common(one: &[&str], other: &[&str]) -> (Vec<bool>, Vec<bool>) {
    let (mut in_one, mut in_other) = (vec![false; one.len()], vec![false; other.len()]);
    if one.len().saturating_mul(other.len()) > MOST_PAIRS {
        return (in_one, in_other);
    }
    // `best[i * width + j]` is the worth of what one[i..] and other[j..] have in common.
    let width = other.len() + 1;
    let mut best = vec![0_u32; (one.len() + 1) * width];
    let at = |best: &[u32], i: usize, j: usize| best.get(i * width + j).copied().unwrap_or_default();
    for (i, a) in one.iter().enumerate().rev() {
        for (j, b) in other.iter().enumerate().rev() {
            let worth = if a == b {
                at(&best, i + 1, j + 1) + if is_space(a) { 1 } else { WORD }
            } else {
                at(&best, i + 1, j).max(at(&best, i, j + 1))
            };
            if let Some(place) = best.get_mut(i * width + j) {
                *place = worth;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        if a == b {
            if let (Some(one), Some(other)) = (in_one.get_mut(i), in_other.get_mut(j)) {
                (*one, *other) = (true, true);
            }
            (i, j) = (i + 1, j + 1);
        } else if at(&best, i + 1, j) >= at(&best, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    (in_one, in_other)
}

/// Joins neighbours of one kind. White space between two changed words goes with them, so that a changed passage
/// is marked once and not word by word.
fn pieces(words: &[&str], is_changed: impl Fn(usize) -> bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_between = is_space(word) && at > 0 && is_changed(at - 1) && is_changed(at + 1);
        let is_changed = is_changed(at) || is_between;
        match pieces.last_mut().filter(|last| last.is_changed == is_changed) {
            Some(last) => last.text.push_str(word),
            None => pieces.push(Piece {
                text: (*word).to_owned(),
                is_changed,
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The pieces with the changed ones in brackets.
    fn shown(pieces: &[Piece]) -> String {
        let mut text = String::new();
        for piece in pieces {
            if piece.is_changed {
                text.push_str(&format!("[{}]", piece.text));
            } else {
                text.push_str(&piece.text);
            }
        }
        text
    }

    fn check(one: &str, other: &str, marked_one: &str, marked_other: &str) {
        let (ones, others) = differences(one, other);
        assert_eq!(
            (shown(&ones).as_str(), shown(&others).as_str()),
            (marked_one, marked_other)
        );
    }

    #[test]
    fn marks_the_words_that_differ() {
        check("Buy milk", "Buy bread", "Buy [milk]", "Buy [bread]");
        check("Buy milk", "Buy fresh milk", "Buy milk", "Buy [fresh ]milk");
        check("same", "same", "same", "same");
        check("", "new", "", "[new]");
        check("a b c d", "a x y d", "a [b c] d", "a [x y] d");
        check(
            "one two three",
            "two three four",
            "[one ]two three",
            "two three[ four]",
        );
        check("a\nb", "a b", "a[\n]b", "a[ ]b");
    }

    #[test]
    fn a_long_text_is_marked_as_a_whole_between_its_differences() {
        let long = |word: &str| format!("start {}end", format!("{word} ").repeat(600));
        let (ones, _) = differences(&long("a"), &long("b"));
        let marked: Vec<_> = ones.iter().map(|piece| piece.is_changed).collect();
        assert_eq!(marked, [false, true, false]);
    }

    fn joined(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    fn kept(pieces: &[Piece]) -> Vec<String> {
        let kept = pieces.iter().filter(|piece| !piece.is_changed);
        kept.flat_map(|piece| piece.text.split_whitespace().map(str::to_owned))
            .collect()
    }

    /// The length of the longest common subsequence, as its definition says it.
    fn longest(one: &[&str], other: &[&str]) -> usize {
        match (one.split_first(), other.split_first()) {
            (Some((a, ones)), Some((b, _))) => {
                let with = other.iter().position(|word| word == a);
                let with = with.map_or(0, |at| 1 + longest(ones, &other[at + 1..]));
                with.max(if a == b { 0 } else { longest(ones, other) })
            }
            _ => 0,
        }
    }

    proptest! {
        #[test]
        fn marked_and_unmarked_give_back_the_text(one in "[ab \n]{0,12}", other in "[ab \n]{0,12}") {
            let (ones, others) = differences(&one, &other);
            prop_assert_eq!(joined(&ones), one.clone());
            prop_assert_eq!(joined(&others), other.clone());
            prop_assert_eq!(kept(&ones), kept(&others));
            let is_marked = ones.iter().chain(&others).any(|piece| piece.is_changed);
            prop_assert_eq!(is_marked, one != other);
        }

        #[test]
        fn no_more_words_are_marked_than_need_be(one in "([abc] ){0,8}", other in "([abc] ){0,8}") {
            let (ones, _) = differences(&one, &other);
            let words: Vec<_> = one.split_whitespace().collect();
            let others: Vec<_> = other.split_whitespace().collect();
            prop_assert_eq!(kept(&ones).len(), longest(&words, &others));
        }

        #[test]
        fn any_text_is_given_back(one in ".*", other in ".*") {
            let (ones, others) = differences(&one, &other);
            prop_assert_eq!(joined(&ones), one);
            prop_assert_eq!(joined(&others), other);
        }
    }
}
