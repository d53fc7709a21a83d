//! Cross-origin resource sharing: which pages of other origins may call the API.

use std::time::Duration;

use axum::http::{HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::idempotency::IDEMPOTENCY_KEY;
use crate::options::CorsOrigin;

/// How long a browser may remember a preflight: two hours, the most that Chromium does.
const MAX_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// The layer for these origins; `None` if there are none.
pub(crate) fn layer(origins: &[CorsOrigin]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let listed: Option<Vec<HeaderValue>> = origins
        .iter()
        .map(|origin| match origin {
            CorsOrigin::Any => None,
            CorsOrigin::Only(origin) => Some(origin.clone()),
        })
        .collect();
    let allowed = listed.map_or_else(AllowOrigin::any, AllowOrigin::list);
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::DELETE,
        ])
        .allow_headers([
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::AUTHORIZATION,
            IDEMPOTENCY_KEY,
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            IDEMPOTENCY_KEY,
        ])
        .max_age(MAX_AGE);
    Some(layer)
}
