//! Texts made comparable: what differs only by case, by accents, or by how letters are composed becomes the same.

use js_sys::{JsString, RegExp};

/// The blocks of combining marks that people leave out when they type: accents (also those of Cyrillic), Hebrew points
/// and Arabic vowel signs (Unicode 16, charts U+0300, U+0483, U+0591, U+0610, U+064B, U+06D6, U+1AB0, U+1DC0, U+20D0,
/// U+FE20). Vowel signs of Indic scripts and the voicing of kana are letters to those who read them, and stay.
const MARKS: &str = "[\u{300}-\u{36f}\u{483}-\u{487}\u{591}-\u{5bd}\u{5bf}\u{5c1}\u{5c2}\u{5c4}\u{5c5}\u{5c7}\
    \u{610}-\u{61a}\u{64b}-\u{65f}\u{670}\u{6d6}-\u{6dc}\u{1ab0}-\u{1aff}\u{1dc0}-\u{1dff}\u{20d0}-\u{20ff}\u{fe20}-\u{fe2f}]";

/// Folds a text: compatibility decomposition (NFKD, Unicode Standard Annex 15), marks taken out, then case by way of the
/// capitals, which know that `ß` is `ss`. New lines stay where they are.
pub fn fold(text: &str) -> String {
    thread_local! {
        static PATTERN: RegExp = RegExp::new(MARKS, "gu");
    }
    let apart = JsString::from(text).normalize("NFKD");
    let plain = PATTERN.with(|marks| apart.replace_by_pattern(marks, ""));
    let small = plain.to_upper_case().to_lower_case();
    // At a word's end sigma has a form of its own, and nobody knows yet that the word goes on.
    String::from(small).replace('ς', "σ")
}
