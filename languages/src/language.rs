//! The languages that the app speaks, and what is known of them.

/// A plural category of CLDR: which of a text's forms goes with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// `zero`
    Zero,
    /// `one`
    One,
    /// `two`
    Two,
    /// `few`
    Few,
    /// `many`
    Many,
    /// `other`
    Other,
}

impl Category {
    /// All of them, in CLDR's order.
    pub const ALL: [Self; 6] = [
        Self::Zero,
        Self::One,
        Self::Two,
        Self::Few,
        Self::Many,
        Self::Other,
    ];

    /// Its name, in CLDR and in a browser's `Intl.PluralRules`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::One => "one",
            Self::Two => "two",
            Self::Few => "few",
            Self::Many => "many",
            Self::Other => "other",
        }
    }

    /// The category of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }

    /// Whether it is the category of one number only, in every language here that has it, so that a text need not show
    /// the number: "once" in place of "1 time".
    pub fn is_one_number(self) -> bool {
        matches!(self, Self::Zero | Self::One | Self::Two)
    }
}

/// A language that the app speaks.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// Its tag (BCP 47).
    pub tag: &'static str,
    /// What it calls itself.
    pub name: &'static str,
    /// Its categories for cardinal numbers (Unicode CLDR 48, `supplemental/plurals`, type "cardinal"), in CLDR's order.
    pub categories: &'static [Category],
    /// Whether it is written from right to left.
    pub is_rtl: bool,
}

impl Language {
    /// The name of its file.
    pub fn file(&self) -> String {
        format!("{}.json", self.tag)
    }
}

/// All of them; the first is the one that the others are translated from.
pub const LANGUAGES: [Language; 6] = {
    use Category::{Few, Many, One, Other, Two, Zero};
    [
        // one: i = 1 and v = 0.
        Language {
            tag: "en",
            name: "English",
            categories: &[One, Other],
            is_rtl: false,
        },
        // one: i = 1 and v = 0.
        Language {
            tag: "de",
            name: "Deutsch",
            categories: &[One, Other],
            is_rtl: false,
        },
        // one: n = 1; many: a million and its multiples.
        Language {
            tag: "es",
            name: "Español",
            categories: &[One, Many, Other],
            is_rtl: false,
        },
        Language {
            tag: "zh",
            name: "简体中文",
            categories: &[Other],
            is_rtl: false,
        },
        Language {
            tag: "ja",
            name: "日本語",
            categories: &[Other],
            is_rtl: false,
        },
        // zero: 0; one: 1; two: 2; few: n % 100 = 3..10; many: n % 100 = 11..99.
        Language {
            tag: "ar",
            name: "العربية",
            categories: &[Zero, One, Two, Few, Many, Other],
            is_rtl: true,
        },
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_other_and_its_categories_in_order() {
        for language in &LANGUAGES {
            assert_eq!(
                language.categories.last(),
                Some(&Category::Other),
                "{}",
                language.tag
            );
            assert!(language.categories.is_sorted(), "{}", language.tag);
        }
    }

    #[test]
    fn names_are_read_back() {
        for category in Category::ALL {
            assert_eq!(Category::named(category.name()), Some(category));
        }
        assert_eq!(Category::named("some"), None);
    }
}
