//! Versions as programs print them.

use std::fmt;

/// A version's numbers, most significant first: `0.21.14` is `[0, 21, 14]`, `132` is `[132]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(Vec<u64>);

impl Version {
    /// The first word of `output` that looks like a version.
    ///
    /// Programs differ in what stands around it: `trunk 0.21.14`, `wasm-opt version 132 (version_132)`,
    /// `v20.20.2`, `Chromium 150.0.1.2 built on Debian`. Anything after a `-` or `+` is ignored.
    pub(crate) fn find_in(output: &str) -> Option<Self> {
        output.split_whitespace().find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix('v').unwrap_or(word);
        let end = word
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(word.len());
        let numbers = word.get(..end)?.trim_end_matches('.');
        numbers
            .split('.')
            .map(|number| number.parse().ok())
            .collect::<Option<_>>()
            .map(Self)
    }

    /// The first number, which is all that browsers and their drivers must agree on.
    pub(crate) fn major(&self) -> Option<u64> {
        self.0.first().copied()
    }

    /// Whether this is the version that a pin such as `0.21.14` names.
    pub(crate) fn is(&self, pin: &str) -> bool {
        Self::parse(pin).as_ref() == Some(self)
    }

    /// Whether this is the version that `minimum` names, or a later one.
    pub(crate) fn is_at_least(&self, minimum: &str) -> bool {
        Self::parse(minimum).is_some_and(|minimum| *self >= minimum)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{number}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(output: &str) -> String {
        Version::find_in(output).map_or("nothing".into(), |version| version.to_string())
    }

    #[test]
    fn a_version_is_found_in_what_the_tools_really_print() {
        for (output, version) in [
            ("trunk 0.21.14\n", "0.21.14"),
            ("wasm-bindgen 0.2.129", "0.2.129"),
            ("wasm-opt version 132 (version_132)", "132"),
            ("geckodriver 0.37.1 (a1b2c3d4 2026-01-01 10:00 +0000)", "0.37.1"),
            ("v20.20.2", "20.20.2"),
            ("Python 3.11.2", "3.11.2"),
            (
                "Chromium 156.0.8078.79 built on Debian GNU/Linux 12",
                "156.0.8078.79",
            ),
            ("Mozilla Firefox 153.7.0esr", "153.7.0"),
            ("Mozilla Firefox 140.", "140"),
            ("2.0.0-rc.1", "2.0.0"),
            ("no version here", "nothing"),
            ("", "nothing"),
        ] {
            assert_eq!(found(output), version, "{output}");
        }
    }

    #[test]
    fn versions_compare_by_number_not_by_text() {
        let version = Version::find_in("tool 0.21.14").unwrap();
        assert!(version.is("0.21.14"));
        assert!(!version.is("0.21.1"));
        assert!(!version.is("not a version"));
        assert!(version.is_at_least("0.9.0"));
        assert!(version.is_at_least("0.21.14"));
        assert!(!version.is_at_least("0.21.15"));
        assert!(!version.is_at_least("1"));
        assert_eq!(version.major(), Some(0));
    }
}
