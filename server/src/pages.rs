//! Pages of the list: `?limit=` and `?after=` going in, `Link: <…>; rel="next"` (RFC 8288) coming out.
//!
//! A page starts after an id and not at a count, so that tasks that come or go between two requests
//! neither repeat nor hide others.

use axum::http::HeaderValue;

/// The most tasks on a page. A client that wants all of them leaves `limit` out.
pub const LIMIT_MAX: u32 = 1000;

/// Which part of the list is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Page {
    /// At most this many tasks, 1 to [`LIMIT_MAX`]; `None` means all of them.
    pub limit: Option<u32>,
    /// Only tasks with an id above this one. The task itself may be gone.
    pub after: i64,
}

impl Page {
    /// Reads the parameters of a query; unknown ones are ignored.
    ///
    /// # Errors
    /// A sentence that says which parameter is wrong and what it should be.
    pub fn from_query(parameters: &[(String, String)]) -> Result<Self, String> {
        let limit = match one(parameters, "limit")? {
            None => None,
            Some(text) => Some(
                digits(text)
                    .and_then(|digits| digits.parse().ok())
                    .filter(|limit| (1..=LIMIT_MAX).contains(limit))
                    .ok_or_else(|| format!("The limit must be a whole number from 1 to {LIMIT_MAX}."))?,
            ),
        };
        let after = match one(parameters, "after")? {
            None => 0,
            Some(text) => digits(text)
                .and_then(|digits| digits.parse().ok())
                .ok_or_else(|| "The value of after must be the id of a task.".to_owned())?,
        };
        Ok(Self { limit, after })
    }

    /// The `Link` to the page that follows the task `last`. Its target is a bare query, which is resolved
    /// against the request's own address and so holds behind any prefix that a proxy adds or takes away.
    /// `None` if the list is not asked for in pages.
    pub fn next_link(&self, last: i64) -> Option<HeaderValue> {
        let limit = self.limit?;
        HeaderValue::try_from(format!("<?limit={limit}&after={last}>; rel=\"next\"")).ok()
    }
}

fn one<'q>(parameters: &'q [(String, String)], name: &str) -> Result<Option<&'q str>, String> {
    let mut values = parameters
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.as_str());
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(format!("The parameter {name} is given more than once.")),
    }
}

/// Only plain digits: `parse` alone would take a sign as well.
fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Page, String> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Page::from_query(&pairs)
    }

    #[test]
    fn nothing_asked_for_is_everything() {
        assert_eq!(read(&[]), Ok(Page::default()));
        assert_eq!(read(&[("sort", "up")]), Ok(Page::default()));
    }

    #[test]
    fn limits() {
        let limit = |text| read(&[("limit", text)]).map(|page| page.limit);
        assert_eq!(limit("1"), Ok(Some(1)));
        assert_eq!(limit("1000"), Ok(Some(1000)));
        for wrong in [
            "0",
            "1001",
            "-1",
            "+1",
            "",
            " 1",
            "1.0",
            "ten",
            "99999999999999999999",
        ] {
            assert!(limit(wrong).is_err(), "{wrong:?}");
        }
        assert!(read(&[("limit", "1"), ("limit", "2")]).is_err());
    }

    #[test]
    fn after_is_an_id() {
        let after = |text| read(&[("after", text)]).map(|page| page.after);
        assert_eq!(after("0"), Ok(0));
        assert_eq!(after("9223372036854775807"), Ok(i64::MAX));
        for wrong in ["9223372036854775808", "-1", "", "x"] {
            assert!(after(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn only_pages_have_a_next_one() {
        let page = read(&[("limit", "2")]).unwrap();
        assert_eq!(page.next_link(7).unwrap(), "<?limit=2&after=7>; rel=\"next\"");
        assert_eq!(Page::default().next_link(7), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(limit in ".*", after in ".*") {
            if let Ok(page) = read(&[("limit", &limit), ("after", &after)]) {
                prop_assert!(page.limit.is_none_or(|limit| (1..=LIMIT_MAX).contains(&limit)));
                prop_assert!(page.after >= 0);
            }
        }
    }
}
