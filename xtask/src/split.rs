//! The app's wasm in parts: a main module, and chunks that it loads when they are needed (`src/pages.rs`).
//!
//! Trunk knows nothing of this. It runs the `wasm-bindgen` that it finds on the `PATH`, and for a build that is to be
//! split that is a copy of this very program, which sees by its own name what it is run for. It divides the linker's
//! output, has the real wasm-bindgen make the main module and its JavaScript, and leaves the chunks in a folder, from
//! which they are put into the build when Trunk is done. So the main module goes every way that Trunk knows: optimised
//! with the options in `index.html`, named by its content, with a digest.

mod loader;

use crate::html;
use crate::process;
use crate::tools::Toolbox;
use anyhow::{Context, Result, anyhow, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use wasm_split_cli_support::{Options, transform};

/// What Trunk looks for, and so the name by which this program knows that it is to stand in for it.
const STAND_IN: &str = "wasm-bindgen";

/// What the stand-in is told through the environment: the real program, where chunks go, and, if there is one,
/// `wasm-opt`.
const REAL: &str = "STRIKETHROUGH_WASM_BINDGEN";
const CHUNKS: &str = "STRIKETHROUGH_CHUNKS";
const WASM_OPT: &str = "STRIKETHROUGH_WASM_OPT";

/// The folder, beside that of the chunks, with the parts as they were before they lost their names.
const NAMED: &str = "named";

/// A part of the wasm that is loaded later.
#[derive(Debug, PartialEq, Eq)]
struct Chunk {
    /// The file that the splitting tool's loader asks for.
    asked_for: String,
    /// Its name in the build, by its content.
    name: String,
    /// Its digest.
    integrity: String,
}

impl Chunk {
    fn of(asked_for: &str, content: &[u8]) -> Self {
        let stem = stem_of_chunk(asked_for);
        Self {
            asked_for: asked_for.to_owned(),
            name: format!("{stem}-{}.wasm", hash(content)),
            integrity: integrity(content),
        }
    }
}

/// The name of a chunk without what the splitting tool puts around it.
fn stem_of_chunk(asked_for: &str) -> &str {
    let name = asked_for.strip_suffix(".wasm").unwrap_or(asked_for);
    name.strip_prefix("split_").unwrap_or(name)
}

/// What stands in the name of a file with this content.
pub(crate) fn hash(content: &[u8]) -> String {
    let digest = Sha384::digest(content);
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What Subresource Integrity asks for in the attribute of that name.
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

/// A Trunk command that builds the app in parts.
pub(crate) fn trunk(toolbox: &Toolbox) -> Result<Command> {
    let folder = toolbox.workspace.root.join("target/split");
    if folder.exists() {
        // Chunks of an earlier build, and a copy of this program that may be an old one.
        std::fs::remove_dir_all(&folder)?;
    }
    let stand_in = folder
        .join("bin")
        .join(format!("{STAND_IN}{}", std::env::consts::EXE_SUFFIX));
    std::fs::create_dir_all(folder.join("bin"))?;
    std::fs::create_dir_all(chunks(toolbox))?;
    std::fs::copy(std::env::current_exe()?, &stand_in).context("copying this program")?;
    let mut trunk = toolbox.trunk(&stand_in)?;
    trunk
        .args(["build", "--features", "split"])
        .env(REAL, toolbox.wasm_bindgen()?)
        .env(CHUNKS, chunks(toolbox))
        // The splitting tool finds functions by their names. wasm-opt takes these out in the end.
        .env("CARGO_PROFILE_RELEASE_STRIP", "none");
    match toolbox.find_wasm_opt() {
        Some(wasm_opt) => trunk.env(WASM_OPT, wasm_opt),
        None => trunk.env_remove(WASM_OPT),
    };
    Ok(trunk)
}

fn chunks(toolbox: &Toolbox) -> PathBuf {
    toolbox.workspace.root.join("target/split/chunks")
}

/// The parts of the build that [`trunk`] has made as they were before wasm-opt took the names of functions out, by the
/// beginning of their names in the build.
pub(crate) fn named(toolbox: &Toolbox) -> Result<Vec<(String, PathBuf)>> {
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(chunks(toolbox).with_file_name(NAMED))? {
        let file = entry?.path();
        parts.push((stem(&file)?, file));
    }
    parts.sort();
    // The main part first.
    parts.reverse();
    Ok(parts)
}

/// A part as wasm-opt makes it with the options of the build, with its names. Nothing is the same to the byte, since names
/// are in the way of some merging.
pub(crate) fn optimised_with_names(toolbox: &Toolbox, part: &Path) -> Result<Vec<u8>> {
    let Some(wasm_opt) = toolbox.find_wasm_opt() else {
        return Ok(std::fs::read(part)?);
    };
    let page = std::fs::read_to_string(toolbox.workspace.root.join("index.html"))?;
    let options = html::wasm_opt_options(&page).context("index.html has no options for wasm-opt")?;
    let made = tempfile::NamedTempFile::new()?;
    let mut command = Command::new(wasm_opt);
    command
        .arg(part)
        .arg("-o")
        .arg(made.path())
        .args(options)
        .arg("-g");
    process::run(&mut command)?;
    Ok(std::fs::read(made.path())?)
}

fn stem(file: &Path) -> Result<String> {
    let stem = file.file_stem().and_then(|stem| stem.to_str());
    Ok(stem
        .with_context(|| format!("{} has no name", file.display()))?
        .to_owned())
}

/// Puts the chunks of the build that [`trunk`] has made into it, and their names into its `index.html`.
pub(crate) fn finish(toolbox: &Toolbox, dist: &Path, public_url: &str) -> Result<()> {
    let mut links = Vec::new();
    for entry in std::fs::read_dir(chunks(toolbox))? {
        let file = entry?.path();
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.context("a chunk without a name")?;
        let content = std::fs::read(&file)?;
        std::fs::write(dist.join(name), &content)?;
        links.push(format!(
            "<link rel=\"{}\" href=\"{public_url}{name}\" integrity=\"{}\">",
            html::CHUNK,
            integrity(&content)
        ));
    }
    ensure!(
        !links.is_empty(),
        "the build was not split: Trunk ran another wasm-bindgen"
    );
    links.sort();
    let page = dist.join("index.html");
    let text = std::fs::read_to_string(&page)?;
    std::fs::write(&page, with_links(&text, &links.concat())?)?;
    Ok(())
}

/// The page with these links at the end of its head. No browser fetches anything for them. The service worker keeps what
/// the page names, and the app asks for a chunk itself once the list is there: a prefetch would take its share of a slow
/// line while the main module is on it, and `default-src 'none'` forbids it in some browsers.
fn with_links(page: &str, links: &str) -> Result<String> {
    let (before, after) = page
        .split_once("</head>")
        .context("index.html has no </head> to put the names of the chunks before")?;
    Ok(format!("{before}{links}</head>{after}"))
}

/// Whether this program was started under the name of wasm-bindgen; then it does that one's work and returns how it
/// went.
pub(crate) fn stand_in() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    let program = arguments.next()?;
    if Path::new(&program).file_stem()? != STAND_IN {
        return None;
    }
    let arguments: Vec<OsString> = arguments.collect();
    Some(match bindgen(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: splitting the wasm: {error:#}");
            ExitCode::FAILURE
        }
    })
}

fn bindgen(arguments: &[OsString]) -> Result<ExitCode> {
    let real = std::env::var_os(REAL).with_context(|| format!("{REAL} is not set"))?;
    let run = |arguments: &[OsString]| -> Result<bool> {
        let status = Command::new(&real).args(arguments).status();
        Ok(status.context("cannot start the real wasm-bindgen")?.success())
    };
    let code = |good| {
        if good {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    };
    let Some(input) = arguments.iter().position(is_wasm) else {
        // Trunk asks for the version.
        return run(arguments).map(code);
    };
    let chunks = std::env::var_os(CHUNKS).with_context(|| format!("{CHUNKS} is not set"))?;
    let chunks = Path::new(&chunks);
    let parts = tempfile::tempdir()?;
    let main = parts.path().join("main.wasm");
    let wasm = arguments.get(input).map(std::fs::read).context("no input")??;
    let names = divide(&wasm, parts.path(), &main)?;
    let mut arguments = arguments.to_vec();
    if let Some(input) = arguments.get_mut(input) {
        *input = main.into();
    }
    // The chunks take functions, memory and table from the main module's exports.
    arguments.push("--keep-lld-exports".into());
    if !run(&arguments)? {
        return Ok(code(false));
    }
    let named = chunks.with_file_name(NAMED);
    std::fs::create_dir_all(&named)?;
    let script = script_of(&arguments)?;
    std::fs::copy(
        script.with_file_name(format!("{}_bg.wasm", stem(&script)?)),
        named.join(format!("{}.wasm", stem(&script)?)),
    )?;
    let page = std::fs::read_to_string("index.html").context("cannot read index.html")?;
    let options = html::wasm_opt_options(&page).context("index.html has no options for wasm-opt")?;
    let mut made = Vec::new();
    for name in names {
        let file = parts.path().join(&name);
        let with_names = std::fs::read(&file)?;
        let optimised = optimised(&file, &options)?;
        let chunk = Chunk::of(&name, &optimised);
        std::fs::write(named.join(format!("{}.wasm", stem_of_chunk(&name))), with_names)?;
        std::fs::write(chunks.join(&chunk.name), optimised)?;
        made.push(chunk);
    }
    let text = std::fs::read_to_string(&script)?;
    let loader = std::fs::read_to_string(parts.path().join(loader::FILE))?;
    std::fs::write(&script, loader::put_into(&text, &loader, &made)?)?;
    Ok(code(true))
}

fn is_wasm(argument: &OsString) -> bool {
    let path = Path::new(argument);
    path.extension().is_some_and(|extension| extension == "wasm")
        && !argument.to_string_lossy().starts_with("--")
}

/// Divides `wasm` into `main` and chunks in `folder`, whose names it returns, with the tool's loader beside them.
fn divide(wasm: &[u8], folder: &Path, main: &Path) -> Result<Vec<String>> {
    let mut options = Options::new(wasm);
    options.output_dir = folder;
    options.main_out_path = main;
    options.link_name = loader::MODULE;
    options.main_module = loader::MAIN;
    let split = transform(options).map_err(|error| anyhow!("{error:#}"))?;
    let files = split.split_modules.iter();
    let names: Vec<String> = files
        .filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()))
        .collect();
    ensure!(!names.is_empty(), "there is no split point in it");
    Ok(names)
}

