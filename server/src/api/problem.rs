//! `application/problem+json` (RFC 9457), the body of every error answer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::preconditions::Malformed;
use crate::store::StoreError;

/// The client should try again after this many seconds when the server is only busy.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// An error as it goes to the client.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    #[serde(skip)]
    retry: bool,
}

/// What is wrong with one field of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldProblem {
    /// A sentence for people.
    pub(crate) detail: String,
    /// A JSON Pointer (RFC 6901) in its fragment form, such as `#/summary`.
    pub(crate) pointer: &'static str,
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    /// A problem with a sentence for people.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: title(status),
            status,
            detail: detail.into(),
            errors: Vec::new(),
            retry: false,
        }
    }

    /// 422 with one entry for each thing that is wrong.
    pub(crate) fn invalid(errors: Vec<FieldProblem>) -> Self {
        let sentences: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
        let detail = sentences.join(" ");
        Self {
            errors,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
        }
    }

    /// 500. What happened is in the server's log.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The server ran into an error. Its log says more.",
        )
    }

    /// Asks the client to try again soon.
    pub(crate) fn retry_soon(self) -> Self {
        Self { retry: true, ..self }
    }
}

/// The names of RFC 9110, which the `http` crate still has in their older form.
fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Content Too Large",
        StatusCode::UNPROCESSABLE_ENTITY => "Unprocessable Content",
        other => other.canonical_reason().unwrap_or("Error"),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            // A 404 may be cached unless told otherwise (RFC 9111, section 4.2.2).
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut response = (self.status, headers, body).into_response();
        if self.retry {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => {
                tracing::warn!("the database is busy");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database is busy. Please try again.",
                )
                .retry_soon()
            }
            StoreError::Failed(reason) => {
                tracing::error!(reason, "the database failed");
                Self::internal()
            }
        }
    }
}

impl From<Malformed> for Problem {
    fn from(Malformed(name): Malformed) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            format!("The header {name} must be * or a list of quoted entity tags."),
        )
    }
}

/// The answer to a method that an address doesn't have. The router adds `Allow`.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not support the method; Allow lists those that it does.",
    )
}
