//! What an answer means for the entry it was for.

use super::{Active, Confirmed, Engine, Reply, Request, Step, Ticket};
use crate::api::{ApiError, ErrorKind};
use crate::sync::entry::{Change, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use crate::sync::held::Known;
use crate::sync::merge::{Edit, FieldEdit};
use crate::sync::stored::Finished;
use crate::sync::trouble::Trouble;
use crate::task::{Task, TaskId};

/// How often an edit meets another version before a person is asked. A server whose versions never hold would
/// otherwise be asked for ever.
const VERSIONS_MOST: u32 = 6;

/// What was read longer than this many milliseconds ago is read again before it is written over: the tab was
/// frozen, or the clock has jumped. A little more than the client waits for an answer.
pub const READ_FRESH_MS: u64 = 20_500;

/// What an error says about the chances of the same request later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The server as a whole can't be had, or asks for patience, or for a person to sign in.
    Link,
    /// This request failed, and may well succeed later.
    Later,
    /// The server does not take it.
    Refused,
}

fn verdict(error: &ApiError) -> Verdict {
    match error.kind {
        ErrorKind::ServerFailed if error.status == Some(503) => Verdict::Link,
        ErrorKind::Unreachable
        | ErrorKind::TimedOut
        | ErrorKind::Cancelled
        | ErrorKind::SignInNeeded
        | ErrorKind::TooManyRequests
        | ErrorKind::Redirected
        | ErrorKind::NotJson => Verdict::Link,
        ErrorKind::ServerFailed | ErrorKind::WrongShape(_) => Verdict::Later,
        // A key that is in flight (409), and a success that is none.
        ErrorKind::Conflict => Verdict::Later,
        ErrorKind::Unexpected if error.is_ambiguous() => Verdict::Later,
        _ => Verdict::Refused,
    }
}

impl Engine {
    pub(super) fn answered(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, now: u64) {
        let Some(at) = self.active.iter().position(|active| active.ticket == ticket) else {
            return;
        };
        let active = self.active.swap_remove(at);
        let failed = match result {
            Ok(reply) => {
                self.pace.succeeded(active.sent_at, now);
                if !self.pace.is_failing() {
                    self.link_error = None;
                }
                self.succeeded(active, reply, now);
                return;
            }
            Err(error) => error,
        };
        let link = verdict(&failed) == Verdict::Link || matches!(active.step, Step::List { .. });
        if link {
            let asked = failed.retry_after.map(|seconds| u64::from(seconds) * 1_000);
            self.pace.failed(active.sent_at, now, asked, &mut self.random);
            self.link_error = Some(failed.clone());
        } else {
            self.pace.answered(active.sent_at, now);
        }
        self.failed(active.step, &failed, now);
    }

    fn succeeded(&mut self, active: Active, reply: Reply, now: u64) {
        let is_old = now.abs_diff(active.sent_at) > READ_FRESH_MS;
        match (active.step, reply) {
            (Step::List { since }, Reply::List(list)) => self.listed(since, list, now),
            (Step::Candidate { key, rest, matches }, Reply::Task(task, _)) => {
                self.compared(key, Some(task), rest, matches, now);
            }
            (Step::Create(key), Reply::Created { id, key_honoured }) => {
                if let Some(server) = &mut self.server {
                    server.honours_keys |= key_honoured;
                }
                if self.is_claimed(&id) {
                    // Another create of the same text was taken for this one, so that this one stands for it.
                    self.make_another(key);
                } else {
                    self.created(key, id, now);
                }
            }
            (Step::ReadToEdit(key), Reply::Task(task, etag)) => {
                let id = task.id.clone();
                self.was_read(task.clone(), etag);
                if is_old {
                    self.send(Step::ReadToEdit(key), Request::Get(id), now);
                } else if let Some(edit) = self.edit_of(key) {
                    self.write_edit(key, &edit, task, now);
                }
            }
            (Step::Put(key, text), Reply::Written(etag)) => {
                let Some(entry) = self.remove_entry(key) else {
                    return;
                };
                let TaskRef::Server(id) = entry.task else { return };
                self.confirm(Confirmed::Written {
                    task: text.with_id(id),
                    etag,
                });
            }
            (Step::ReadToFinish(key), Reply::Task(task, etag)) => {
                let id = task.id.clone();
                self.was_read(task, etag);
                self.send_write(Step::Delete(key), Request::Delete(id), now);
            }
            (Step::Delete(key), Reply::Written(_)) => self.finished_by(key, now),
            // No driver answers a request with another's reply.
            (step, _) => {
                if let Some(key) = step.key() {
                    let next_try = now + self.own_wait(key);
                    self.later(key, Trouble::OtherAnswer, next_try);
                }
            }
        }
    }

