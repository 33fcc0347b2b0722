//! A person's word on a receipt: giving it to this payment, and taking that back while nothing else has built on it. The
//! payment decides; whose the receipt is stays its own object's to say.

use super::receipt::Released;
use super::{Event, Payment, Rank, Receipt, RefundStage, Standing};
use malipo_shared::{MpesaReceipt, outstanding_kes};

/// What a person asks to have assigned, and what they saw when they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Which receipt.
    pub receipt: MpesaReceipt,
    /// How much of it counts, in whole shillings.
    pub amount_kes: u32,
    /// How much M-PESA said, where that is not whole shillings.
    pub said: Option<String>,
    /// When it was paid, by M-PESA's clock, in Unix milliseconds.
    pub paid_at_ms: Option<u64>,
    /// What the person saw as still due on the order, in whole shillings: [`Payment::outstanding_kes`].
    pub expect_kes: u32,
}

/// Why a receipt is not assigned. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignDenied {
    /// Another amount is due than the person saw.
    AmountDiffers {
        /// What is still due, in whole shillings.
        outstanding_kes: u32,
    },
    /// It is just being taken back from this payment.
    BeingReleased,
}

/// Why an assignment cannot be taken back. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseDenied {
    /// This payment has no such receipt.
    NoSuchReceipt,
    /// It is not settled yet whose it is.
    NotYet,
    /// No person assigned it: M-PESA's own word did.
    NotByPerson,
    /// A push of this payment is proven paid by it.
    OfPush,
    /// A refund of it was made, is under way, or is of unknown fate.
    Refunded,
}

impl ReleaseDenied {
    /// Why, for the shop.
    pub const fn sentence(self) -> &'static str {
        match self {
            ReleaseDenied::NoSuchReceipt => "This payment has no such receipt.",
            ReleaseDenied::NotYet => {
                "It is not settled yet whose the receipt is. Try again in a moment."
            }
            ReleaseDenied::NotByPerson => {
                "M-PESA itself names this payment for the receipt; only what a person has assigned can be taken back."
            }
            ReleaseDenied::OfPush => {
                "A request to the customer's phone was paid by this receipt, so it belongs to this payment."
            }
            ReleaseDenied::Refunded => {
                "Money of this receipt went back, or may still go back, through this payment."
            }
        }
    }
}

impl Payment {
    /// What the order still needs, in whole shillings. A paid payment needs nothing, unless a receipt that paid it has been
    /// taken away since: what went back by a refund is not needed again.
    pub fn outstanding_kes(&self) -> u32 {
        let of = |kes: u32| u64::from(kes);
        let needed = outstanding_kes(
            self.is_paid(),
            of(self.due_kes()),
            of(self.received_kes()),
            of(self.refunded_kes()),
        );
        u32::try_from(needed).unwrap_or(u32::MAX)
    }

    /// The event that assigns a receipt; none when this payment has it already, or is just claiming it.
    ///
    /// # Errors
    /// [`AssignDenied`]: nothing has changed.
    pub fn assign(&self, asked: Assignment) -> Result<Option<Event>, AssignDenied> {
        match self.receipt(&asked.receipt).map(|known| known.standing) {
            Some(Standing::Asked | Standing::Granted(_)) => return Ok(None),
            Some(Standing::Releasing) => return Err(AssignDenied::BeingReleased),
            Some(
                Standing::Unverified
                | Standing::Denied
                | Standing::Taken
                | Standing::SetAside { .. }
                | Standing::Released,
            )
            | None => {}
        }
        let outstanding_kes = self.outstanding_kes();
        if asked.expect_kes != outstanding_kes {
            return Err(AssignDenied::AmountDiffers { outstanding_kes });
        }
        Ok(Some(Event::ReceiptAssigned {
            receipt: asked.receipt,
            amount_kes: asked.amount_kes,
            said: asked.said,
            paid_at_ms: asked.paid_at_ms,
            outstanding_kes,
        }))
    }

