//! The only place that knows a URL. Everything else asks for an [`Endpoint`] and cannot make one up.

use percent_encoding::utf8_percent_encode;

use crate::routes::SEGMENT;
use crate::task::TaskId;
use crate::texts::address;

/// Where an API lives, such as `https://host/some/prefix/`. Absolute, http or https, ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiBase(String);

/// Why an address is no API address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiBaseError {
    /// Not `http://host…` or `https://host…`.
    NotHttp,
    /// It carries a user name or a password, which belong in the sign-in and not in an address.
    Credentials,
    /// It carries a query or a fragment, which cannot stand before `/tasks/`.
    QueryOrFragment,
}

impl ApiBaseError {
    /// What is wrong and what to write instead.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotHttp => address::NOT_HTTP,
            Self::Credentials => address::CREDENTIALS,
            Self::QueryOrFragment => address::QUERY,
        }
        .say()
    }
}

impl ApiBase {
    /// Checks an absolute address. A missing slash at the end is added.
    ///
    /// # Errors
    /// [`ApiBaseError`] says what the address must not be.
    pub fn parse(absolute: &str) -> Result<Self, ApiBaseError> {
        let after_scheme = absolute
            .strip_prefix("https://")
            .or_else(|| absolute.strip_prefix("http://"))
            .ok_or(ApiBaseError::NotHttp)?;
        let host = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() || absolute.contains(char::is_whitespace) {
            Err(ApiBaseError::NotHttp)
        } else if host.contains('@') {
            Err(ApiBaseError::Credentials)
        } else if absolute.contains(['?', '#']) {
            Err(ApiBaseError::QueryOrFragment)
        } else if absolute.ends_with('/') {
            Ok(Self(absolute.to_owned()))
        } else {
            Ok(Self(format!("{absolute}/")))
        }
    }

    /// The address, with its slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port, such as `https://example.com:8443`.
    pub fn origin(&self) -> &str {
        origin(&self.0)
    }
}

fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url
        .get(host..)
        .and_then(|rest| rest.find(['/', '?', '#']))
        .map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

/// One address of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// `<base>tasks/`: the list, and where new tasks go.
    pub fn tasks(base: &ApiBase) -> Self {
        Self(format!("{}tasks/", base.0))
    }

    /// `<base>tasks/<id>/`.
    ///
    /// `None` for the ids that no URL can carry: an empty one would name the list, and `.` and `..` are
    /// taken for "this folder" and "the one above" even when percent-encoded (WHATWG URL, "dot-dot
    /// segment").
    pub fn task(base: &ApiBase, id: &TaskId) -> Option<Self> {
        match id.path_text() {
            "" | "." | ".." => None,
            text => Some(Self(format!(
                "{}tasks/{}/",
                base.0,
                utf8_percent_encode(text, SEGMENT)
            ))),
        }
    }

    /// The next page of the list, as the server named it, resolved to an absolute address.
    ///
    /// `None` when it leads to another host: a list must not be able to send the app, and later its
    /// credentials, somewhere else. The scheme and the port are always those of `base`, because servers
    /// behind a proxy that ends TLS often name themselves `http://`.
    pub fn next_page(base: &ApiBase, absolute: &str) -> Option<Self> {
        let theirs = origin(absolute);
        if host(theirs) != host(base.origin()) {
            return None;
        }
        let path = absolute.get(theirs.len()..)?;
        Some(Self(format!("{}{path}", base.origin())))
    }

    /// A file beside the app's `index.html`; `app_url` ends with a slash.
    pub fn site_file(app_url: &str, name: &str) -> Self {
        Self(format!("{app_url}{name}"))
    }

    /// The same without its slash, which no call of the API goes to.
    #[cfg(feature = "web")]
    pub(crate) fn without_slash(&self) -> Self {
        Self(self.0.trim_end_matches('/').to_owned())
    }

    /// The whole address.
    pub fn url(&self) -> &str {
        &self.0
    }

    /// The address without scheme and host, for messages.
    pub fn path(&self) -> &str {
        self.0.get(origin(&self.0).len()..).unwrap_or_default()
    }
}