    fn failed(&mut self, step: Step, error: &ApiError, now: u64) {
        let is_missing = error.kind == ErrorKind::NotFound;
        if let Some(entry) = step.key().and_then(|key| self.entry_mut(key)) {
            entry.ambiguous |= error.is_ambiguous();
        }
        match step {
            Step::List { .. } => {}
            Step::Candidate { key, rest, matches } if is_missing => {
                self.compared(key, None, rest, matches, now)
            }
            Step::Candidate { key, .. } => self.wait(key, error, now),
            Step::Create(key) => {
                if error.is_ambiguous() {
                    self.lost(key);
                }
                self.later_or_park(key, error, now);
            }
            Step::ReadToEdit(key) | Step::Put(key, _) if is_missing => {
                if let Some(id) = self.id_of(key) {
                    self.complete_edit(key, &id);
                    self.confirm(Confirmed::Gone(id));
                }
                self.park(key, Why::Gone, Some(Trouble::request(error)));
            }
            Step::Put(key, _) if error.kind == ErrorKind::Conflict => self.read_again(key, error, now),
            Step::ReadToFinish(key) | Step::Delete(key) if is_missing => self.finished_by(key, now),
            Step::ReadToFinish(key) if verdict(error) == Verdict::Refused => {
                // Its text can't be had, so that it can't be restored; it can be finished all the same.
                if let Some(id) = self.id_of(key) {
                    self.send_write(Step::Delete(key), Request::Delete(id), now);
                }
            }
            Step::Put(key, _) => {
                // It may have taken effect, so that the version that is known may be an old one.
                if let Some(id) = self.id_of(key) {
                    self.snapshot.forget_version(&id);
                }
                self.later_or_park(key, error, now);
            }
            Step::ReadToEdit(key) | Step::ReadToFinish(key) | Step::Delete(key) => {
                self.later_or_park(key, error, now);
            }
        }
    }

    /// Puts what is known of the task beside what was changed: the whole text is kept when the task is gone, to
    /// be shown and to become a new one.
    fn complete_edit(&mut self, key: EntryKey, id: &TaskId) {
        let Some(known) = self.snapshot.get(id).map(Known::to_record) else {
            return;
        };
        if let Some(Entry {
            change: Change::Edit(edit),
            ..
        }) = self.entry_mut(key)
        {
            let unchanged = |value: String| FieldEdit {
                base: Some(value.clone()),
                value,
            };
            edit.summary.get_or_insert_with(|| unchanged(known.summary));
            if edit.description.is_none() {
                edit.description = known.description.map(unchanged);
            }
        }
    }

    /// The task has another version than the edit was meant for: it is read, and the two are merged.
    fn read_again(&mut self, key: EntryKey, error: &ApiError, now: u64) {
        let Some(id) = self.id_of(key) else { return };
        self.snapshot.forget_version(&id);
        if let Some(entry) = self.entry_mut(key) {
            entry.attempts += 1;
            if entry.attempts > VERSIONS_MOST {
                self.park(key, Why::Refused, Some(Trouble::request(error)));
                return;
            }
        }
        self.send(Step::ReadToEdit(key), Request::Get(id), now);
    }

    fn later_or_park(&mut self, key: EntryKey, error: &ApiError, now: u64) {
        if verdict(error) == Verdict::Refused {
            self.park(key, Why::Refused, Some(Trouble::with_fields(error.clone())));
        } else {
            self.wait(key, error, now);
        }
    }

    /// When the server as a whole can't be had, it is the [pace](crate::sync::retry::Pace) that waits: an entry with a
    /// wait of its own would be overtaken by those after it. A wait that the server has asked for is kept, whatever
    /// it does with other requests meanwhile.
    fn wait(&mut self, key: EntryKey, error: &ApiError, now: u64) {
        let own = match error.retry_after {
            Some(seconds) => (u64::from(seconds) * 1_000).min(crate::sync::retry::LONGEST_ASKED_MS),
            None => self.own_wait(key),
        };
        let is_paced = verdict(error) == Verdict::Link && error.retry_after.is_none();
        self.later(key, Trouble::request(error), if is_paced { 0 } else { now + own });
    }

    fn own_wait(&mut self, key: EntryKey) -> u64 {
        let attempts = self.entry(key).map_or(0, |entry| entry.attempts);
        self.random.wait(attempts)
    }

    /// It is tried again by itself, at the time `next_try`.
    fn later(&mut self, key: EntryKey, trouble: Trouble, next_try: u64) {
        if let Some(entry) = self.entry_mut(key) {
            entry.state = EntryState::Pending;
            entry.next_try = next_try;
            entry.error = Some(trouble);
        }
        self.put_entry(key);
    }

    /// It needs a person, and holds nobody else up.
    pub(super) fn park(&mut self, key: EntryKey, why: Why, trouble: Option<Trouble>) {
        if let Some(entry) = self.entry_mut(key) {
            entry.state = EntryState::Parked(why);
            entry.next_try = 0;
            entry.error = trouble;
        }
        self.put_entry(key);
    }

    /// The task is done: into "Recently done" with it.
    fn finished_by(&mut self, key: EntryKey, now: u64) {
        let Some(entry) = self.remove_entry(key) else {
            return;
        };
        let TaskRef::Server(id) = entry.task else { return };
        if let Some(known) = self.snapshot.get(&id) {
            let text = Text {
                summary: known.summary.to_owned(),
                description: known.description.unwrap_or_default().to_owned(),
            };
            self.remember(Finished { key, text, at: now });
        }
        self.confirm(Confirmed::Gone(id));
    }

    fn was_read(&mut self, task: Task, etag: Option<String>) {
        let id = task.id.clone();
        self.snapshot.opened_now(task, etag);
        self.put_task(&id);
    }

    fn id_of(&self, key: EntryKey) -> Option<TaskId> {
        match &self.entry(key)?.task {
            TaskRef::Server(id) => Some(id.clone()),
            TaskRef::Local(_) => None,
        }
    }

    fn edit_of(&self, key: EntryKey) -> Option<Edit> {
        match &self.entry(key)?.change {
            Change::Edit(edit) => Some(edit.clone()),
            _ => None,
        }
    }
}
