//! One connection: one request, what it meets, and one answer or none.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::proxy::fault::{Fault, RetryAfter};
use crate::proxy::log::{Ending, State, Ticket, is_api};
use crate::proxy::matrix::Kind;
use crate::proxy::message::{Message, Start};
use crate::proxy::{Shared, reset};

/// What clients say that a baseline server does not listen to.
const ASKED_BEYOND_BASELINE: [&str; 3] = ["if-match", "if-none-match", "idempotency-key"];

/// What a baseline server does not say.
const SAID_BEYOND_BASELINE: [&str; 3] = ["etag", "idempotency-key", "idempotent-replayed"];

const JSON: &str = "application/json";

/// A connection that has carried nothing for this long was opened ahead of its request. Browsers send the
/// first byte within a few milliseconds otherwise.
const OPENED_AHEAD: Duration = Duration::from_millis(500);

/// Serves the one request of a connection.
pub(super) async fn serve(mut client: TcpStream, shared: Arc<Shared>) {
    let mut first = [0];
    tokio::select! {
        // The bytes stay there to be read.
        _ = client.peek(&mut first) => {}
        () = unwanted(&shared) => return,
    }
    // What is broken off or is no HTTP was not a request yet, and nothing of it reaches the server.
    let Ok(Some(request)) = Message::read_request(&mut client).await else {
        return;
    };
    let Some(ticket) = shared.change(|state| state.begin(&request)).flatten() else {
        return;
    };
    let Start::Request { method, target } = request.start.clone() else {
        return;
    };
    let mut visit = Visit {
        shared: &shared,
        ticket,
        request,
        method,
        target,
        client,
    };
    // A server that can't be reached looks to the client like a network that can't.
    let end = visit.pass().await.unwrap_or(End::Reset);
    visit.finish(end).await;
}

/// What the client gets in the end.
enum End {
    Answer(Message),
    Half(Message),
    Reset,
    Close,
}

struct Visit<'s> {
    shared: &'s Shared,
    ticket: Ticket,
    request: Message,
    method: String,
    target: String,
    client: TcpStream,
}

impl Visit<'_> {
    async fn pass(&mut self) -> Result<End> {
        let fault = self.ticket.fault.clone();
        match &fault {
            Some(Fault::Status { code, retry_after }) => return Ok(refusal(*code, *retry_after)),
            Some(Fault::ResetBeforeForward | Fault::Offline) => return Ok(End::Reset),
            Some(Fault::MalformedJson) => return Ok(End::Answer(malformed(self.success(), b""))),
            Some(Fault::HtmlPage) => {
                let page = "<!doctype html><title>Free Wi-Fi</title><h1>Accept the terms to go on</h1>";
                return Ok(End::Answer(made(200, "text/html; charset=utf-8", page)));
            }
            Some(Fault::Unauthorized) => {
                let challenge = ("WWW-Authenticate", "Bearer realm=\"tasks\"".to_owned());
                return Ok(End::Answer(Message::answer(401, &[challenge], "")));
            }
            Some(Fault::Silence) => return Ok(self.silence().await),
            Some(Fault::Hold) => self.while_waiting(healed(self.shared, self.ticket.heals)).await,
            Some(Fault::Delay(wait)) => self.while_waiting(tokio::time::sleep(*wait)).await,
            Some(Fault::FinishedElsewhere) => self.elsewhere("DELETE", None).await?,
            Some(Fault::ChangedElsewhere { summary, description }) => {
                let task = self.changed(summary.as_deref(), description.as_deref()).await?;
                self.elsewhere("PUT", Some(task)).await?;
            }
            _ => {}
        }
        let answer = self.forward().await?;
        Ok(match fault {
            Some(Fault::StatusAfterCommit(code)) => refusal(code, None),
            Some(Fault::ResetAfterCommit) => End::Reset,
            Some(Fault::ResetMidBody) => End::Half(answer),
            Some(Fault::SilenceAfterCommit) => self.silence().await,
            Some(Fault::MalformedJsonAfterCommit) => {
                End::Answer(malformed(answer.status().unwrap_or(200), &answer.content))
            }
            Some(Fault::DelayAnswer(wait)) => {
                self.while_waiting(tokio::time::sleep(wait)).await;
                End::Answer(answer)
            }
            _ => End::Answer(answer),
        })
    }

    /// Forwards the request and waits for the whole answer.
    async fn forward(&mut self) -> Result<Message> {
        if let Some(config) = self.ticket.config.take() {
            return Ok(made(200, JSON, config));
        }
        let baseline = self.shared.kind == Kind::Baseline && is_api(&self.target);
        if baseline {
            self.request.remove(&ASKED_BEYOND_BASELINE);
        }
        let mut answer = self.ask(&self.request, &self.method).await?;
        let (number, status) = (self.ticket.number, answer.status());
        self.note(|state| {
            if let Some(exchange) = state.log.get_mut(number) {
                exchange.upstream = status;
            }
        });
        if baseline {
            answer.remove(&SAID_BEYOND_BASELINE);
        }
        Ok(answer)
    }

    async fn ask(&self, request: &Message, method: &str) -> Result<Message> {
        let mut upstream = TcpStream::connect(self.shared.upstream).await?;
        Message::send(&request.bytes(), &mut upstream).await?;
        Message::read_answer(&mut upstream, method).await
    }

    /// What another client does to the same task.
    async fn elsewhere(&self, method: &str, task: Option<Value>) -> Result<()> {
        let host = self.shared.upstream.to_string();
        let body = task.map(|task| task.to_string());
        let request = Message::request(method, &self.target, &host, body);
        let status = self.ask(&request, method).await?.status();
        let number = self.ticket.number;
        self.note(|state| {
            if let Some(exchange) = state.log.get_mut(number) {
                exchange.elsewhere = status;
            }
        });
        Ok(())
    }

    /// The task as the server has it, with these texts in place of its own.
    async fn changed(&self, summary: Option<&str>, description: Option<&str>) -> Result<Value> {
        let host = self.shared.upstream.to_string();
        let get = Message::request("GET", &self.target, &host, None);
        let answer = self.ask(&get, "GET").await?;
        ensure!(
            answer.status() == Some(200),
            "no task to change at {}",
            self.target
        );
        let task: Value = serde_json::from_slice(&answer.content)?;
        let text = |new: Option<&str>, name: &str| match new {
            Some(new) => Ok(Value::from(new)),
            None => task.get(name).cloned().with_context(|| format!("no {name}")),
        };
        Ok(json!({
            "summary": text(summary, "summary")?,
            "description": text(description, "description")?,
        }))
    }

    /// Says nothing until the proxy heals or the client gives up.
    async fn silence(&mut self) -> End {
        tokio::select! {
            () = gone(&mut self.client) => self.left(),
            () = healed(self.shared, self.ticket.heals) => {}
        }
        End::Close
    }

    /// Waits to the end even when the client gives up before that.
    async fn while_waiting(&mut self, wait: impl Future<Output = ()>) {
        tokio::pin!(wait);
        tokio::select! {
            () = &mut wait => {}
            () = gone(&mut self.client) => {
                self.left();
                wait.await;
            }
        }
    }

    fn left(&self) {
        self.note(|state| state.end(self.ticket.number, Ending::Left));
    }

    fn note(&self, change: impl FnOnce(&mut State)) {
        self.shared.change(change);
    }

    /// The status of a success of the method.
    fn success(&self) -> u16 {
        if self.method == "POST" { 201 } else { 200 }
    }

    /// Gives the client what it gets, then notes it.
    async fn finish(mut self, end: End) {
        let (shared, number) = (self.shared, self.ticket.number);
        // A client may send its next request as soon as it has this answer; the two are not in flight
        // together.
        shared.change(|state| state.release(number));
        let ending = match end {
            End::Answer(answer) => {
                let head = self.method == "HEAD";
                let bytes = if head { answer.head() } else { answer.bytes() };
                match Message::send(&bytes, &mut self.client).await {
                    Ok(()) => Ending::Answered(answer.status().unwrap_or_default()),
                    Err(_) => Ending::Left,
                }
            }
            End::Half(answer) => {
                let sent = Message::send(&answer.half(), &mut self.client).await;
                sent.map_or(Ending::Left, |()| Ending::Cut)
            }
            End::Reset => Ending::Reset,
            End::Close => Ending::Closed,
        };
        match ending {
            Ending::Cut | Ending::Reset => reset(self.client),
            _ => drop(self.client),
        }
        shared.change(|state| state.end(number, ending));
    }
}

