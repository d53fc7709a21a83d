//! What only the machine's own package manager can install: browsers, their drivers, node and Python.

use crate::packages::{Manager, how_to_get};
use crate::process::{self, ask, find};
use crate::tools::{step, version_of};
use crate::version::Version;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Chromium,
    Chromedriver,
    Firefox,
    Node,
    Npm,
    /// With its `venv` module, which Debian packages on its own.
    Python,
}

impl Program {
    pub(crate) const ALL: [Self; 6] = [
        Self::Chromium,
        Self::Chromedriver,
        Self::Firefox,
        Self::Node,
        Self::Npm,
        Self::Python,
    ];
    /// What the tests in Chromium need.
    pub(crate) const WEB: &'static [Self] = &[Self::Chromium, Self::Chromedriver];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Chromedriver => "chromedriver",
            Self::Firefox => "Firefox",
            Self::Node => "node",
            Self::Npm => "npm",
            Self::Python => "Python 3 with venv",
        }
    }

    /// The variable that names a browser or its driver where it stands elsewhere. The others are started
    /// by their plain names in other places too, so there the `PATH` decides.
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("CHROMIUM"),
            Self::Chromedriver => Some("CHROMEDRIVER"),
            Self::Firefox => Some("FIREFOX"),
            Self::Node | Self::Npm | Self::Python => None,
        }
    }

    /// Whether this is a browser or its driver.
    pub(crate) fn is_browser(self) -> bool {
        self.variable().is_some()
    }

    fn file_names(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
                "/Applications/Chromium.app/Contents/MacOS/Chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            ],
            Self::Chromedriver => &["chromedriver", "chromium.chromedriver"],
            Self::Firefox => &[
                "firefox-esr",
                "firefox",
                "/Applications/Firefox.app/Contents/MacOS/firefox",
            ],
            Self::Node => &["node"],
            Self::Npm => &["npm"],
            Self::Python => &["python3"],
        }
    }

    /// Where the program is, if it is there.
    pub(crate) fn find(self) -> Option<PathBuf> {
        let named = self.variable().and_then(std::env::var_os).map(PathBuf::from);
        let found = match named {
            Some(file) => Some(file).filter(|file| file.is_file()),
            None => find(self.file_names(), &process::path()),
        }?;
        if self == Self::Python {
            let mut check = Command::new(&found);
            ask(check.args(["-c", "import venv, ensurepip"]))?;
        }
        Some(found)
    }

    /// As [`Program::find`], with the sentence to read when it is missing after all.
    pub(crate) fn get(self) -> Result<PathBuf> {
        self.find()
            .ok_or_else(|| anyhow::anyhow!("{} is missing", self.name()))
    }
}

/// Sees to it that all of `programs` are there: installs them as root on Debian, and on Ubuntu what is
/// not a snap; elsewhere it fails with the line to type.
pub(crate) fn ensure(workspace: &Workspace, programs: &[Program]) -> Result<()> {
    let missing = missing(programs);
    if !missing.is_empty() {
        if !can_install(&missing) {
            let names: Vec<_> = missing.iter().map(|program| program.name()).collect();
            bail!(
                "missing: {}. To install, type:\n\n    {}\n",
                names.join(", "),
                how_to_get(&missing)
            );
        }
        install(workspace, &missing)?;
        for program in &missing {
            program.get()?;
        }
    }
    if programs.contains(&Program::Chromedriver) {
        check_same_major()?;
    }
    Ok(())
}

/// Those of `programs` that are not there.
fn missing(programs: &[Program]) -> Vec<Program> {
    let missing = programs.iter().filter(|program| program.find().is_none());
    missing.copied().collect()
}

fn can_install(missing: &[Program]) -> bool {
    is_root()
        && match Manager::of_this_machine() {
            Some(Manager::Debian) => true,
            Some(Manager::Ubuntu) => !missing.iter().any(|program| program.is_browser()),
            _ => false,
        }
}

fn install(workspace: &Workspace, missing: &[Program]) -> Result<()> {
    let Some(manager) = Manager::of_this_machine() else {
        bail!("this machine's package manager is not known");
    };
    let names: Vec<_> = missing.iter().map(|program| program.name()).collect();
    step(&format!("installing {} (a minute or two)", names.join(", ")));
    let apt = || {
        let mut command = process::command(workspace, "apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    process::run(apt().args(["update", "--quiet"]))?;
    let mut command = apt();
    command.args(["install", "--quiet", "--yes", "--no-install-recommends"]);
    for program in missing {
        command.args(manager.packages(*program));
    }
    process::run(&mut command)
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::Uid::effective().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// A chromedriver drives only the Chromium of its own major version, and says so obscurely.
fn check_same_major() -> Result<()> {
    let version = |file: &Path| version_of(file).as_ref().and_then(Version::major);
    let (browser, driver) = (Program::Chromium.get()?, Program::Chromedriver.get()?);
    match (version(&browser), version(&driver)) {
        (Some(browser_major), Some(driver_major)) if browser_major != driver_major => bail!(
            "{} is version {browser_major}, but {} is version {driver_major}; they must be the same",
            browser.display(),
            driver.display()
        ),
        _ => Ok(()),
    }
}
