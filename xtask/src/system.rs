//! What only the machine's own package manager can install: browsers, their drivers, node and Python.

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

    /// The variable that names the program where it stands elsewhere.
    fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMIUM",
            Self::Chromedriver => "CHROMEDRIVER",
            Self::Firefox => "FIREFOX",
            Self::Node => "NODE",
            Self::Npm => "NPM",
            Self::Python => "PYTHON",
        }
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

    /// Where the program is, if it is there and works.
    pub(crate) fn find(self) -> Option<PathBuf> {
        let named = std::env::var_os(self.variable()).map(PathBuf::from);
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

/// A way to install programs: the command, and its name for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Debian,
    /// As Debian, but its browsers are snaps.
    Ubuntu,
    Fedora,
    Arch,
    Homebrew,
}

impl Manager {
    /// Of this machine, from `/etc/os-release` (os-release(5)) where there is one.
    fn of_this_machine() -> Option<Self> {
        if cfg!(target_os = "macos") {
            return Some(Self::Homebrew);
        }
        Self::of(&std::fs::read_to_string("/etc/os-release").ok()?)
    }

    fn of(os_release: &str) -> Option<Self> {
        let value = |key| {
            let line = os_release.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_default().trim_matches('"').to_owned()
        };
        let ids = format!("{} {}", value("ID="), value("ID_LIKE="));
        // From the most to the least specific: Ubuntu and its kin are also like Debian.
        [
            ("ubuntu", Self::Ubuntu),
            ("debian", Self::Debian),
            ("fedora", Self::Fedora),
            ("arch", Self::Arch),
        ]
        .into_iter()
        .find(|(id, _)| ids.split(' ').any(|word| word == *id))
        .map(|(_, manager)| manager)
    }

    /// The packages with `program`.
    fn packages(self, program: Program) -> &'static [&'static str] {
        match (self, program) {
            (Self::Debian, Program::Chromedriver) => &["chromium-driver"],
            (Self::Debian, Program::Firefox) => &["firefox-esr"],
            (Self::Debian | Self::Ubuntu, Program::Python) => &["python3", "python3-venv"],
            // The browser's package has the driver.
            (Self::Ubuntu | Self::Arch, Program::Chromedriver) => &["chromium"],
            (Self::Fedora, Program::Node | Program::Npm) => &["nodejs-npm"],
            (Self::Homebrew, Program::Node | Program::Npm) => &["node"],
            (Self::Arch | Self::Homebrew, Program::Python) => &["python"],
            (_, Program::Chromium) => &["chromium"],
            (_, Program::Chromedriver) => &["chromedriver"],
            (_, Program::Firefox) => &["firefox"],
            (_, Program::Node) => &["nodejs"],
            (_, Program::Npm) => &["npm"],
            (_, Program::Python) => &["python3"],
        }
    }

    /// The one line to type for all of `programs`.
    fn command(self, programs: &[Program]) -> String {
        let list = |browsers: Option<bool>| {
            let mut packages: Vec<&str> = Vec::new();
            for program in programs {
                let is_browser = matches!(
                    program,
                    Program::Chromium | Program::Chromedriver | Program::Firefox
                );
                if browsers.is_none_or(|wanted| wanted == is_browser) {
                    let new = self.packages(*program).iter();
                    packages.extend(
                        new.filter(|package| !packages.contains(package))
                            .collect::<Vec<_>>(),
                    );
                }
            }
            packages.join(" ")
        };
        let parts = match self {
            Self::Debian => vec![("sudo apt-get install --no-install-recommends -y", list(None))],
            Self::Ubuntu => vec![
                ("sudo snap install", list(Some(true))),
                (
                    "sudo apt-get install --no-install-recommends -y",
                    list(Some(false)),
                ),
            ],
            Self::Fedora => vec![("sudo dnf install -y", list(None))],
            Self::Arch => vec![("sudo pacman -S --needed", list(None))],
            Self::Homebrew => vec![
                ("brew install --cask", list(Some(true))),
                ("brew install", list(Some(false))),
            ],
        };
        let parts = parts.into_iter().filter(|(_, packages)| !packages.is_empty());
        let parts: Vec<_> = parts
            .map(|(verb, packages)| format!("{verb} {packages}"))
            .collect();
        parts.join(" && ")
    }
}

/// How to get `programs` on this machine, in one line.
pub(crate) fn how_to_get(programs: &[Program]) -> String {
    match Manager::of_this_machine() {
        Some(manager) => manager.command(programs),
        None => {
            let names: Vec<_> = programs.iter().map(|program| program.name()).collect();
            format!("install {} with your system's package manager", names.join(", "))
        }
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
pub(crate) fn missing(programs: &[Program]) -> Vec<Program> {
    let missing = programs.iter().filter(|program| program.find().is_none());
    missing.copied().collect()
}

fn can_install(missing: &[Program]) -> bool {
    let snap = |program: &Program| {
        matches!(
            program,
            Program::Chromium | Program::Chromedriver | Program::Firefox
        )
    };
    is_root()
        && match Manager::of_this_machine() {
            Some(Manager::Debian) => true,
            Some(Manager::Ubuntu) => !missing.iter().any(snap),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_told_by_its_own_name_before_its_ancestors() {
        for (os_release, manager) in [
            ("NAME=x\nID=debian\nVERSION_ID=\"12\"\n", Some(Manager::Debian)),
            ("ID=ubuntu\nID_LIKE=debian\n", Some(Manager::Ubuntu)),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Some(Manager::Ubuntu)),
            ("ID=raspbian\nID_LIKE=debian\n", Some(Manager::Debian)),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                Some(Manager::Fedora),
            ),
            ("ID=arch\n", Some(Manager::Arch)),
            ("VERSION_ID=debian\n", None),
            ("", None),
        ] {
            assert_eq!(Manager::of(os_release), manager, "{os_release}");
        }
    }

    #[test]
    fn what_is_missing_becomes_one_line_that_names_each_package_once() {
        assert_eq!(
            Manager::Debian.command(&Program::ALL),
            "sudo apt-get install --no-install-recommends -y chromium chromium-driver firefox-esr \
             nodejs npm python3 python3-venv"
        );
        assert_eq!(
            Manager::Ubuntu.command(&Program::ALL),
            "sudo snap install chromium firefox && \
             sudo apt-get install --no-install-recommends -y nodejs npm python3 python3-venv"
        );
        assert_eq!(
            Manager::Ubuntu.command(&[Program::Npm]),
            "sudo apt-get install --no-install-recommends -y npm"
        );
        assert_eq!(
            Manager::Homebrew.command(&Program::ALL),
            "brew install --cask chromium chromedriver firefox && brew install node python"
        );
        assert_eq!(
            Manager::Arch.command(&Program::ALL),
            "sudo pacman -S --needed chromium firefox nodejs npm python"
        );
    }
}
