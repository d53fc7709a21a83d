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
}

impl Bug {
    pub(crate) const ALL: [Self; 10] = [
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
        Some(Bug::NoFence) => {
            transaction.fence = None;
            vec![transaction]
        }
        _ => vec![transaction],
    }
}
