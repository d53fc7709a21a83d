//! On what the figures were taken.

use std::process::Command;

use anyhow::{Context, Result};
use strikethrough_e2e::environment::Need;

/// From this load on, another program is at work.
const BUSY: f64 = 1.5;

/// A machine and its browser.
#[derive(Debug)]
pub(crate) struct Machine {
    cores: usize,
    processor: String,
    browser: String,
    /// How many programs wanted a processor before the run began, on average of a minute (proc(5), `/proc/loadavg`).
    load: Option<f64>,
}

impl Machine {
    /// Looks at this one.
    pub(crate) fn look() -> Result<Self> {
        let output = Command::new(Need::Chromium.path()?)
            .arg("--version")
            .output()
            .context("asking Chromium for its version")?;
        let version = String::from_utf8_lossy(&output.stdout);
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            processor: processor(&info).unwrap_or("unknown").to_owned(),
            browser: browser(&version),
            load: load.split(' ').next().and_then(|load| load.parse().ok()),
        })
    }

    /// As the README has it.
    pub(crate) fn sentence(&self) -> String {
        let load = match self.load {
            Some(load) => format!("; load of the machine before the run: {load:.1}"),
            None => String::new(),
        };
        let busy = match self.load {
            Some(load) if load > BUSY => " Other programs were at work, so the times are rough.",
            _ => "",
        };
        format!(
            "{}, headless, {} cores ({}){load}.{busy} Medians (10th–90th percentile).\n",
            self.browser, self.cores, self.processor
        )
    }
}

/// The model's name in the text of `/proc/cpuinfo`.
fn processor(info: &str) -> Option<&str> {
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

/// Name and version, without whose build it is.
fn browser(version: &str) -> String {
    version.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_machine_is_called_busy() {
        let with_load = |load| Machine {
            cores: 2,
            processor: "Some CPU".to_owned(),
            browser: "Chromium 156".to_owned(),
            load,
        };
        assert!(
            with_load(Some(4.0))
                .sentence()
                .contains("load of the machine before the run: 4.0. Other programs")
        );
        assert!(!with_load(Some(0.3)).sentence().contains("Other programs"));
        assert!(with_load(None).sentence().contains("2 cores (Some CPU). Medians"));
    }

    #[test]
    fn the_machine_is_named_by_its_own_words() {
        let info = "processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\nprocessor\t: 1\n";
        assert_eq!(processor(info), Some("Some CPU @ 2.00GHz"));
        assert_eq!(processor(""), None);
        assert_eq!(
            browser("Chromium 156.0.1.2 built on Debian\n"),
            "Chromium 156.0.1.2"
        );
    }
}
