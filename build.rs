//! Keeps the linker's relocations in a wasm that is to be split: `cargo xtask build` needs them to tell which code can be
//! moved to a file of its own. Asked of the linker here and not through `RUSTFLAGS`, which would take the place of the
//! flags in `.cargo/config.toml` and would build every dependency anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_wasm = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if is_wasm && std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