    /// The event that takes a person's assignment back; none when it was taken back already.
    ///
    /// # Errors
    /// [`ReleaseDenied`]: something else has built on it, and nothing has changed.
    pub fn release(&self, number: &MpesaReceipt) -> Result<Option<Event>, ReleaseDenied> {
        let known = self.receipt(number).ok_or(ReleaseDenied::NoSuchReceipt)?;
        match known.standing {
            Standing::Releasing | Standing::Released => return Ok(None),
            Standing::Granted(Rank::Person) if known.rank == Rank::Person => {}
            // What a stronger proof has named, or is about to.
            Standing::Granted(_) => return Err(ReleaseDenied::NotByPerson),
            Standing::Asked => return Err(ReleaseDenied::NotYet),
            Standing::Unverified
            | Standing::Denied
            | Standing::Taken
            | Standing::SetAside { .. } => {
                return Err(ReleaseDenied::NoSuchReceipt);
            }
        }
        if known.is_backed || known.attempt.is_some() {
            return Err(ReleaseDenied::OfPush);
        }
        let is_failed = |stage: &RefundStage| matches!(stage, RefundStage::Failed { .. });
        if self
            .refunds_of(number)
            .any(|refund| !is_failed(&refund.stage))
        {
            return Err(ReleaseDenied::Refunded);
        }
        Ok(Some(Event::ReceiptReleased {
            receipt: number.clone(),
        }))
    }

    /// How often a person has taken this receipt back from this payment. A claim names it: one that is older than the last
    /// release is not granted, however late it comes.
    pub fn releases_of(&self, number: &MpesaReceipt) -> u32 {
        let of = self.released.iter().filter(|r| r.receipt == *number);
        u32::try_from(of.count()).unwrap_or(u32::MAX)
    }

    /// The receipts that were taken back here while their objects have not heard it.
    pub(super) fn releasing(&self) -> impl Iterator<Item = &MpesaReceipt> {
        let is_open = |receipt: &&Receipt| receipt.standing == Standing::Releasing;
        let open = self.receipts.iter().filter(is_open);
        open.filter_map(|receipt| receipt.number.as_ref())
    }

    /// When what was last taken back here and is untold was taken back, in Unix milliseconds.
    pub(super) fn releasing_since_ms(&self) -> Option<u64> {
        let since = |number: &MpesaReceipt| {
            let mut newest_first = self.released.iter().rev();
            newest_first.find(|r| r.receipt == *number).map(|r| r.at_ms)
        };
        self.releasing().filter_map(since).max()
    }

    /// A person gives a receipt: their word is the weakest proof. What was refused or taken back before is asked for anew.
    pub(super) fn hear_assignment(&mut self, seen: Receipt, at_ms: u64) {
        let number = seen.number.clone();
        self.see(seen, true, at_ms);
        let known = self.receipts.iter_mut().find(|r| r.number == number);
        if let Some(known) = known.filter(|known| !known.is_ours()) {
            known.claim_anew();
        }
    }

    /// It counts here no more, from this moment on; its object is told until it has heard.
    pub(super) fn hear_release(&mut self, number: &MpesaReceipt, at_ms: u64) {
        if let Some(receipt) = self.receipts.iter_mut().find(|r| r.is(number)) {
            receipt.standing = Standing::Releasing;
            receipt.asks_again = false;
            self.released.push(Released {
                receipt: number.clone(),
                at_ms,
            });
        }
    }

    /// Its object has heard it. A stronger proof that came meanwhile goes on.
    pub(super) fn hear_freed(&mut self, number: &MpesaReceipt) {
        let known = self.receipts.iter_mut().find(|r| r.is(number));
        if let Some(receipt) = known.filter(|r| r.standing == Standing::Releasing) {
            receipt.standing = Standing::Released;
        }
    }

    /// Whether money that paid this payment was taken back by a person, and is still missing.
    pub(super) fn lacks_released_money(&self) -> bool {
        self.is_paid() && !self.released.is_empty() && self.outstanding_kes() > 0
    }

    /// What is said of it to whoever has to decide.
    pub(super) fn review_of_release(&self) -> Option<String> {
        let last = self
            .released
            .last()
            .filter(|_| self.lacks_released_money())?;
        Some(format!(
            "it was paid with receipt {}, whose assignment you have taken back: KES {} of it is missing. Deliver nothing for it, or assign the money that pays it",
            last.receipt,
            self.outstanding_kes()
        ))
    }
}
