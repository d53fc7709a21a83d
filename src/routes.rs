//! The app's addresses. One type prints and parses every one of them, so that a link and the page it
//! leads to cannot drift apart.
//!
//! All of them are singular (`/task/7`), so that none falls under the API's `/tasks/` when both share an
//! origin.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::order::Order;
use crate::sync::entry::{EntryKey, TaskRef};
use crate::task::TaskId;

/// What stays as it is in a path segment: the unreserved characters of RFC 3986, section 2.3.
pub(crate) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A page of the app.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Route {
    /// `/`: the list.
    #[default]
    List,
    /// `/new`: the form for a new task.
    New,
    /// `/task/<id>`: one task. `/local/<key>` for one that the server does not have yet.
    Task(TaskRef),
    /// `/task/<id>/edit`, `/local/<key>/edit`: the form for a task that exists.
    Edit(TaskRef),
    /// `/sync`: what waits to be sent.
    Sync,
    /// `/done`: what was finished from this device.
    Done,
    /// `/settings`.
    Settings,
    /// `/transfer`: import and export.
    Transfer,
    /// Anything else.
    NotFound,
}

/// The path below which the app lives: `/`, or `/app/` when it was built with `--public-url /app/`.
/// It starts and ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasePath(String);

impl BasePath {
    /// Reads a path such as `/app/`; what follows the last slash is cut off, so that the path of a file
    /// in the folder names the folder.
    pub fn of_file(path: &str) -> Self {
        let folder = path.rfind('/').and_then(|slash| path.get(..=slash));
        Self(
            folder
                .filter(|folder| folder.starts_with('/'))
                .unwrap_or("/")
                .to_owned(),
        )
    }

    /// The path, with a slash at both ends.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name under which this browser keeps something for the app that lives here; two of one origin have their own.
    pub fn stored_name(&self, what: &str) -> String {
        format!("strikethrough:{}:{what}", self.0)
    }
}

impl Route {
    /// The address of this page, to stand in an `href`.
    pub fn href(&self, base: &BasePath) -> String {
        let base = base.as_str();
        match self {
            Self::List | Self::NotFound => base.to_owned(),
            Self::New => format!("{base}new"),
            Self::Task(task) => [base, &encoded(task)].concat(),
            Self::Edit(task) => [base, &encoded(task), "/edit"].concat(),
            Self::Sync => format!("{base}sync"),
            Self::Done => format!("{base}done"),
            Self::Settings => format!("{base}settings"),
            Self::Transfer => format!("{base}transfer"),
        }
    }

    /// The page at a path (still percent-encoded, no query), or `None` when the path is not the app's.
    pub fn parse(base: &BasePath, path: &str) -> Option<Self> {
        let rest = match path.strip_prefix(base.as_str()) {
            Some(rest) => rest,
            // `/app` is what people type for `/app/`.
            None if Some(path) == base.as_str().strip_suffix('/') => "",
            None => return None,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let mut segments = rest.split('/');
        let route = match (segments.next(), segments.next(), segments.next(), segments.next()) {
            (Some(""), None, ..) => Self::List,
            (Some("new"), None, ..) => Self::New,
            (Some("settings"), None, ..) => Self::Settings,
            (Some("sync"), None, ..) => Self::Sync,
            (Some("done"), None, ..) => Self::Done,
            (Some("transfer"), None, ..) => Self::Transfer,
            (Some(kind), Some(name), None, _) => decoded(kind, name).map_or(Self::NotFound, Self::Task),
            (Some(kind), Some(name), Some("edit"), None) => {
                decoded(kind, name).map_or(Self::NotFound, Self::Edit)
            }
            _ => Self::NotFound,
        };
        Some(route)
    }

    /// The task this page is about.
    pub fn task(&self) -> Option<&TaskRef> {
        match self {
            Self::Task(task) | Self::Edit(task) => Some(task),
            _ => None,
        }
    }
}

/// The part of an address that says how the list is shown: what is looked for and in which order, as in
/// `?q=oat%20milk&sort=az`. Empty for all of it as it comes.
pub fn query_of(search: &str, order: Order) -> String {
    let mut query = String::new();
    if !search.trim().is_empty() {
        query = format!("?q={}", utf8_percent_encode(search, SEGMENT));
    }
    if order != Order::default() {
        query.push(if query.is_empty() { '?' } else { '&' });
        query += "sort=";
        query += order.name();
    }
    query
}

/// What is looked for at an address, from its query with the question mark, as a browser gives it, or a form wrote it
/// (`application/x-www-form-urlencoded`, URL standard).
pub fn search_in(query: &str) -> String {
    text_in(query, "q=")
}

/// The text of a field in such a query; `name` ends with the equals sign. Empty when it is not there.
pub fn text_in(query: &str, name: &str) -> String {
    let text = value_in(query, name).replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

/// The order of the list at an address; the usual one where it says none that there is.
pub fn order_in(query: &str) -> Order {
    Order::parse(value_in(query, "sort=")).unwrap_or_default()
}

fn value_in<'a>(query: &'a str, name: &str) -> &'a str {
    let mut pairs = query.trim_start_matches('?').split('&');
    pairs.find_map(|pair| pair.strip_prefix(name)).unwrap_or_default()
}

