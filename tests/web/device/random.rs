//! Randomness.

use std::collections::HashSet;

use strikethrough::browser::random;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn keys_have_the_shape_of_a_random_uuid() {
    let keys: HashSet<String> = (0..200).map(|_| random::uuid_v4()).collect();
    assert_eq!(keys.len(), 200, "none comes twice");
    for key in &keys {
        let lengths: Vec<usize> = key.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{key}");
        let plain = |c: char| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c);
        assert!(key.chars().all(plain), "{key}");
        assert_eq!(&key[14..15], "4", "the version: {key}");
        assert!("89ab".contains(&key[19..20]), "the variant: {key}");
    }
    // Every other digit takes every value: 200 keys leave one out with a chance of 2 in a million.
    for at in (0..36).filter(|at| ![8, 13, 14, 18, 19, 23].contains(at)) {
        let seen: HashSet<&str> = keys.iter().map(|key| &key[at..=at]).collect();
        assert_eq!(seen.len(), 16, "digit {at}");
    }
}

#[wasm_bindgen_test]
fn every_bit_is_random() {
    let (mut some, mut all) = (0, u64::MAX);
    for _ in 0..200 {
        let bits = random::u64();
        some |= bits;
        all &= bits;
    }
    assert_eq!((some, all), (u64::MAX, 0));
}