/// Waits until a connection without a request would spoil what a rule is to show.
async fn unwanted(shared: &Shared) {
    let mut changes = shared.state.subscribe();
    let injections = changes.borrow_and_update().injections;
    let mut later = shared.state.subscribe();
    tokio::select! {
        _ = changes.wait_for(|state| state.injections > injections || state.offline) => {}
        () = async {
            tokio::time::sleep(OPENED_AHEAD).await;
            let _ = later.wait_for(|state| !state.rules.is_empty()).await;
        } => {}
    }
}

/// Waits until the proxy has been healed more often than this.
async fn healed(shared: &Shared, heals: u64) {
    // The sender is part of `shared`, so that the channel can't be closed while this waits.
    let _ = shared
        .state
        .subscribe()
        .wait_for(|state| state.heals > heals)
        .await;
}

/// Waits until the client closes the connection.
async fn gone(client: &mut TcpStream) {
    let mut rest = [0; 64];
    while client.read(&mut rest).await.is_ok_and(|length| length > 0) {}
}

fn made(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Message {
    let headers = [
        ("Content-Type", content_type.to_owned()),
        ("Cache-Control", "no-store".to_owned()),
    ];
    Message::answer(status, &headers, body)
}

/// As a gateway in front of the server refuses, in its own words.
fn refusal(code: u16, retry_after: Option<RetryAfter>) -> End {
    let mut headers = vec![("Content-Type", "text/plain".to_owned())];
    if let Some(retry_after) = retry_after {
        headers.push(("Retry-After", retry_after.value()));
    }
    End::Answer(Message::answer(code, &headers, "The gateway has no answer."))
}

/// Half of this JSON; a true part of an object or array is never valid. Without a body, the beginning of
/// a task.
fn malformed(status: u16, json: &[u8]) -> Message {
    let half: Vec<u8> = json.iter().take(json.len() / 2).copied().collect();
    match (half.is_empty(), status) {
        // 204 has no body by definition (RFC 9110, section 15.3.5).
        (true, 204) => made(200, JSON, "{\"id\": "),
        (true, _) => made(status, JSON, "{\"id\": "),
        (false, _) => made(status, JSON, half),
    }
}
