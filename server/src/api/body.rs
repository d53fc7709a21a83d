//! Reading a JSON body, with an answer for everything that can be wrong with it.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;

use super::BODY_LIMIT;
use super::problem::Problem;

/// How long a client may send nothing in the middle of a body.
const SILENCE: Duration = Duration::from_secs(30);

/// A body that is too large is still read, and thrown away, up to this size: a client that is cut off
/// while it sends sees a broken connection instead of the 413.
const DISCARD_LIMIT: usize = 8 * BODY_LIMIT;

/// The body of a request as JSON.
#[derive(Debug)]
pub(super) struct JsonBody(pub(super) Value);

impl<S: Sync> FromRequest<S> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body must be JSON, with Content-Type: application/json.",
            ));
        }
        let bytes = read(request.into_body(), BODY_LIMIT, DISCARD_LIMIT).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                format!("The body is not valid JSON: {error}."),
            )
        })
    }
}

/// Whether the content type is `application/json` or a type built on it (`application/…+json`).
/// Parameters don't matter: JSON is UTF-8 (RFC 8259, section 8.1).
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence
        .strip_prefix("application/")
        .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

async fn read(mut body: Body, limit: usize, discard: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut total: usize = 0;
    loop {
        let Ok(frame) = tokio::time::timeout(SILENCE, body.frame()).await else {
            return Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                format!("Nothing more of the body came for {} seconds.", SILENCE.as_secs()),
            ));
        };
        let Some(frame) = frame else { break };
        let frame = frame
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "The body could not be read to its end."))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        total = total.saturating_add(data.len());
        if total <= limit {
            bytes.extend_from_slice(&data);
        } else {
            bytes = Vec::new();
        }
        if total > discard {
            break;
        }
    }
    if total > limit {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body is larger than {limit} bytes."),
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::body::{Bytes, HttpBody};
    use http_body::Frame;

    use super::*;

    #[test]
    fn content_types() {
        let check = |value: &'static str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
            assert_eq!(is_json(&headers), expected, "{value:?}");
        };
        check("application/json", true);
        check("Application/JSON; charset=utf-8", true);
        check("application/merge-patch+json", true);
        check("text/json", false);
        check("text/plain", false);
        check("application/jsonp", false);
        assert!(!is_json(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        let read = async |length: usize| read(Body::from(vec![b'x'; length]), 10, 20).await;
        assert_eq!(read(10).await.unwrap().len(), 10);
        assert!(read(11).await.is_err());
        assert!(read(21).await.is_err());
    }

    /// A body that neither goes on nor ends.
    struct Silent;

    impl HttpBody for Silent {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_not_waited_for() {
        let problem = read(Body::new(Silent), 10, 20).await.unwrap_err();
        assert_eq!(serde_json::to_value(&problem).unwrap()["status"], 408);
    }
}
