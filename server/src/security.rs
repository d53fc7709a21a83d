//! Headers that narrow what a browser does with an answer.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// The policy of a page without a page: for JSON that someone opens in a tab.
const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What every answer has, whatever it is. None of these is for others to decide, but a handler that has
/// set one itself is left alone.
const COMMON: [(HeaderName, HeaderValue); 4] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        PERMISSIONS_POLICY,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
    (
        CROSS_ORIGIN_OPENER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
];

/// Adds the headers for an answer of the API. Whether another origin may read it is for CORS to say, so
/// the resource policy lets it through.
pub(crate) async fn api_headers(response: Response) -> Response {
    with(response, API_POLICY, HeaderValue::from_static("cross-origin"))
}

/// Adds the headers for a static file.
pub(crate) fn page_headers(response: Response, policy: HeaderValue) -> Response {
    with(response, policy, HeaderValue::from_static("same-origin"))
}

fn with(mut response: Response, policy: HeaderValue, resource_policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    let own = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (CROSS_ORIGIN_RESOURCE_POLICY, resource_policy),
    ];
    for (name, value) in COMMON.into_iter().chain(own) {
        headers.entry(name).or_insert(value);
    }
    response
}

/// The content security policy of the app. It may talk to its own origin and to `api`, the origin of an
/// API elsewhere.
pub(crate) fn page_policy(api: Option<&str>) -> String {
    let connect = match api {
        None => "'self'".to_owned(),
        Some(origin) => format!("'self' {origin}"),
    };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src {connect}; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_api() {
        assert!(page_policy(None).contains("connect-src 'self';"));
        let elsewhere = page_policy(Some("https://api.example:8443"));
        assert!(elsewhere.contains("connect-src 'self' https://api.example:8443;"));
        assert!(!elsewhere.contains("unsafe-inline"));
    }
}