fn encoded(task: &TaskRef) -> String {
    match task {
        TaskRef::Server(id) => format!("task/{}", utf8_percent_encode(id.path_text(), SEGMENT)),
        TaskRef::Local(key) => format!("local/{key}"),
    }
}

fn decoded(kind: &str, name: &str) -> Option<TaskRef> {
    let text = percent_decode_str(name).decode_utf8().ok()?;
    match kind {
        "task" if !text.is_empty() => Some(TaskRef::Server(TaskId::from_path_text(&text))),
        "local" => EntryKey::parse(&text).map(TaskRef::Local),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base(path: &str) -> BasePath {
        BasePath::of_file(path)
    }

    fn text(id: &str) -> TaskRef {
        TaskRef::Server(TaskId::from_path_text(id))
    }

    fn local(time: u64, tab: u32) -> TaskRef {
        TaskRef::Local(EntryKey { time, tab })
    }

    #[test]
    fn parses_every_address() {
        for (path, route) in [
            ("/", Route::List),
            ("/new", Route::New),
            ("/new/", Route::New),
            ("/settings", Route::Settings),
            ("/task/7", Route::Task(text("7"))),
            ("/task/7/edit", Route::Edit(text("7"))),
            ("/task/edit", Route::Task(text("edit"))),
            ("/task/edit/edit", Route::Edit(text("edit"))),
            ("/task/a%2Fb%20c", Route::Task(text("a/b c"))),
            ("/sync", Route::Sync),
            ("/done", Route::Done),
            ("/transfer", Route::Transfer),
            ("/local/1-a", Route::Task(local(1, 10))),
            ("/local/1-a/edit", Route::Edit(local(1, 10))),
            ("/local/x", Route::NotFound),
            ("/other/7", Route::NotFound),
            ("/task", Route::NotFound),
            ("/task//edit", Route::NotFound),
            ("/task/%ff", Route::NotFound),
            ("/task/7/edit/x", Route::NotFound),
            ("/nowhere", Route::NotFound),
        ] {
            assert_eq!(Route::parse(&base("/"), path), Some(route), "{path}");
        }
    }

    #[test]
    fn a_sub_path_is_the_apps_and_the_rest_is_not() {
        let app = base("/app/strikethrough.js");
        assert_eq!(Route::parse(&app, "/app/new"), Some(Route::New));
        assert_eq!(Route::parse(&app, "/app"), Some(Route::List));
        assert_eq!(Route::parse(&app, "/application"), None);
        assert_eq!(Route::parse(&app, "/"), None);
        assert_eq!(Route::New.href(&app), "/app/new");
    }

    #[test]
    fn a_search_is_read_among_other_things() {
        assert_eq!(search_in("?a=b&q=oat+milk%21&q=x"), "oat milk!");
        assert_eq!(search_in("?quick=1"), "");
        assert_eq!(search_in(""), "");
    }

    #[test]
    fn an_order_is_read_among_other_things() {
        assert_eq!(query_of(" ", Order::default()), "");
        assert_eq!(query_of("", Order::Manual), "?sort=manual");
        assert_eq!(query_of("a&b", Order::Newest), "?q=a%26b&sort=newest");
        assert_eq!(order_in("?q=sort=az&sort=newest"), Order::Newest);
        assert_eq!(order_in("?sort=none&sort=az"), Order::Oldest);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_parsed(id in "\\PC+", time in 0u64..1 << 48, tab in any::<u32>(), folder in "(/[a-z]{1,5}){0,3}/") {
            let base = base(&folder);
            let local = local(time, tab);
            for route in [
                Route::List, Route::New, Route::Settings, Route::Sync, Route::Done, Route::Transfer,
                Route::Task(text(&id)), Route::Edit(text(&id)), Route::Task(local.clone()), Route::Edit(local),
            ] {
                prop_assert_eq!(Route::parse(&base, &route.href(&base)), Some(route));
            }
        }

        #[test]
        fn what_is_looked_for_and_the_order_are_kept_by_the_address(
            search in "\\PC*", order in prop::sample::select(Order::ALL.as_slice()),
        ) {
            let expected = if search.trim().is_empty() { "" } else { &search };
            let query = query_of(&search, order);
            prop_assert_eq!(search_in(&query), expected);
            prop_assert_eq!(order_in(&query), order);
            prop_assert!(query.is_ascii());
        }

        #[test]
        fn no_query_panics(query in ".*") {
            let _ = (search_in(&query), order_in(&query));
        }

        #[test]
        fn no_path_panics(path in ".*") {
            let _ = Route::parse(&base("/"), &path);
        }
    }
}
