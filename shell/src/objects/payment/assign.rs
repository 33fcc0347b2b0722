//! A person assigns a receipt to this payment as they saw it, and takes that back.

use super::inner::Inner;
use crate::calls::payment::PaymentKnown;
use crate::config::Config;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use malipo_engine::payment::{AssignDenied, Assignment, Event, Payment, ReleaseDenied};
use malipo_shared::MpesaReceipt;
use malipo_shared::api::{ApiError, ErrorCode};
use std::rc::Rc;

/// When the money was paid: the likelier of two moments, where M-PESA may mean either.
pub(super) fn likelier_ms(
    payment: &Payment,
    amount_kes: u32,
    paid_at_ms: Option<u64>,
    or_paid_at_ms: Option<u64>,
) -> Option<u64> {
    match (paid_at_ms, or_paid_at_ms) {
        (Some(at_ms), Some(or_ms)) => Some(payment.likelier_ms(amount_kes, at_ms, or_ms)),
        (told, _) => told,
    }
}

impl Inner {
    pub(super) fn assign(
        self: Rc<Self>,
        config: &Config,
        asked: impl FnOnce(&Payment) -> Assignment,
    ) -> Result<ObjectReply> {
        let decide = |payment: &Payment| {
            let asked = asked(payment);
            let amount_kes = asked.amount_kes;
            payment
                .assign(asked)
                .map_err(|why| differs(why, amount_kes))
        };
        self.hear_if(config, decide)
    }

    pub(super) fn release(
        self: Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
    ) -> Result<ObjectReply> {
        let decide = |payment: &Payment| {
            let released = payment.release(&receipt);
            released.map_err(|why: ReleaseDenied| {
                ApiError::new(ErrorCode::UnclaimNotAllowed, why.sentence())
            })
        };
        self.hear_if(config, decide)
    }

    /// Records what the payment decides, all in one turn; an order that does not exist decides nothing.
    fn hear_if(
        self: Rc<Self>,
        config: &Config,
        decide: impl FnOnce(&Payment) -> core::result::Result<Option<Event>, ApiError>,
    ) -> Result<ObjectReply> {
        let decided = self.turn(config, |turn| {
            if turn.payment.opened().is_none() {
                return Ok(Ok(false));
            }
            Ok(match decide(&turn.payment) {
                Ok(event) => {
                    event.map_or(Ok(()), |event| turn.record(event))?;
                    Ok(true)
                }
                Err(why) => Err(why),
            })
        })?;
        match decided {
            Ok(is_known) => ObjectReply::json(&PaymentKnown { is_known }),
            Err(why) => ObjectReply::error(why),
        }
    }
}

fn differs(why: AssignDenied, amount_kes: u32) -> ApiError {
    match why {
        AssignDenied::AmountDiffers { outstanding_kes } => ApiError {
            due_kes: Some(outstanding_kes),
            receipt_kes: Some(amount_kes),
            ..ApiError::at(
                ErrorCode::AmountDiffers,
                "expect_kes",
                format!(
                    "This order is due KES {outstanding_kes} now, and the receipt is KES {amount_kes}. Nothing was assigned."
                ),
            )
        },
        AssignDenied::BeingReleased => ApiError::new(
            ErrorCode::ReceiptTaken,
            "The receipt is just being taken back from this order. Try again in a moment.",
        ),
    }
}
