//! Randomness for keys and seeds, from `crypto.getRandomValues` (Web Cryptography API), which pages outside secure
//! contexts have too; `crypto.randomUUID` they have not.

use leptos::prelude::window;

fn fill(bytes: &mut [u8]) {
    let filled = window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(bytes));
    if filled.is_err() {
        // Every browser that runs WebAssembly has it. Should one refuse, this is still better than the same
        // bytes everywhere, and no secret is made from them.
        for byte in bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
}

/// 64 random bits.
pub fn u64() -> u64 {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// A random UUID (RFC 9562, version 4) in lower case, as `f81d4fae-7dec-41d0-a765-00a0c91e6bf6`.
pub fn uuid_v4() -> String {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    // Section 5.4: the version in bits 48 to 51 and the variant in bits 64 and 65, counted from
    // the most significant one; everything else is random.
    let random = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0b11 << 62);
    let bits = random | (4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    let parts: Vec<&str> = [0..8, 8..12, 12..16, 16..20, 20..32]
        .into_iter()
        .filter_map(|part| hex.get(part))
        .collect();
    parts.join("-")
}
