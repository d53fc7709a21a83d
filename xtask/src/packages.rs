//! What each system's package manager calls the programs that the tests need.

use crate::system::Program;

/// A way to install programs: the command, and its name for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    Debian,
    /// As Debian, but its browsers are snaps.
    Ubuntu,
    Fedora,
    Arch,
    Homebrew,
}

impl Manager {
    /// Of this machine, from `/etc/os-release` (os-release(5)) where there is one.
    pub(crate) fn of_this_machine() -> Option<Self> {
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
    pub(crate) fn packages(self, program: Program) -> &'static [&'static str] {
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
        const APT: &str = "sudo apt-get install --no-install-recommends -y";
        let (browsers, others): (Vec<Program>, Vec<Program>) =
            programs.iter().partition(|program| program.is_browser());
        let parts = match self {
            Self::Debian => vec![(APT, programs.to_vec())],
            Self::Ubuntu => vec![("sudo snap install", browsers), (APT, others)],
            Self::Fedora => vec![("sudo dnf install -y", programs.to_vec())],
            Self::Arch => vec![("sudo pacman -S --needed", programs.to_vec())],
            Self::Homebrew => vec![("brew install --cask", browsers), ("brew install", others)],
        };
        let mut commands = Vec::new();
        for (verb, programs) in parts {
            let mut words = vec![verb];
            for package in programs.iter().flat_map(|program| self.packages(*program)) {
                if !words.contains(package) {
                    words.push(package);
                }
            }
            if words.len() > 1 {
                commands.push(words.join(" "));
            }
        }
        commands.join(" && ")
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
