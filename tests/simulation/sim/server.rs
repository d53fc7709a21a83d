//! The simulated server, of either kind, and its log.

use std::collections::{BTreeMap, BTreeSet};

use strikethrough::api::problem::Said;
use strikethrough::api::{ApiError, ErrorKind, Method};
use strikethrough::sync::engine::{Reply, Request};
use strikethrough::sync::entry::{EntryKey, Text};
use strikethrough::task::{ListedTask, Task, TaskId};

use super::plan::{ServerKind, Setting};

/// A task, kept for ever so that the oracle can look at it.
pub(crate) struct Row {
    pub(crate) text: Text,
    pub(crate) version: u64,
    pub(crate) is_live: bool,
    /// The entry that created it, if one did.
    pub(crate) origin: Option<EntryKey>,
    /// All texts it ever had.
    pub(crate) history: Vec<Text>,
    /// When the fields were last written.
    pub(crate) written_at: [u64; 2],
    /// Whether another client has changed or finished it.
    pub(crate) by_others: bool,
}

pub(crate) struct Server {
    pub(crate) kind: ServerKind,
    text_ids: bool,
    pub(crate) rows: BTreeMap<TaskId, Row>,
    order: Vec<TaskId>,
    keys: BTreeMap<String, (TaskId, Text)>,
    pub(crate) in_flight: BTreeSet<String>,
    made: u64,
}

/// What a request has changed.
pub(crate) enum Changed {
    Nothing,
    Created,
    Put {
        id: TaskId,
        before: Text,
        after: Text,
        written_at: [u64; 2],
    },
    Deleted,
    /// A known key was answered again.
    Replayed,
}

impl Server {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            kind: setting.server,
            text_ids: setting.text_ids,
            rows: BTreeMap::new(),
            order: Vec::new(),
            keys: BTreeMap::new(),
            in_flight: BTreeSet::new(),
            made: 0,
        }
    }

    pub(crate) fn create(&mut self, text: Text, origin: Option<EntryKey>, now: u64) -> TaskId {
        self.made += 1;
        // Above 2^53 every other time, where a float would lose digits.
        let number = self.made + if self.made.is_multiple_of(2) { 1 << 53 } else { 0 };
        let id = if self.text_ids {
            TaskId::Text(format!("t{number}").into())
        } else {
            TaskId::Number(number.to_string().into())
        };
        let row = Row {
            history: vec![text.clone()],
            text,
            version: 1,
            is_live: true,
            origin,
            written_at: [now; 2],
            by_others: false,
        };
        self.rows.insert(id.clone(), row);
        self.order.push(id.clone());
        id
    }

    pub(crate) fn live(&self) -> impl Iterator<Item = (&TaskId, &Row)> {
        self.order.iter().filter_map(|id| {
            let row = self.rows.get(id)?;
            row.is_live.then_some((id, row))
        })
    }

    pub(crate) fn write(&mut self, id: &TaskId, text: Text, now: u64) {
        if let Some(row) = self.rows.get_mut(id) {
            row.version += 1;
            if row.text.summary != text.summary {
                row.written_at[0] = now;
            }
            if row.text.description != text.description {
                row.written_at[1] = now;
            }
            row.history.push(text.clone());
            row.text = text;
        }
    }

    pub(crate) fn finish(&mut self, id: &TaskId) {
        if let Some(row) = self.rows.get_mut(id) {
            row.is_live = false;
        }
        self.order.retain(|known| known != id);
    }

    fn etag(&self, row: &Row) -> Option<String> {
        self.kind.is_helpful().then(|| format!("\"{}\"", row.version))
    }

    /// Carries out a request.
    pub(crate) fn carry_out(
        &mut self,
        request: &Request,
        origin: Option<EntryKey>,
        now: u64,
    ) -> (Result<Reply, ApiError>, Changed) {
        let refuse = |status: u16| (Err(status_error(request, status, None)), Changed::Nothing);
        match request {
            Request::List => {
                let list = self.live().map(|(id, row)| ListedTask {
                    id: id.clone(),
                    summary: row.text.summary.clone(),
                });
                (Ok(Reply::List(list.collect())), Changed::Nothing)
            }
            Request::Get(id) => match self.rows.get(id).filter(|row| row.is_live) {
                Some(row) => {
                    let task = Task {
                        id: id.clone(),
                        summary: row.text.summary.clone(),
                        description: row.text.description.clone(),
                    };
                    (Ok(Reply::Task(task, self.etag(row))), Changed::Nothing)
                }
                None => refuse(404),
            },
            Request::Create {
                text,
                idempotency_key,
            } => {
                let key = idempotency_key.clone().filter(|_| self.kind.is_helpful());
                if let Some((id, body)) = key.as_ref().and_then(|key| self.keys.get(key)) {
                    if body != text {
                        return refuse(422);
                    }
                    let reply = Reply::Created {
                        id: id.clone(),
                        key_honoured: true,
                    };
                    return (Ok(reply), Changed::Replayed);
                }
                let id = self.create(text.clone(), origin, now);
                let key_honoured = key.is_some();
                if let Some(key) = key {
                    self.keys.insert(key, (id.clone(), text.clone()));
                }
                (Ok(Reply::Created { id, key_honoured }), Changed::Created)
            }
            Request::Put { id, text, if_match } => {
                let Some(row) = self.rows.get(id).filter(|row| row.is_live) else {
                    return refuse(404);
                };
                let (etag, before, written_at) = (self.etag(row), row.text.clone(), row.written_at);
                if etag.is_some() && if_match.is_some() && etag != *if_match {
                    return refuse(412);
                }
                self.write(id, text.clone(), now);
                let etag = self.rows.get(id).and_then(|row| self.etag(row));
                let changed = Changed::Put {
                    id: id.clone(),
                    before,
                    after: text.clone(),
                    written_at,
                };
                (Ok(Reply::Written(etag)), changed)
            }
            Request::Delete(id) => {
                if !self.rows.get(id).is_some_and(|row| row.is_live) {
                    return refuse(404);
                }
                self.finish(id);
                (Ok(Reply::Written(None)), Changed::Deleted)
            }
        }
    }
}

fn method(request: &Request) -> Method {
    match request {
        Request::List | Request::Get(_) => Method::Get,
        Request::Create { .. } => Method::Post,
        Request::Put { .. } => Method::Put,
        Request::Delete(_) => Method::Delete,
    }
}

pub(crate) fn is_write(request: &Request) -> bool {
    method(request) != Method::Get
}

pub(crate) fn error(request: &Request, kind: ErrorKind) -> ApiError {
    ApiError {
        method: method(request),
        path: match request {
            Request::List | Request::Create { .. } => "/tasks/".to_owned(),
            Request::Get(id) | Request::Put { id, .. } | Request::Delete(id) => format!("/tasks/{id}/"),
        },
        status: None,
        kind,
        said: Said::default(),
        retry_after: None,
    }
}

pub(crate) fn status_error(request: &Request, status: u16, retry_after: Option<u32>) -> ApiError {
    ApiError {
        status: Some(status),
        retry_after,
        ..error(request, ErrorKind::of_status(status))
    }
}
