//! `cargo xtask build`: the app as static files, compressed and checked.

use crate::html;
use crate::locales;
use crate::precache;
use crate::process;
use crate::sizes::{self, Sized};
use crate::split;
use crate::styles;
use crate::tools::{CargoTool, Toolbox, step};
use crate::unknown_option;
use crate::weights;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// The options of the command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    public_url: String,
    report: bool,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            public_url: "/".into(),
            report: false,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--report" => options.report = true,
                "--public-url" => {
                    let url = arguments.next().context("--public-url needs a path")?;
                    options.public_url = public_url(url)?;
                }
                unknown => return Err(unknown_option(unknown)),
            }
        }
        Ok(options)
    }
}

/// A path with a slash at both ends, which is what addresses are appended to.
fn public_url(path: &str) -> Result<String> {
    if !path.starts_with('/') || path.starts_with("//") {
        bail!("--public-url must be a path from the root, such as /app/, but is '{path}'");
    }
    Ok(format!("{}/", path.trim_end_matches('/')))
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let toolbox = Toolbox::new(workspace);
    set_up(&toolbox)?;
    toolbox.clean_up();
    let dist = workspace.root.join("dist");
    let files = app(&toolbox, &dist, &options.public_url)?;
    if options.report {
        println!("\nEvery file\n\n{}", sizes::table(&files));
        println!("{}", weights::table(&toolbox, &files)?);
    }
    check(workspace, &dist, &options.public_url, &files)?;
    println!(
        "\nThe app is in {}, to be served at {}",
        workspace.shown(&dist),
        options.public_url
    );
    Ok(())
}

/// Installs what an optimised build needs.
pub(crate) fn set_up(toolbox: &Toolbox) -> Result<()> {
    toolbox.wasm_target()?;
    toolbox.cargo_tool(&CargoTool::wasm_bindgen(toolbox.workspace)?)?;
    toolbox.cargo_tool(&CargoTool::trunk())?;
    toolbox.wasm_opt()
}

/// Builds the optimised app into `dist`, compresses it, and returns the files' sizes.
pub(crate) fn app(toolbox: &Toolbox, dist: &Path, public_url: &str) -> Result<Vec<Sized>> {
    step(&format!(
        "building the app into {} (a few minutes the first time)",
        toolbox.workspace.shown(dist)
    ));
    if let Some(parent) = dist.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut trunk = split::trunk(toolbox)?;
    trunk
        .args(["--release", "--skip-version-check", "--public-url", public_url])
        .arg("--dist")
        .arg(dist);
    process::run(&mut trunk)?;
    split::finish(toolbox, dist, public_url)?;
    styles::join(dist, public_url)?;
    locales::finish(toolbox.workspace, dist, public_url)?;
    sizes::compress(dist)
}

/// Prints the size of the first load and of what comes later, and holds the build against the budget and the policy.
pub(crate) fn check(workspace: &Workspace, dist: &Path, public_url: &str, files: &[Sized]) -> Result<()> {
    let read =
        |name: &str| std::fs::read_to_string(dist.join(name)).with_context(|| format!("cannot read {name}"));
    let violations = html::policy_violations(&read("index.html")?);
    if !violations.is_empty() {
        bail!(
            "index.html has what the content security policy forbids: {}",
            violations.join(", ")
        );
    }
    let loaded = sizes::first_load(files, public_url, read)?;
    let later = sizes::on_demand(files, &loaded);
    precache::check(dist, &read("index.html")?, &[&loaded[..], &later].concat())?;
    println!("\nFirst load\n\n{}", sizes::table(&loaded));
    println!("\nOn demand\n\n{}", sizes::table(&later));
    let budget = std::fs::read_to_string(workspace.root.join("bench/budget.json"))
        .context("cannot read bench/budget.json")?;
    let verdict = sizes::hold_against(sizes::total(&loaded).brotli, sizes::budget(&budget)?)?;
    println!("{verdict}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).into()).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn the_public_url_gets_its_slashes() {
        for (given, expected) in [("/", "/"), ("/app", "/app/"), ("/a/b/", "/a/b/")] {
            let options = parse(&["--public-url", given]).unwrap();
            assert_eq!(options.public_url, expected);
        }
        assert_eq!(parse(&[]).unwrap().public_url, "/");
    }

    #[test]
    fn wrong_options_are_refused() {
        assert!(parse(&["--public-url"]).is_err());
        assert!(parse(&["--public-url", "app/"]).is_err());
        assert!(parse(&["--public-url", "//example.org/"]).is_err());
        assert!(parse(&["--reprot"]).is_err());
    }
}
