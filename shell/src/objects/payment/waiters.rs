//! `Waiters`: the status requests that are held until something changes.

use futures_channel::oneshot;
use std::cell::RefCell;
use std::collections::VecDeque;

/// Held requests, oldest first. A client that left is noticed only when it is woken, so their number is limited.
#[derive(Default)]
pub(super) struct Waiters(RefCell<VecDeque<oneshot::Sender<()>>>);

const HELD_MAX: usize = 8;

impl Waiters {
    /// Takes a place; when there are too many the oldest loses its own, and is answered at once.
    pub(super) fn wait(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut held = self.0.borrow_mut();
        held.retain(|waiter| !waiter.is_canceled());
        if held.len() >= HELD_MAX {
            // Dropped, not woken: a woken one would look, find nothing new, and take a place again.
            held.pop_front();
        }
        held.push_back(sender);
        receiver
    }

    /// Whether nobody watches.
    pub(super) fn are_none(&self) -> bool {
        self.0.borrow().iter().all(oneshot::Sender::is_canceled)
    }

    /// Answers everyone.
    pub(super) fn wake_all(&self) {
        for waiter in self.0.borrow_mut().drain(..) {
            // A closed one is a client that left.
            let _ = waiter.send(());
        }
    }
}
