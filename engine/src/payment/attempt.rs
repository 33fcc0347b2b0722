//! `Attempt`: one STK push of a payment, and where it stands.

use super::rules;
use crate::daraja::{CheckoutRequestId, MerchantRequestId, PaidAmount, Refusal};
use malipo_shared::catalogue::{Decline, Wait};
use malipo_shared::{Kes, MpesaReceipt, Reason, ResultCode};

/// One push.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its number, from 1.
    pub n: u32,
    /// Which of the payment's numbers, from 1.
    pub phone: u8,
    /// What it asks for.
    pub amount: Kes,
    /// Who asked.
    pub ask: super::Ask,
    /// When it was reserved, in Unix milliseconds.
    pub reserved_at_ms: u64,
    /// When it last left, in Unix milliseconds.
    pub sent_at_ms: Option<u64>,
    /// When Daraja took it, in Unix milliseconds.
    pub accepted_at_ms: Option<u64>,
    /// What a query asks by; a lost push has none until its callback brings it.
    pub checkout_request_id: Option<CheckoutRequestId>,
    /// Safaricom's name of the request.
    pub merchant_request_id: Option<MerchantRequestId>,
    /// Where it stands.
    pub stage: Stage,
    /// A callback's unlisted code and when it came: not yet taken as a decline.
    pub unlisted: Option<(ResultCode, u64)>,
    /// What a callback said that was not believed.
    pub contradiction: Option<Contradiction>,
    /// The receipts that something unreadable on its secret path names; none when nothing such has come.
    pub unread: Option<Vec<MpesaReceipt>>,
    /// Whether the customer has said that M-PESA sent no SMS.
    pub is_declared_not_charged: bool,
    pub(super) last_query_at_ms: Option<u64>,
    pub(super) late_queries: usize,
    /// Since when M-PESA has to be asked out of turn, in Unix milliseconds.
    pub(super) query_due_at_ms: Option<u64>,
    pub(super) query_errors: u32,
}

/// A callback of success that names another push or another amount.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    /// The receipt that it names.
    pub receipt: Option<MpesaReceipt>,
    /// The amount that it names, if that is another.
    pub amount: Option<PaidAmount>,
    /// Whether what it names goes before a person, if it counts nowhere.
    pub(super) is_for_person: bool,
}

/// Where an attempt stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Nothing has left.
    Reserved,
    /// The request is on its way.
    Leaving {
        /// Past this its answer is lost, in Unix milliseconds.
        deadline_ms: u64,
    },
    /// Daraja took it: the handset asks for the PIN.
    Prompted,
    /// Money moved.
    Succeeded {
        /// When that was heard, in Unix milliseconds.
        at_ms: u64,
    },
    /// M-PESA says that it ended without money. It may still succeed.
    Declined {
        /// The code.
        code: ResultCode,
        /// What it means.
        decline: Decline,
        /// When it was heard, in Unix milliseconds.
        at_ms: u64,
        /// Whether a callback said so; a query may have been wrong.
        is_by_callback: bool,
    },
    /// It never left, or was refused before acceptance.
    NotSent {
        /// Why.
        refusal: Refusal,
        /// When, in Unix milliseconds.
        at_ms: u64,
    },
    /// Nobody knows: an answer lost, a crash, or no verdict in time.
    Unknown {
        /// Whether a day has passed so.
        is_unresolved: bool,
    },
}

impl Attempt {
    /// When another push of the same payment may leave, as far as this attempt is concerned.
    /// `None` while it is alive, of unknown fate, or where trying again cannot help.
    pub(super) fn frees_at_ms(&self) -> Option<u64> {
        if self.unlisted.is_some() {
            return None;
        }
        match &self.stage {
            Stage::Reserved | Stage::Leaving { .. } | Stage::Prompted => None,
            Stage::Unknown { .. } => self.is_declared_not_charged.then_some(0),
            Stage::Succeeded { .. } => Some(0),
            Stage::NotSent { refusal, at_ms } => {
                let waited_at_ms = match refusal.wait_secs {
                    Some(secs) => at_ms + 1000 * u64::from(secs),
                    // Nothing was sent, and the shop may have mended it meanwhile.
                    None => at_ms + rules::SHOP_MENDS_MS,
                };
                // Where only Safaricom's advice says that nothing was sent, a prompt may ring all the same.
                let is_over_at_ms = self.started_at_ms() + rules::PROMPT_MS;
                Some(if refusal.is_proven {
                    waited_at_ms
                } else {
                    waited_at_ms.max(is_over_at_ms)
                })
            }
            Stage::Declined { decline, at_ms, .. } => match decline.wait {
                Wait::Never if decline.reason == Reason::MerchantSetup => {
                    Some(at_ms + rules::SHOP_MENDS_MS)
                }
                Wait::Never => None,
                Wait::Secs(secs) => Some(at_ms + 1000 * u64::from(secs)),
                Wait::PromptIsOver => Some(self.started_at_ms() + rules::PROMPT_MS),
            },
        }
    }

