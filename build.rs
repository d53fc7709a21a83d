//! Makes code of the app's texts, and fails when a language lacks one (`languages`). Keeps the linker's relocations in a wasm that
//! is to be split: `cargo xtask build` needs them to tell which code can be moved to a file of its own. Asked of the linker
//! here and not through `RUSTFLAGS`, which would take the place of the flags in `.cargo/config.toml` and would build every
//! dependency anew.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let is_wasm = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if is_wasm && std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    match texts() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in problems {
                println!("cargo::error={problem}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Writes what `src/texts.rs` includes.
fn texts() -> Result<(), Vec<String>> {
    let catalogues = languages::read(Path::new("locales"))?;
    let english = catalogues.first().map(|(_, english)| languages::rust(english));
    let code = english.unwrap_or_default() + &languages::names();
    let folder = std::env::var_os("OUT_DIR").ok_or(["there is no OUT_DIR".to_owned()])?;
    let file = Path::new(&folder).join("texts.rs");
    std::fs::write(file, code).map_err(|error| vec![error.to_string()])
}
