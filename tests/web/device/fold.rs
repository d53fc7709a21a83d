//! Texts made comparable.

use strikethrough::browser::fold::fold;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn what_people_take_for_the_same_is_the_same() {
    for (one, other) in [
        ("Crème Brûlée", "creme brulee"),
        ("STRASSE", "Straße"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İstanbul", "istanbul"),
        ("ﬁnd", "FIND"),
        ("e\u{301}", "é"),
        ("Ёлка", "елка"),
        ("ｶﾞ", "ガ"),
        ("سَلام", "سلام"),
        ("Ｆｕｌｌ", "full"),
    ] {
        assert_eq!(fold(one), fold(other), "{one} and {other}");
    }
}

#[wasm_bindgen_test]
fn what_differs_stays_different() {
    for (one, other) in [("か", "が"), ("कि", "की"), ("a", "b"), ("ø", "o"), ("7", "8")] {
        assert_ne!(fold(one), fold(other), "{one} and {other}");
    }
}

#[wasm_bindgen_test]
fn lines_stay_lines() {
    assert_eq!(fold("Ä\nÖ\n"), "a\no\n");
    let odd = "a\u{2028}b\u{85}c\r";
    assert_eq!(fold(odd).split('\n').count(), 1);
}