    /// Whether its prompt may still be on the handset.
    pub(super) fn may_prompt_be_alive(&self, now_ms: u64) -> bool {
        let is_younger_than = |age_ms| now_ms < self.started_at_ms() + age_ms;
        match &self.stage {
            Stage::Leaving { .. } | Stage::Prompted => true,
            Stage::Unknown { .. } => is_younger_than(rules::UNKNOWN_AFTER_MS),
            Stage::Declined { decline, .. } => {
                decline.wait == Wait::PromptIsOver && is_younger_than(rules::PROMPT_MS)
            }
            Stage::NotSent { refusal, .. } => {
                !refusal.is_proven && is_younger_than(rules::PROMPT_MS)
            }
            Stage::Reserved | Stage::Succeeded { .. } => false,
        }
    }

    /// Whether it has no verdict yet, and is not given up.
    pub(super) fn is_in_flight(&self) -> bool {
        self.unlisted.is_some()
            || match &self.stage {
                Stage::Reserved | Stage::Leaving { .. } | Stage::Prompted => true,
                Stage::Unknown { is_unresolved } => !is_unresolved && !self.is_declared_not_charged,
                Stage::Succeeded { .. } | Stage::Declined { .. } | Stage::NotSent { .. } => false,
            }
    }

    /// Whether money may still come of it, as far as M-PESA has told us.
    pub(super) fn may_succeed(&self) -> bool {
        self.unlisted.is_some()
            || match &self.stage {
                Stage::Reserved
                | Stage::Leaving { .. }
                | Stage::Prompted
                | Stage::Unknown { .. } => true,
                Stage::Declined { decline, .. } => {
                    decline.is_late_capable && self.late_queries < rules::LATE_QUERIES_MS.len()
                }
                Stage::Succeeded { .. } | Stage::NotSent { .. } => false,
            }
    }

    /// Whether its prompt may ring although it counts as not sent: only Safaricom's advice says so.
    pub(super) fn may_ring(&self, now_ms: u64) -> bool {
        let is_doubtful =
            matches!(&self.stage, Stage::NotSent { refusal, .. } if !refusal.is_proven);
        is_doubtful && now_ms < self.started_at_ms() + rules::PROMPT_MS
    }

    /// When it left; before that, when it was reserved.
    pub(super) fn started_at_ms(&self) -> u64 {
        self.sent_at_ms.unwrap_or(self.reserved_at_ms)
    }

    /// When M-PESA should next be asked, if ever.
    pub(super) fn next_query_at_ms(&self) -> Option<u64> {
        self.checkout_request_id
            .as_ref()
            .filter(|id| !id.is_forgotten())?;
        // After an error the same question is asked again, ever later, until it is given up.
        let pause_ms = rules::QUERY_GAP_MS * (1 + u64::from(self.query_errors) * 4);
        let again_at_ms = self.last_query_at_ms.map_or(0, |last| last + pause_ms);
        if let Some(since_ms) = self.query_due_at_ms {
            return Some(again_at_ms.max(since_ms));
        }
        let late_at_ms = |ended_at_ms: u64| {
            let slot_at_ms = ended_at_ms + rules::LATE_QUERIES_MS.get(self.late_queries)?;
            Some(if self.query_errors > 0 {
                slot_at_ms.max(again_at_ms)
            } else {
                slot_at_ms
            })
        };
        let accepted_at_ms = self.accepted_at_ms.unwrap_or(self.started_at_ms());
        match &self.stage {
            Stage::Prompted
            | Stage::Unknown {
                is_unresolved: false,
            } => Some(match self.last_query_at_ms {
                None => accepted_at_ms + rules::FIRST_QUERY_MS,
                // A quarter of its age: every 12 s at first, hourly in the end.
                Some(last) => {
                    last + ((last.saturating_sub(accepted_at_ms)) / 4)
                        .clamp(rules::QUERY_GAP_MS, rules::QUERY_GAP_MAX_MS)
                }
            }),
            Stage::Declined { decline, at_ms, .. } if decline.is_late_capable => late_at_ms(*at_ms),
            Stage::NotSent { refusal, at_ms } if !refusal.is_proven => late_at_ms(*at_ms),
            Stage::Reserved
            | Stage::Leaving { .. }
            | Stage::Succeeded { .. }
            | Stage::Declined { .. }
            | Stage::NotSent { .. }
            | Stage::Unknown { .. } => None,
        }
    }
}
