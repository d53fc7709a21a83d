//! The project's own commands, run as `cargo xtask <command>`.
//!
//! Each command does its whole set-up itself: whatever it needs and does not find on the `PATH` in the
//! right version goes into `target/tools`, so that a fresh clone needs nothing but Rust. The map:
//!
//! - [`serve`], [`build`], [`test`], [`bench`], [`lighthouse`], [`doctor`], [`screenshots`], [`icons`], [`soak`], [`deny`]: one command each.
//! - [`tools`] and [`registries`] (what is installed below `target/`), [`system`] and [`packages`]
//!   (browsers and the like, which only the machine's own package manager can install): the set-up.
//! - [`process`], [`group`], [`http`], [`workspace`]: running programs, asking a local server, knowing the paths.
//! - [`split`]: the wasm in parts, and [`weights`]: of what. [`precache`]: what a build must have to open offline.
//! - [`html`], [`sizes`], [`counts`], [`report`], [`version`]: what is made of the results.

mod bench;
mod build;
mod counts;
mod deny;
mod doctor;
mod group;
mod html;
mod http;
mod icons;
mod lighthouse;
mod locales;
mod packages;
mod precache;
mod process;
mod registries;
mod report;
mod screenshots;
mod serve;
mod sizes;
mod soak;
mod split;
mod styles;
mod system;
mod test;
mod tools;
mod version;
mod weights;
mod workspace;

use anyhow::{Result, bail};
use std::process::ExitCode;
use workspace::Workspace;

const HELP: &str = "\
Usage: cargo xtask <command> [options]

  serve        Start the server and the app, rebuild on change; Ctrl-C stops both
                 --demo               fill an empty database with some tasks
                 --release            the small, optimised build
                 --port <n>           the page's port (8080)
  build        Build the app into dist/, ready for any static host, and check its size
                 --public-url <path>  where it will be served, as in /app/ (default /)
                 --report             list every file, and what the wasm consists of, by crate and module
  test         Run every check and test, or a part of them
                 unit | web | e2e     only that part
                 -- <filter>          passed on to the tests of that part
  bench        Measure the app beside three others that do the same, and write the table in bench/README.md
                 --quick              fewer runs, without the longest; nothing is written
                 --only <group,…>     some of start, throttled, thousand, large, refill, million
                 --runs <n>           how often each is done; the last two are done once
                 --dist <folder>      measure this build of the app instead of a new one
  lighthouse   Build and serve the app, and have Lighthouse judge it on a desktop and on a slow phone
  screenshots  Take the pictures in docs/screenshots again
  soak         Play simulated schedules with every fault, and check that no edit is lost
                 --schedules <n>      how many (20000)
                 --seed <n>           the first one (0)
                 --keep <n,n,…>       one schedule again, with these steps alone
                 --bug <name>         with a bug put in, to see it caught
  icons        Draw the PNG icons in style/icons again, from style/icon.svg
  deny         Check licences, sources and security advisories of all dependencies
                 --offline            leave the advisories out
  doctor       Show what is installed, what is missing and how to get it
";

fn main() -> ExitCode {
    if let Some(code) = split::stand_in() {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    if matches!(command.as_str(), "help" | "--help" | "-h")
        || rest.iter().any(|argument| argument == "--help")
    {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::find()?;
    let done = match command.as_str() {
        "serve" => serve::run(&workspace, &serve::Options::parse(rest)?),
        "build" => build::run(&workspace, &build::Options::parse(rest)?),
        "test" => return test::run(&workspace, &test::Options::parse(rest)?),
        "bench" => bench::run(&workspace, &bench::Options::parse(rest)?),
        "screenshots" => no_options(rest).and_then(|()| screenshots::run(&workspace)),
        "lighthouse" => no_options(rest).and_then(|()| lighthouse::run(&workspace)),
        "soak" => soak::run(&workspace, &soak::Options::parse(rest)?),
        "icons" => no_options(rest).and_then(|()| icons::run(&workspace)),
        "deny" => deny::run(&workspace, &deny::Options::parse(rest)?),
        "doctor" => no_options(rest).and_then(|()| doctor::run(&workspace)),
        unknown => bail!("there is no command '{unknown}'\n\n{HELP}"),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn no_options(rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(unknown_option(extra)),
    }
}

/// The error for an argument that a command does not take.
fn unknown_option(argument: &str) -> anyhow::Error {
    anyhow::anyhow!("unknown option '{argument}'\n\n{HELP}")
}
