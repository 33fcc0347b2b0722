//! `Memory`: the journal and the payment that it tells, as this instance read or wrote them last. It is a copy: it holds only while the
//! rows say that nothing was written since, and each look and each turn reads them first.

use super::store::{JournalMark, Store};
use crate::platform::error::Result;
use malipo_engine::payment::{Payment, Recorded};
use std::cell::RefCell;
use std::rc::Rc;

/// The journal's lines and what they tell.
#[derive(Clone, Default)]
pub(super) struct Folded {
    pub(super) journal: Rc<Vec<Recorded>>,
    pub(super) payment: Payment,
}

/// What an instance remembers; nothing before its first look.
#[derive(Default)]
pub(super) struct Memory(RefCell<Option<(JournalMark, Folded)>>);

impl Memory {
    /// The payment as these rows tell it.
    pub(super) fn read(&self, store: &Store) -> Result<Folded> {
        let Some(mark) = store.journal_mark() else {
            return Ok(Folded::default());
        };
        let mut known = self.0.borrow_mut();
        if let Some((_, folded)) = known.as_ref().filter(|(of, _)| *of == mark) {
            return Ok(folded.clone());
        }
        let journal = store.journal()?;
        let payment = Payment::fold(&journal);
        let journal = Rc::new(journal);
        let folded = Folded { journal, payment };
        *known = Some((mark, folded.clone()));
        Ok(folded)
    }

    /// What a turn has written, once it is written.
    pub(super) fn keep(&self, store: &Store, folded: Folded) {
        debug_assert_eq!(
            store.journal().map(|journal| Payment::fold(&journal)).ok(),
            Some(folded.payment.clone()),
            "the payment in memory is the one that the rows tell"
        );
        let mark = store.journal_mark();
        *self.0.borrow_mut() = mark.map(|mark| (mark, folded));
    }

    /// What the object held is gone.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().take();
    }
}
