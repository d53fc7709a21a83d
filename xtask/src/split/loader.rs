//! The splitting tool's loader, put into the JavaScript that wasm-bindgen has made.
//!
//! The tool writes a module of its own, which imports the main one and is imported by it. In one module there is one
//! request less before the app runs, no circle, and the chunks are read by the function that reads the main module.

use super::Chunk;
use anyhow::{Result, ensure};

/// The module that the tool has the main one import, and its file.
pub(super) const MODULE: &str = "./__wasm_split.js";
pub(super) const FILE: &str = "__wasm_split.js";
/// The module that the tool's own one imports.
pub(super) const MAIN: &str = "./main.js";

/// What the loader takes from wasm-bindgen's JavaScript, as it must stand there: the function that hands out the main
/// module's exports once it runs, and the one that reads wasm from an answer, whatever media type that has.
const NEEDED: [&str; 3] = [
    "function initSync(module) {",
    "if (wasm !== undefined) return wasm;",
    "async function __wbg_load(module, imports) {",
];

/// The JavaScript with the loader in it.
///
/// # Errors
///
/// When one of the two is not what these replacements were written for, as may be after an update of either tool.
pub(super) fn put_into(script: &str, loader: &str, chunks: &[Chunk]) -> Result<String> {
    for needed in NEEDED {
        ensure!(
            script.contains(needed),
            "wasm-bindgen’s JavaScript has no `{needed}`"
        );
    }
    let import = format!("import {{ initSync }} from \"{MAIN}\";");
    let mut loader = replaced(loader, &import, "", 1)?;
    for chunk in chunks {
        let Chunk {
            asked_for,
            name,
            integrity,
        } = chunk;
        loader = replaced(
            &loader,
            &format!("fetch(new URL(\"./{asked_for}\", import.meta.url))"),
            &format!("fetch(new URL(\"./{name}\", import.meta.url), {{ integrity: \"{integrity}\" }})"),
            1,
        )?;
    }
    loader = replaced(
        &loader,
        "WebAssembly.instantiateStreaming(src, imports)",
        "__wbg_load(await src, imports)",
        chunks.len(),
    )?;
    // The app says itself, in the page, that a chunk can't be had; a page that is left stops its requests all the time.
    loader = replaced(&loader, "console.error(e);", "console.warn(e);", 1)?;
    let exported = exported(&loader);
    ensure!(
        !exported.is_empty(),
        "the splitting tool’s loader exports nothing"
    );
    loader = loader.replace("export const ", "const ");
    for word in ["import ", "export ", "fetch(new URL(\"./split_"] {
        ensure!(
            !loader.contains(word),
            "the splitting tool’s loader has a `{word}` that is not known here"
        );
    }
    let mut imports = 0;
    let mut text = String::with_capacity(script.len() + loader.len());
    for line in script.lines() {
        let Some(name) = imported_as(line) else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        if imports == 0 {
            text.push_str(&loader);
        }
        imports += 1;
        text.push_str(&format!("const {name} = {{ {} }};\n", exported.join(", ")));
    }
    ensure!(imports > 0, "wasm-bindgen’s JavaScript does not import {MODULE}");
    Ok(text)
}

/// The name under which this line imports the loader, if it does.
fn imported_as(line: &str) -> Option<&str> {
    let name = line.strip_prefix("import * as ")?;
    name.trim_end_matches(';')
        .strip_suffix(&format!(" from \"{MODULE}\""))
}

/// The names of the constants that a module exports.
fn exported(loader: &str) -> Vec<String> {
    let lines = loader
        .lines()
        .filter_map(|line| line.strip_prefix("export const "));
    lines
        .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
        .collect()
}

/// `text` with each `from` replaced.
///
/// # Errors
///
/// When there are not `count` of them.
fn replaced(text: &str, from: &str, to: &str, count: usize) -> Result<String> {
    let found = text.matches(from).count();
    ensure!(
        found == count,
        "the splitting tool’s loader has `{from}` {found} times and not {count}"
    );
    Ok(text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the tools write them, without what is not touched.
    const SCRIPT: &str = "/* types */
import * as import1 from \"./__wasm_split.js\"

function imports() { return { \"./__wasm_split.js\": import1 }; }
async function __wbg_load(module, imports) {
}
function initSync(module) {
    if (wasm !== undefined) return wasm;
}
";
    const LOADER: &str = "import { initSync } from \"./main.js\";

async function wrapAsyncCb(callee) { console.error(e); }
function makeLoad(fetcher, deps) {}
/* pages */
const __chunk_1 = makeLoad(() => {
    const src = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}, []);
export const __wasm_split_load_pages = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL(\"./split_pages.wasm\", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_1]));
";

    fn chunks() -> [Chunk; 2] {
        ["chunk_1.wasm", "split_pages.wasm"].map(|name| Chunk::of(name, name.as_bytes()))
    }

    #[test]
    fn the_loader_becomes_a_part_of_the_script() {
        let [shared, pages] = chunks();
        let text = put_into(SCRIPT, LOADER, &chunks()).unwrap();
        for expected in [
            format!(
                "fetch(new URL(\"./{}\", import.meta.url), {{ integrity: \"{}\" }})",
                shared.name, shared.integrity
            ),
            format!("new URL(\"./{}\", import.meta.url)", pages.name),
            "\nconst __wasm_split_load_pages = wrapAsyncCb(".into(),
            "\nconst import1 = { __wasm_split_load_pages };\n".into(),
            "(__wbg_load(await src, imports))".into(),
            "return { \"./__wasm_split.js\": import1 };".into(),
        ] {
            assert!(text.contains(&expected), "{expected} is not in\n{text}");
        }
        for gone in [
            "import * as",
            "import {",
            "export",
            "split_pages.wasm",
            "Streaming",
            "console.error",
        ] {
            assert!(!text.contains(gone), "{gone} is in\n{text}");
        }
        // What the script imports is made of what stands before it.
        assert!(text.find("load_pages = wrapAsyncCb(") < text.find("const import1"));
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        for (script, loader, chunks) in [
            (SCRIPT.replace("initSync", "init"), LOADER.into(), &chunks()[..]),
            (SCRIPT.replace("__wbg_load", "load"), LOADER.into(), &chunks()),
            (
                SCRIPT.replace("import * as import1", "import import1"),
                LOADER.into(),
                &chunks(),
            ),
            (
                SCRIPT.into(),
                LOADER.replace("import { initSync }", "import init"),
                &chunks(),
            ),
            (
                SCRIPT.into(),
                LOADER.replace("export const", "export let"),
                &chunks(),
            ),
            (SCRIPT.into(), LOADER.replace("Streaming", ""), &chunks()),
            (SCRIPT.into(), LOADER.into(), &chunks()[..1]),
            (SCRIPT.into(), LOADER.into(), &[]),
        ] {
            assert!(
                put_into(&script, &loader, chunks).is_err(),
                "{script}\n{loader}\n{chunks:?}"
            );
        }
    }
}
