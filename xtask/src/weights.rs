//! What the wasm consists of: bytes of code by crate, and within the app by module, from the names that the linker
//! gives functions. A generic function counts for the crate that its type comes from first, as
//! `drop_in_place<strikethrough::sync::Entry>` for `strikethrough::sync`.

use crate::sizes::Sized;
use crate::split;
use crate::tools::{Toolbox, step};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// The crate whose modules are told apart.
const APP: &str = "strikethrough";

/// The bytes of code, or of data, of one part in each file.
type Parts = BTreeMap<String, HashMap<String, u64>>;

/// The table for the build that was just made. `files` are its files, to say what of each remains when it is compressed.
pub(crate) fn table(toolbox: &Toolbox, files: &[Sized]) -> Result<String> {
    step("weighing the wasm by crate and module (a minute)");
    let mut parts = Parts::new();
    let mut ratios = Vec::new();
    for (name, file) in split::named(toolbox)? {
        let optimised = split::optimised_with_names(toolbox, &file)?;
        for (part, bytes) in by_part(&optimised)? {
            *parts.entry(part).or_default().entry(name.clone()).or_default() += bytes;
        }
        let built = files
            .iter()
            .find(|file| file.name.ends_with(".wasm") && file.name.starts_with(&name));
        let built = built.with_context(|| format!("the build has no {name}*.wasm"))?;
        ratios.push((name, built.brotli as f64 / built.raw as f64));
    }
    Ok(written(&parts, &ratios))
}

/// Brotli sees the file as a whole, so that a part's share is an estimate: its bytes, times what remains of the file.
fn written(parts: &Parts, ratios: &[(String, f64)]) -> String {
    let bytes = |part: &HashMap<String, u64>, file: &str| part.get(file).copied().unwrap_or_default();
    let brotli = |part: &HashMap<String, u64>| -> f64 {
        let shares = ratios
            .iter()
            .map(|(file, ratio)| bytes(part, file) as f64 * ratio);
        shares.sum()
    };
    let mut sorted: Vec<_> = parts.iter().collect();
    sorted.sort_by(|(_, a), (_, b)| brotli(b).total_cmp(&brotli(a)));
    let mut table = format!("{:<44}", "bytes of wasm");
    for (file, _) in ratios {
        let _ = write!(table, "{file:>16}");
    }
    let _ = writeln!(table, "{:>14}", "about, brotli");
    let mut line = |name: &str, some: &[&HashMap<String, u64>]| {
        let _ = write!(table, "{name:<44}");
        for (file, _) in ratios {
            let sum: u64 = some.iter().map(|part| bytes(part, file)).sum();
            let _ = write!(table, "{sum:>16}");
        }
        let sum: f64 = some.iter().map(|part| brotli(part)).sum();
        let _ = writeln!(table, "{sum:>14.0}");
    };
    for (name, part) in sorted {
        line(name, &[part]);
    }
    let all: Vec<_> = parts.values().collect();
    line("all", &all);
    table
}

/// The bytes of each function's body, by what it belongs to, and those of the data.
fn by_part(wasm: &[u8]) -> Result<HashMap<String, u64>> {
    let mut imported = 0_u32;
    let mut bodies = Vec::new();
    let mut names = HashMap::new();
    let mut parts = HashMap::<String, u64>::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                        imported += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(length(&body.range())),
            Payload::DataSection(data) => {
                *parts.entry("data (texts, tables)".to_owned()).or_default() += length(&data.range());
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections {
                        if let Name::Function(map) = subsection? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index, naming.name.to_owned());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    for (index, bytes) in (imported..).zip(bodies) {
        let name = names.get(&index).map(String::as_str).unwrap_or_default();
        *parts.entry(part_of(name)).or_default() += bytes;
    }
    Ok(parts)
}

fn length(range: &std::ops::Range<u64>) -> u64 {
    range.end - range.start
}

/// The crate that a function belongs to, and of the app the module.
fn part_of(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    // The first path in it, without the disambiguators that crates have in brackets.
    let mut plain = String::new();
    let mut depth = 0_u32;
    for letter in name.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            letter if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let words: Vec<&str> = plain.split(|letter: char| !is_word(letter)).collect();
    // `core::ptr::drop_in_place<app::Thing>` is the app's.
    let app = words.iter().position(|word| *word == APP);
    let begins = plain
        .trim_start_matches(|letter| !is_word(letter))
        .starts_with(APP);
    if let Some(at) = app.filter(|_| begins || plain.contains("drop_in_place")) {
        let is_hash = |word: &str| word.len() == 17 && word.starts_with('h');
        let module = words
            .iter()
            .skip(at)
            .filter(|word| !word.is_empty() && !is_hash(word));
        let module: Vec<_> = module.take(3).copied().collect();
        return module.join("::");
    }
    let first = plain
        .match_indices("::")
        .map(|(at, _)| plain.get(..at).unwrap_or_default())
        .map(|before| {
            before
                .rsplit(|letter: char| !is_word(letter))
                .next()
                .unwrap_or_default()
        })
        .find(|word| !word.is_empty());
    match first {
        Some(word) => word.to_owned(),
        None if name.is_empty() => "(unnamed)".to_owned(),
        None => "wasm-bindgen, allocator, runtime".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_belong_to_crates_and_the_apps_to_modules() {
        for (name, part) in [
            (
                "strikethrough::sync::engine::Engine::handle::h0626cebce24c2467",
                "strikethrough::sync::engine",
            ),
            (
                "<strikethrough::task::Task as core::fmt::Debug>::fmt",
                "strikethrough::task::Task",
            ),
            (
                "core::ptr::drop_in_place<strikethrough::api::error::ApiError>",
                "strikethrough::api::error",
            ),
            ("<alloc::vec::Vec<T,A> as core::clone::Clone>::clone", "alloc"),
            ("core[c5930c85a12de822]::str::converts::from_utf8", "core"),
            (
                "_ZN6tachys4view8any_view11unmount_any17h2bae0f0ef236205aE",
                "tachys",
            ),
            ("strikethrough::main::h5c077afe46025828", "strikethrough::main"),
            ("__rust_alloc", "wasm-bindgen, allocator, runtime"),
            ("", "(unnamed)"),
        ] {
            assert_eq!(part_of(name), part, "{name}");
        }
    }

    #[test]
    fn a_module_is_weighed_by_its_names() {
        // (module (import "a" "b" (func)) (func $x::f nop) (func $y::g)), with its names.
        let wasm = [
            &b"\0asm\x01\0\0\0"[..],
            b"\x01\x04\x01\x60\0\0",
            b"\x02\x07\x01\x01a\x01b\0\0",
            b"\x03\x03\x02\0\0",
            b"\x0a\x08\x02\x03\0\x01\x0b\x02\0\x0b",
            b"\0\x14\x04name\x01\x0d\x02\x01\x04x::f\x02\x04y::g",
        ]
        .concat();
        let parts = by_part(&wasm).unwrap();
        assert_eq!((parts.get("x"), parts.get("y")), (Some(&3), Some(&2)));
    }
}