/// The host without its port.
fn host(origin: &str) -> &str {
    let authority = without_scheme(origin);
    match authority.rsplit_once(':') {
        // An IPv6 address in brackets is full of colons; a port has only digits.
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base(url: &str) -> ApiBase {
        ApiBase::parse(url).unwrap()
    }

    #[test]
    fn the_slash_at_the_end_is_part_of_every_path() {
        for url in ["https://h/p", "https://h/p/"] {
            assert_eq!(Endpoint::tasks(&base(url)).url(), "https://h/p/tasks/");
            let id = TaskId::Number("7".into());
            assert_eq!(
                Endpoint::task(&base(url), &id).unwrap().url(),
                "https://h/p/tasks/7/"
            );
            assert_eq!(Endpoint::task(&base(url), &id).unwrap().path(), "/p/tasks/7/");
        }
    }

    #[test]
    fn ids_are_percent_encoded() {
        let id = TaskId::Text("a/b c?d#é".into());
        assert_eq!(
            Endpoint::task(&base("http://h"), &id).unwrap().path(),
            "/tasks/a%2Fb%20c%3Fd%23%C3%A9/"
        );
    }

    #[test]
    fn ids_that_no_url_can_carry_have_no_endpoint() {
        for id in ["", ".", ".."] {
            assert_eq!(Endpoint::task(&base("http://h"), &TaskId::Text(id.into())), None);
        }
    }

    #[test]
    fn addresses_that_are_refused() {
        for (url, error) in [
            ("", ApiBaseError::NotHttp),
            ("/", ApiBaseError::NotHttp),
            ("ftp://h/", ApiBaseError::NotHttp),
            ("javascript:alert(1)", ApiBaseError::NotHttp),
            ("https://", ApiBaseError::NotHttp),
            ("https://h/a b", ApiBaseError::NotHttp),
            ("https://me:secret@h/", ApiBaseError::Credentials),
            ("https://h/?x", ApiBaseError::QueryOrFragment),
            ("https://h#x", ApiBaseError::QueryOrFragment),
        ] {
            assert_eq!(ApiBase::parse(url), Err(error), "{url}");
        }
    }

    #[test]
    fn a_next_page_stays_on_the_host() {
        let base = base("https://h.example:8443/p");
        for (next, expected) in [
            (
                "https://h.example:8443/p/tasks/?page=2",
                Some("https://h.example:8443/p/tasks/?page=2"),
            ),
            (
                "http://h.example/p/tasks/?page=2",
                Some("https://h.example:8443/p/tasks/?page=2"),
            ),
            ("https://evil.example/p/tasks/?page=2", None),
            ("https://h.example.evil/p/tasks/", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(
                Endpoint::next_page(&base, next).as_ref().map(Endpoint::url),
                expected,
                "{next}"
            );
        }
        assert_eq!(host("http://[::1]:8000"), "[::1]");
        assert_eq!(host("http://[::1]"), "[::1]");
    }

    proptest! {
        #[test]
        fn an_id_never_leaves_its_segment(id in "\\PC+") {
            if let Some(endpoint) = Endpoint::task(&base("http://h"), &TaskId::Text(id.into())) {
                let path = endpoint.path();
                prop_assert_eq!(path.matches('/').count(), 3);
                prop_assert!(path.starts_with("/tasks/") && path.ends_with('/'));
                prop_assert!(!path.contains(['?', '#', '\\', ' ']));
            }
        }

        #[test]
        fn no_address_panics(url in ".*", next in ".*") {
            if let Ok(base) = ApiBase::parse(&url) {
                let _ = Endpoint::next_page(&base, &next);
            }
        }
    }
}
