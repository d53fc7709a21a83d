//! The built files: compressed beside themselves, counted, and held against the budget.

use crate::html;
use crate::locales;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What web servers look for beside a file, and what text formats gain from it. Everything else in a
/// build (PNG, WOFF2) is compressed already.
const COMPRESSED: [&str; 8] = ["html", "js", "wasm", "css", "svg", "json", "webmanifest", "txt"];

/// Brotli's highest quality, and a window of 2^22 bytes (RFC 7932, section 9.1), which is more than any
/// file here.
const BROTLI: (i32, i32) = (11, 22);

/// One file of a build and its sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sized {
    /// The path below the build's folder, with `/`.
    pub(crate) name: String,
    pub(crate) raw: u64,
    /// As raw for files that are not compressed.
    pub(crate) brotli: u64,
    pub(crate) gzip: u64,
}

/// Writes a `.br` and a `.gz` file beside every file below `folder` that gains from it, and returns
/// the sizes of all files, by name.
pub(crate) fn compress(folder: &Path) -> Result<Vec<Sized>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut sizes = Vec::new();
    for file in files {
        let content = std::fs::read(&file)?;
        let raw = content.len() as u64;
        let (mut brotli, mut gzip) = (raw, raw);
        if COMPRESSED.contains(&extension(&file)) {
            brotli = write_beside(&file, ".br", &brotli_of(&content)?)?;
            gzip = write_beside(&file, ".gz", &gzip_of(&content)?)?;
        }
        let name = file.strip_prefix(folder)?.to_string_lossy();
        let name = name.replace(std::path::MAIN_SEPARATOR, "/");
        sizes.push(Sized {
            name,
            raw,
            brotli,
            gzip,
        });
    }
    Ok(sizes)
}

/// All files below `folder` but earlier output of [`compress`].
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if !matches!(extension(&path), "br" | "gz") {
            files.push(path);
        }
    }
    Ok(())
}

fn extension(path: &Path) -> &str {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.unwrap_or_default()
}

fn write_beside(file: &Path, suffix: &str, content: &[u8]) -> Result<u64> {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    std::fs::write(&name, content)?;
    Ok(content.len() as u64)
}

fn brotli_of(mut content: &[u8]) -> Result<Vec<u8>> {
    let (quality, lgwin) = BROTLI;
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut content, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip_of(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// The files that a browser loads before the app runs, in order of name: `index.html`, what it names,
/// and what those scripts import or name in turn. `read` gives a file's text.
///
/// # Errors
///
/// When the page names a script, style sheet or wasm that the build lacks, or when one of the four
/// kinds is missing altogether: a sum that leaves something out would pass any budget.
pub(crate) fn first_load(
    files: &[Sized],
    public_url: &str,
    read: impl Fn(&str) -> Result<String>,
) -> Result<Vec<Sized>> {
    let mut loaded = BTreeSet::from(["index.html".to_owned()]);
    let page = read("index.html")?;
    let mut queue: Vec<String> = Vec::new();
    for address in html::loaded_at_start(&page) {
        queue.extend(local_name(&address, public_url, ""));
    }
    let later: BTreeSet<String> = html::loaded_later(&page)
        .iter()
        .filter_map(|address| local_name(address, public_url, ""))
        .collect();
    while let Some(name) = queue.pop() {
        if !files.iter().any(|file| file.name == name) {
            bail!("index.html or a script that it loads names {name}, which the build lacks");
        }
        if !loaded.insert(name.clone()) || !name.ends_with(".js") {
            continue;
        }
        let script = read(&name)?;
        for address in html::static_imports(&script) {
            queue.extend(local_name(address, public_url, folder_of(&name)));
        }
        // A wasm file is fetched by an address in the script's text, not imported.
        let fetched = files.iter().filter(|file| {
            let last = file.name.rsplit('/').next().unwrap_or(&file.name);
            last.ends_with(".wasm") && script.contains(last) && !later.contains(&file.name)
        });
        queue.extend(fetched.map(|file| file.name.clone()));
    }
    for kind in [".html", ".js", ".wasm", ".css"] {
        if !loaded.iter().any(|name| name.ends_with(kind)) {
            bail!("index.html loads no {kind} file at start, as far as can be seen");
        }
    }
    let loaded = files.iter().filter(|file| loaded.contains(&file.name));
    Ok(loaded.cloned().collect())
}

/// The wasm and the languages that a first load leaves out.
pub(crate) fn on_demand(files: &[Sized], loaded: &[Sized]) -> Vec<Sized> {
    let later = files
        .iter()
        .filter(|file| file.name.ends_with(".wasm") || file.name.starts_with(locales::PREFIX))
        .filter(|file| !loaded.contains(file));
    later.cloned().collect()
}

/// The name below the build's folder that an address means; nothing for other sites' addresses.
fn local_name(address: &str, public_url: &str, folder: &str) -> Option<String> {
    let address = address.split(['?', '#']).next().unwrap_or(address);
    if address.contains("://") || address.starts_with("//") || address.starts_with("data:") {
        return None;
    }
    if let Some(name) = address.strip_prefix(public_url) {
        return Some(name.trim_start_matches('/').to_owned());
    }
    if let Some(name) = address.strip_prefix('/') {
        return Some(name.to_owned());
    }
    let mut segments: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for segment in address.split('/') {
        match segment {
            "." | "" => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The sum of `files`, under the name "total".
pub(crate) fn total(files: &[Sized]) -> Sized {
    let sum = |size: fn(&Sized) -> u64| files.iter().map(size).sum();
    Sized {
        name: "total".into(),
        raw: sum(|file| file.raw),
        brotli: sum(|file| file.brotli),
        gzip: sum(|file| file.gzip),
    }
}

/// A table of `files` and, if there is more than one, their total.
pub(crate) fn table(files: &[Sized]) -> String {
    let mut rows = files.to_vec();
    if files.len() > 1 {
        rows.push(total(files));
    }
    let names = rows.iter().map(|row| row.name.chars().count());
    let width = names.max().unwrap_or_default().max(4);
    let mut table = format!(
        "{:width$}  {:>9}  {:>9}  {:>9}\n",
        "bytes", "raw", "brotli", "gzip"
    );
    for row in rows {
        table.push_str(&format!(
            "{:width$}  {:>9}  {:>9}  {:>9}\n",
            row.name, row.raw, row.brotli, row.gzip
        ));
    }
    table
}

/// The limit on the first load, in bytes after Brotli, from the text of `bench/budget.json`.
pub(crate) fn budget(json: &str) -> Result<u64> {
    let budget: serde_json::Value =
        serde_json::from_str(json).context("bench/budget.json is not valid JSON")?;
    budget
        .pointer("/first_load/brotli_bytes")
        .and_then(serde_json::Value::as_u64)
        .context("bench/budget.json has no whole number at first_load.brotli_bytes")
}

/// The verdict on a first load of `bytes`, or the error that fails the build.
pub(crate) fn hold_against(bytes: u64, limit: u64) -> Result<String> {
    if bytes > limit {
        bail!(
            "the first load is over its budget: {bytes} bytes of {limit} allowed, {} too many \
             (bench/budget.json)",
            bytes - limit
        );
    }
    Ok(format!(
        "first load: {bytes} bytes with Brotli, of {limit} allowed ({} to spare)",
        limit - bytes
    ))
}

#[cfg(test)]
mod tests;
