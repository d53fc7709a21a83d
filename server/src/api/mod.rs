//! The five calls of the contract, and `/healthz`, over HTTP.
//!
//! `api_router` knows only the addresses under `/tasks` and `/healthz`, and sets no fallback, so that it
//! can be merged with the router of a [`Dist`](crate::Dist) or of a test.

mod body;
mod problem;
mod tasks;
mod wire;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;

pub(crate) use self::problem::{Problem, method_not_allowed};
use crate::options::CorsOrigin;
use crate::store::Store;
use crate::{cors, security};

/// The most bytes that a body may have, 8 MiB. A description of a megabyte must fit, and JSON may spell
/// each of its bytes with six (`\u0001`).
pub const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// The router of the API. With origins, pages from there may call it (CORS); without, only pages from its
/// own origin can.
pub fn api_router(store: Store, cors_origins: &[CorsOrigin]) -> Router {
    let router = Router::new()
        .route("/tasks/", get(tasks::list).post(tasks::create))
        .route(
            "/tasks/{id}/",
            get(tasks::describe).put(tasks::update).delete(tasks::finish),
        )
        .route("/healthz", get(tasks::health))
        .route("/tasks", any(slash_missing))
        .route("/tasks/{id}", any(slash_missing))
        .route("/tasks/{id}/{*rest}", any(unknown_path))
        .with_state(store);
    finish(router, cors_origins)
}

/// Answers everything with 404, in the manner of the API.
pub(crate) fn unknown_router(cors_origins: &[CorsOrigin]) -> Router {
    finish(Router::new().fallback(unknown_path), cors_origins)
}

/// What every answer of the API has: a problem even for a wrong method or a panic, the security headers,
/// and on top of all of it CORS, without which a page on another origin could read no error.
fn finish(router: Router, cors_origins: &[CorsOrigin]) -> Router {
    let router = router
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(|_| {
            // The panic's message has gone to stderr; it is nothing for clients.
            Problem::internal().into_response()
        }))
        .layer(map_response(security::api_headers));
    match cors::layer(cors_origins) {
        None => router,
        Some(layer) => router.layer(layer),
    }
}

async fn slash_missing(uri: Uri) -> Response {
    let path = uri.path();
    Problem::new(
        StatusCode::NOT_FOUND,
        format!("The path must end in a slash: {path}/"),
    )
    .into_response()
}

async fn unknown_path(uri: Uri) -> Response {
    let path = uri.path();
    Problem::new(
        StatusCode::NOT_FOUND,
        format!("There is nothing at {path}. The list of tasks is at /tasks/."),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, header};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_other_origins_can_read() {
        async fn broken() -> StatusCode {
            panic!("a secret detail")
        }
        let origin: CorsOrigin = "https://app.example".parse().unwrap();
        let router = finish(Router::new().route("/", get(broken)), &[origin]);
        let request = Request::builder().header(header::ORIGIN, "https://app.example");
        let request = request.body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers();
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(
            headers[header::ACCESS_CONTROL_ALLOW_ORIGIN],
            "https://app.example"
        );
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }
}
