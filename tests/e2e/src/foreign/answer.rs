//! Answers that a journey writes: any status, header and body, held back until the journey lets them go,
//! or broken off.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode};
use futures_util::stream;
use serde_json::Value;
use tokio::sync::watch;

/// Holds an answer back until the journey opens it. Clones are the same gate.
#[derive(Clone, Debug)]
pub struct Gate(watch::Sender<bool>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Gate {
    /// Lets every answer that waits here go, and all later ones.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn passed(&self) {
        // The sender is part of `self`, so the channel can't be closed while this waits.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

/// What happens to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Whole,
    /// Closed with not one byte of an answer.
    BeforeAnswer,
    /// Closed in the middle of the body.
    InBody,
}

/// Marks a response for which the connection is closed instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HangUp;

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    gate: Option<Gate>,
    ending: Ending,
    /// `None`: the honest answer of the server instead of `status` and `body`.
    written: bool,
    pub(crate) takes_effect: bool,
}

impl Answer {
    /// The server's own honest answer, for use with [`Answer::after`].
    pub fn honest() -> Self {
        Self {
            written: false,
            takes_effect: true,
            ..Self::status(200)
        }
    }

    /// An empty body with this status. What was asked for is not done.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            gate: None,
            ending: Ending::Whole,
            written: true,
            takes_effect: false,
        }
    }

    /// JSON with this status.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::status(status)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// `application/problem+json` (RFC 9457) with this status.
    pub fn problem(status: u16, body: &Value) -> Self {
        Self::status(status)
            .header("content-type", "application/problem+json")
            .body(body.to_string())
    }

    /// A web page with status 200, as a captive portal sends it.
    pub fn page() -> Self {
        Self::status(200)
            .header("content-type", "text/html")
            .body("<!doctype html><title>Free Wi-Fi</title><h1>Accept the terms to go on</h1>")
    }

    /// The connection is closed before an answer.
    pub fn hang_up() -> Self {
        Self {
            ending: Ending::BeforeAnswer,
            ..Self::status(200)
        }
    }

    /// The connection is closed in the middle of this body.
    pub fn broken_off(body: &str) -> Self {
        let answer = Self::status(200)
            .header("content-type", "application/json")
            .body(body.to_owned());
        Self {
            ending: Ending::InBody,
            ..answer
        }
    }

    /// With this header as well.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With this body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Held back until the gate opens.
    pub fn after(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// What was asked for is done, whatever the answer says.
    pub fn but_done(mut self) -> Self {
        self.takes_effect = true;
        self
    }

    /// The response to send, in place of the honest one.
    pub(crate) async fn instead_of(self, honest: Option<Response<Body>>) -> Response<Body> {
        if let Some(gate) = &self.gate {
            gate.passed().await;
        }
        let mut response = match honest {
            Some(honest) if !self.written => honest,
            _ => Response::new(match self.ending {
                Ending::InBody => cut(self.body),
                _ => Body::from(self.body),
            }),
        };
        if self.written {
            *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        if self.ending == Ending::BeforeAnswer {
            response.extensions_mut().insert(HangUp);
        }
        response
    }
}

/// A body that ends with an error after these bytes.
fn cut(bytes: Bytes) -> Body {
    Body::from_stream(stream::iter([
        Ok(bytes),
        Err(std::io::Error::other("broken off on purpose")),
    ]))
}
