//! Many changes go to the store of this device piece by piece, each kept before the next begins.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::runs::Latch;
use crate::state::tasks::commands::Then;
use crate::sync::record::StoreError;

/// Some changes on their way into the store of this device.
#[derive(Clone)]
pub(in super::super) struct Piece(Rc<Waiting>);

struct Waiting {
    latch: Latch,
    failed: RefCell<Vec<usize>>,
    problem: Cell<Option<StoreError>>,
}

impl Piece {
    /// Waits for so many.
    pub(in super::super) fn new(open: usize) -> Self {
        Self(Rc::new(Waiting {
            latch: Latch::new(open),
            failed: RefCell::default(),
            problem: Cell::default(),
        }))
    }

    /// What is told whether the store has the one at this place.
    pub(in super::super) fn then(&self, at: usize) -> Then {
        let piece = self.clone();
        Box::new(move |kept| piece.settle(at, kept))
    }

    /// What has come of the one at this place.
    pub(super) fn settle(&self, at: usize, kept: Result<(), StoreError>) {
        if let Err(error) = kept {
            self.0.failed.borrow_mut().push(at);
            self.0.problem.set(Some(error));
        }
        self.0.latch.count_down();
    }

    /// Waits for all of them: those that the store has not taken, and why.
    pub(in super::super) async fn end(self) -> (Vec<usize>, Option<StoreError>) {
        self.0.latch.wait().await;
        (self.0.failed.take(), self.0.problem.get())
    }
}
