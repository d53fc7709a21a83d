//! Bugs that are put in on purpose, between the engine and what it is driven by, so that nothing of them is in
//! the app: the oracle is worth something if it catches each.

use std::rc::Rc;

use strikethrough::api::{ApiError, ErrorKind, Method};
use strikethrough::sync::engine::{Reply, Request};
use strikethrough::sync::entry::EntryState;
use strikethrough::sync::record::{Transaction, Write};
use strikethrough::sync::retry::Random;
use strikethrough::sync::stored::{Stored, Table};
use strikethrough::task::TaskId;

use super::device::SCOPE;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// An entry leaves the outbox when it is sent.
    OutOfQueueFirst,
    /// A refusal counts as a success.
    RefusalIsSuccess,
    /// Each try of a create has another `Idempotency-Key`.
    NewKeyEachRetry,
    /// After a refresh the list alone is shown.
    RefreshHides,
    /// The create goes in one transaction, and the rest of its confirmation in the next.
    MappingInTwo,
    /// The store does not compare the fence.
    NoFence,
    /// A person is told that an edit is kept when the store was only asked.
    ToldBeforeKept,
    /// `If-Match` is left out.
    NoVersions,
    /// An answer that was lost counts as a refusal for now, so that nobody looks at the list.
    LooksAway,
    /// A timer never fires.
    NoTimer,
    /// A list counts as asked for when it has come, so that it hides what was made meanwhile.
    ListHidesNew,
    /// The other tabs are not told of a list.
    ListNotTold,
    /// What a list has changed of single tasks is not stored.
    RowsNotStored,
}

impl Bug {
    pub(crate) const ALL: [Self; 13] = [
        Self::OutOfQueueFirst,
        Self::RefusalIsSuccess,
        Self::NewKeyEachRetry,
        Self::RefreshHides,
        Self::MappingInTwo,
        Self::NoFence,
        Self::ToldBeforeKept,
        Self::NoVersions,
        Self::LooksAway,
        Self::NoTimer,
        Self::ListHidesNew,
        Self::ListNotTold,
        Self::RowsNotStored,
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bug| format!("{bug:?}") == name)
    }
}

pub(crate) fn rewrite_answer(bug: Option<Bug>, answer: &mut Result<Reply, ApiError>) {
    let Err(error) = answer else { return };
    let is_refusal = error.status.is_some_and(|status| (400..500).contains(&status));
    match (bug, error.method) {
        (Some(Bug::RefusalIsSuccess), Method::Post) if is_refusal => {
            let id = TaskId::Text("none".into());
            *answer = Ok(Reply::Created {
                id,
                key_honoured: false,
            });
        }
        (Some(Bug::RefusalIsSuccess), Method::Put | Method::Delete) if is_refusal => {
            *answer = Ok(Reply::Written(None));
        }
        (Some(Bug::LooksAway), Method::Post) if error.is_ambiguous() => {
            error.kind = ErrorKind::TooManyRequests;
        }
        _ => {}
    }
}

pub(crate) fn rewrite_request(bug: Option<Bug>, request: Request, random: &mut Random) -> Request {
    match (bug, request) {
        (
            Some(Bug::NewKeyEachRetry),
            Request::Create {
                text,
                idempotency_key,
            },
        ) => Request::Create {
            text,
            idempotency_key: idempotency_key.map(|_| format!("{:x}", random.draw())),
        },
        (Some(Bug::NoVersions), Request::Put { id, text, .. }) => Request::Put {
            id,
            text,
            if_match: None,
        },
        (_, request) => request,
    }
}

/// What is told to other tabs in the place of what was written.
pub(crate) fn rewrite_told(bug: Option<Bug>, mut writes: Vec<Write>) -> Vec<Write> {
    if bug == Some(Bug::ListNotTold) && writes.iter().any(is_of_list) {
        writes
            .retain(|write| !is_of_list(write) && !is_of(write, Table::Tasks) && !is_of(write, Table::Rows));
    }
    writes
}

fn is_of_list(write: &Write) -> bool {
    write.name() == Table::Meta.name(SCOPE, "list")
}

fn is_of(write: &Write, table: Table) -> bool {
    write.name().starts_with(&table.name(SCOPE, ""))
}

/// What is asked of the store in the place of a transaction.
pub(crate) fn rewrite_commit(bug: Option<Bug>, mut transaction: Transaction) -> Vec<Transaction> {
    match bug {
        Some(Bug::OutOfQueueFirst) => {
            for write in Rc::make_mut(&mut transaction.writes) {
                let Write::Put(name, value) = &write else { continue };
                if let Ok(Stored::Entry(entry)) = Stored::read(SCOPE, name, value)
                    && entry.state == EntryState::Sending
                {
                    *write = Write::Delete(name.clone());
                }
            }
            vec![transaction]
        }
        Some(Bug::MappingInTwo) => {
            let mappings = Table::Mappings.name(SCOPE, "");
            let at = transaction
                .writes
                .iter()
                .position(|write| write.name().starts_with(&mappings));
            match at {
                Some(at) => {
                    let rest = Transaction {
                        fence: transaction.fence.clone(),
                        writes: Rc::make_mut(&mut transaction.writes).split_off(at).into(),
                    };
                    vec![transaction, rest]
                }
                None => vec![transaction],
            }
        }
        Some(Bug::RowsNotStored) => {
            if transaction.writes.iter().any(is_of_list) {
                Rc::make_mut(&mut transaction.writes).retain(|write| !is_of(write, Table::Tasks));
            }
            vec![transaction]
        }
        Some(Bug::NoFence) => {
            transaction.fence = None;
            vec![transaction]
        }
        _ => vec![transaction],
    }
}
