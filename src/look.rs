//! How a person wants the app to look in this browser. It is kept as a few words, which stand in the `data-look` of the page for
//! the style sheets; `look.js` puts them there before anything is painted.

/// The colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// As the device has them.
    #[default]
    Device,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How close lines stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// With room around them, 44 pixels a row.
    #[default]
    Comfortable,
    /// More of them on a screen.
    Compact,
}

/// A look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The colours.
    pub scheme: Scheme,
    /// How close lines stand.
    pub density: Density,
}

impl Look {
    /// Reads the words. What an older or newer version has written and this one does not know is passed over.
    pub fn parse(words: &str) -> Self {
        let mut look = Self::default();
        for word in words.split_ascii_whitespace() {
            match word {
                "light" => look.scheme = Scheme::Light,
                "dark" => look.scheme = Scheme::Dark,
                "compact" => look.density = Density::Compact,
                _ => {}
            }
        }
        look
    }

    /// The words; none for the usual look.
    pub fn words(self) -> String {
        let scheme = match self.scheme {
            Scheme::Device => "",
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let density = match self.density {
            Density::Comfortable => "",
            Density::Compact => "compact",
        };
        [scheme, density].join(" ").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_is_read_as_it_was_written() {
        for scheme in [Scheme::Device, Scheme::Light, Scheme::Dark] {
            for density in [Density::Comfortable, Density::Compact] {
                let look = Look { scheme, density };
                assert_eq!(Look::parse(&look.words()), look, "{:?}", look.words());
            }
        }
        assert_eq!(Look::default().words(), "");
    }

    #[test]
    fn unknown_words_are_passed_over() {
        let look = Look::parse("sepia dark \u{0}huge compact");
        assert_eq!((look.scheme, look.density), (Scheme::Dark, Density::Compact));
        assert_eq!(Look::parse("darkish"), Look::default());
    }
}