/// A chunk as wasm-opt makes it; as it is where there is no wasm-opt.
fn optimised(chunk: &Path, options: &[String]) -> Result<Vec<u8>> {
    if let Some(wasm_opt) = std::env::var_os(WASM_OPT) {
        let mut command = Command::new(wasm_opt);
        command
            .arg(chunk)
            .arg("--output")
            .arg(chunk)
            .args(options)
            .arg("--strip-debug")
            .stdin(Stdio::null());
        process::run(&mut command)?;
    }
    Ok(std::fs::read(chunk)?)
}

/// The JavaScript that wasm-bindgen writes when it is given these arguments.
fn script_of(arguments: &[OsString]) -> Result<PathBuf> {
    let value = |name: &str| {
        let mut found = arguments
            .iter()
            .filter_map(|argument| argument.to_str()?.strip_prefix(name));
        found.next()
    };
    let (Some(folder), Some(name)) = (value("--out-dir="), value("--out-name=")) else {
        bail!("Trunk does not say where the JavaScript goes");
    };
    Ok(Path::new(folder).join(format!("{name}.js")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_named_by_its_content() {
        let chunk = Chunk::of("split_pages.wasm", b"");
        // SHA-384 of nothing (FIPS 180-4 example values).
        assert_eq!(chunk.name, "pages-38b060a751ac9638.wasm");
        assert_eq!(
            chunk.integrity,
            "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
        );
        assert_ne!(Chunk::of("split_pages.wasm", b"a").name, chunk.name);
    }

    #[test]
    fn links_are_the_last_of_the_head() {
        let page = with_links("<head><title>a</title></head><body>", "<link>").unwrap();
        assert_eq!(page, "<head><title>a</title><link></head><body>");
        assert!(with_links("<title>a</title><body>", "<link>").is_err());
    }

    #[test]
    fn what_trunk_says_is_understood() {
        let arguments = [
            "--target=web",
            "--out-dir=/a/b",
            "--out-name=app",
            "/c/app.wasm",
            "--no-typescript",
        ];
        let arguments = arguments.map(OsString::from);
        assert_eq!(script_of(&arguments).unwrap(), Path::new("/a/b/app.js"));
        assert_eq!(arguments.iter().position(is_wasm), Some(3));
        assert!(script_of(&arguments[3..]).is_err());
        assert!(!is_wasm(&"--version".into()) && !is_wasm(&"--out-name=a.wasm".into()));
    }
}
