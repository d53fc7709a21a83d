//! The built app: Trunk's `dist` directory, served so that a browser fetches as little as it can and never
//! gets a page where it asked for a file.

mod config;
mod paths;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::services::ServeDir;

use self::paths::Place;
use crate::api::{Problem, method_not_allowed};
use crate::security;

/// A file whose name holds a hash of its content never changes: a year, the longest that RFC 9111 caches
/// are expected to take seriously.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Everything else is asked for again each time, and answered with 304 while it is the same.
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// A directory with a built app, looked at once.
#[derive(Debug, Clone)]
pub struct Dist {
    directory: PathBuf,
    policy: HeaderValue,
}

/// Why a directory can't be served. Its `Display` ends the sentence "cannot serve the app from …: ".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DistProblem {
    /// There is no such directory.
    NoDirectory,
    /// It holds no `index.html`.
    NoIndex,
}

impl fmt::Display for DistProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDirectory => {
                f.write_str("there is no such directory; build the app first, or point --dist at a built one")
            }
            Self::NoIndex => {
                f.write_str("it has no index.html; point --dist at the directory that the build made")
            }
        }
    }
}

impl std::error::Error for DistProblem {}

impl Dist {
    /// Looks at a directory, and at the API address in its `config.json`, whose origin goes into the content
    /// security policy: a change of it takes a restart.
    ///
    /// # Errors
    /// If it is not a built app.
    pub fn open(directory: &Path) -> Result<Self, DistProblem> {
        if !directory.is_dir() {
            return Err(DistProblem::NoDirectory);
        }
        if !directory.join("index.html").is_file() {
            return Err(DistProblem::NoIndex);
        }
        let api = config::api_origin(&directory.join("config.json"));
        let policy = security::page_policy(api.as_deref());
        Ok(Self {
            directory: directory.to_owned(),
            // `api_origin` lets nothing through that a header could not carry.
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'")),
        })
    }

    /// The file at the path of a request, or a problem.
    async fn file(&self, request: Request, hashed: bool) -> Response {
        let files = ServeDir::new(&self.directory)
            .append_index_html_on_directories(false)
            .ignore_multi_range_requests(true)
            .precompressed_br()
            .precompressed_gzip();
        let mut response = match files.oneshot(request).await {
            Ok(response) => response.into_response(),
            Err(never) => match never {},
        };
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            return refused(&response);
        }
        let caching = if hashed { IMMUTABLE } else { NO_CACHE };
        response.headers_mut().insert(header::CACHE_CONTROL, caching);
        response
    }

    /// The page that every route of the app starts from.
    async fn index(&self, method: Method, headers: HeaderMap, status: StatusCode) -> Response {
        let mut request = Request::new(axum::body::Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = Uri::from_static("/index.html");
        *request.headers_mut() = headers;
        if status != StatusCode::OK {
            // "Not modified" would be an odd thing to say about a page that does not exist.
            for name in [
                header::IF_NONE_MATCH,
                header::IF_MODIFIED_SINCE,
                header::IF_MATCH,
                header::IF_UNMODIFIED_SINCE,
                header::RANGE,
            ] {
                request.headers_mut().remove(name);
            }
        }
        let mut response = self.file(request, false).await;
        if response.status() == StatusCode::OK {
            *response.status_mut() = status;
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            );
            // Whether a path without a file gets this page or a problem depends on it.
            headers.append(header::VARY, HeaderValue::from_static("accept"));
        }
        response
    }
}

/// The router that serves a built app. It answers every path with its fallback, so it can be merged with
/// [`api_router`](crate::api_router), or serve below a prefix with
/// [`Router::nest_service`]`("/app", dist_router(dist))`. ([`Router::nest`] would leave `/app/` itself out.)
pub fn dist_router(dist: Dist) -> Router {
    let policy = dist.policy.clone();
    Router::new()
        .fallback(serve)
        .with_state(Arc::new(dist))
        .layer(CatchPanicLayer::custom(|_| Problem::internal().into_response()))
        .layer(map_response(move |response: Response| {
            let policy = policy.clone();
            async move { security::page_headers(response, policy) }
        }))
}

async fn serve(
    State(dist): State<Arc<Dist>>,
    OriginalUri(original): OriginalUri,
    request: Request,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = method_not_allowed().await.into_response();
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let path = request.uri().path().to_owned();
    if path == "/"
        && let Some(location) = with_slash(&original)
    {
        return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response();
    }
    let method = request.method().clone();
    let headers = request.headers().clone();
    match Place::of(&path) {
        Place::Page => dist.index(method, headers, StatusCode::OK).await,
        Place::Hidden => missing(&original),
        Place::File { extension, hashed } => {
            let response = dist.file(request, hashed).await;
            if response.status() != StatusCode::NOT_FOUND {
                response
            } else if !extension && accepts_html(&headers) {
                // Most likely a mistyped or outdated address of a page: the app's own "not found" is
                // friendlier than JSON.
                dist.index(method, headers, StatusCode::NOT_FOUND).await
            } else {
                missing(&original)
            }
        }
    }
}

/// Gives a bare error of the file service a body.
fn refused(response: &Response) -> Response {
    let detail = match response.status() {
        StatusCode::RANGE_NOT_SATISFIABLE => "The file has no such range.",
        StatusCode::PRECONDITION_FAILED => "The file is not in the state that the request expects.",
        _ => "The file could not be read.",
    };
    let mut problem = Problem::new(response.status(), detail).into_response();
    if let Some(range) = response.headers().get(header::CONTENT_RANGE) {
        problem.headers_mut().insert(header::CONTENT_RANGE, range.clone());
    }
    problem
}

fn missing(uri: &Uri) -> Response {
    let detail = format!("There is no file at {}.", uri.path());
    Problem::new(StatusCode::NOT_FOUND, detail).into_response()
}

/// Where to go from the bare prefix that the router is nested at (`/app`), so that relative addresses on
/// the page resolve below it. Relative itself, for the sake of proxies that take a prefix away.
fn with_slash(original: &Uri) -> Option<HeaderValue> {
    let path = original.path();
    if path.ends_with('/') {
        return None;
    }
    let last = path.rsplit('/').next()?;
    let query = original
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    HeaderValue::try_from(format!("./{last}/{query}")).ok()
}

/// Whether a request names HTML itself. Scripts and images ask for `*/*`, people's browsers for
/// `text/html`.
fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let html = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
            let refused = parts.any(|part| {
                part.strip_prefix("q=")
                    .is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
            });
            html && !refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_html() {
        let check = |value: &'static str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(value));
            assert_eq!(accepts_html(&headers), expected, "{value:?}");
        };
        check(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            true,
        );
        check("application/json, Text/HTML;q=0.1", true);
        check("*/*", false);
        check("image/avif,image/*", false);
        check("text/html;q=0", false);
        check("text/html;q=0.0, */*", false);
    }

    #[test]
    fn a_bare_prefix_gets_its_slash() {
        let check = |uri: &'static str, expected: Option<&'static str>| {
            let location = with_slash(&Uri::from_static(uri));
            assert_eq!(location, expected.map(HeaderValue::from_static), "{uri}");
        };
        check("/app", Some("./app/"));
        check("/a/b?q=1", Some("./b/?q=1"));
        check("/app/", None);
        check("/", None);
    }
}
