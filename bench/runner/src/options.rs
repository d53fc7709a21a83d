//! The options of the program, which `cargo xtask bench` gives it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::measure::{App, Group};

/// What to measure, of what, and where to write it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Where each app is built.
    pub(crate) apps: BTreeMap<App, PathBuf>,
    /// What is done, in this order.
    pub(crate) groups: Vec<Group>,
    /// How often each is done, but for the longest; by itself each group knows.
    pub(crate) runs: Option<usize>,
    /// The folder with `README.md` and `chart.svg`, when they are to be written.
    pub(crate) write: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            apps: BTreeMap::new(),
            groups: Group::ALL.to_vec(),
            runs: None,
            write: None,
        };
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let value = arguments
                .next()
                .with_context(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--only" => options.groups = value.split(',').map(group).collect::<Result<_>>()?,
                "--runs" => {
                    let runs = value.parse().ok().filter(|runs| *runs > 0);
                    options.runs = Some(runs.context("--runs needs a number from 1")?);
                }
                "--write" => options.write = Some(value.into()),
                "--app" => {
                    let (name, folder) = value.split_once('=').context("--app needs <name>=<folder>")?;
                    let app = App::ALL.into_iter().find(|app| app.name() == name);
                    let app = app.with_context(|| format!("there is no app '{name}'"))?;
                    options.apps.insert(app, folder.into());
                }
                unknown => bail!("unknown option '{unknown}'"),
            }
        }
        ensure!(!options.apps.is_empty(), "name at least one --app");
        ensure!(
            options.write.is_none() || options.groups == Group::ALL,
            "a part of the figures is not written: those of the table are of one run"
        );
        Ok(options)
    }
}

fn group(name: &str) -> Result<Group> {
    let group = Group::ALL.into_iter().find(|group| group.name() == name);
    let names = Group::ALL.map(Group::name).join(", ");
    group.with_context(|| {
        format!("there is no group '{name}': --only takes some of {names}, with commas between")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn apps_are_named_with_their_folders() {
        let options =
            parse("--app ours=dist --app react=peers/dist/react --only start,large --runs 3").unwrap();
        assert_eq!(
            options.apps.get(&App::React),
            Some(&PathBuf::from("peers/dist/react"))
        );
        assert_eq!(options.groups, [Group::Start, Group::Large]);
        assert_eq!(options.runs, Some(3));
        assert_eq!(parse("--app ours=dist --write bench").unwrap().groups, Group::ALL);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for line in [
            "",
            "--app ours",
            "--app angular=dist",
            "--app ours=dist --runs 0",
            "--app ours=dist --only fast",
            "--app ours=dist --fast yes",
            "--app ours=dist --only start --write bench",
            "--app ours=dist --runs",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
