//! Claiming the receipts that were reported for this payment, and looking up those that were typed.

use super::inner::Inner;
use crate::calls;
use crate::calls::receipt::Looked;
use crate::config::Config;
use crate::platform::error::Result;
use crate::platform::log;
use malipo_engine::claims::{Claimed, MoneyFacts};
use malipo_engine::master_key::Address;
use malipo_engine::payment::{Effect, Event, Finding, Rank};
use malipo_shared::MpesaReceipt;
use std::rc::Rc;

impl Inner {
    /// Carries a claim or a look-up out: what is due after it; none when it could not be asked.
    #[allow(clippy::wildcard_enum_match_arm)] // the others have lanes of their own
    pub(super) async fn claim(
        self: &Rc<Self>,
        config: &Config,
        effect: Effect,
    ) -> Result<Option<Vec<Effect>>> {
        match effect {
            Effect::ClaimReceipt {
                receipt,
                rank,
                releases,
            } => self.ask_owner(config, receipt, rank, releases).await,
            Effect::ReleaseReceipt { receipt, releases } => {
                self.give_up(config, receipt, releases).await
            }
            Effect::VerifyReceipt { receipt } => self.look_up(config, receipt).await,
            Effect::ListReceipt {
                receipt,
                amount_kes,
                paid_at_ms,
            } => self.list(config, receipt, amount_kes, paid_at_ms).await,
            _ => Ok(None),
        }
    }

    async fn ask_owner(
        self: &Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
        rank: Rank,
        releases: u32,
    ) -> Result<Option<Vec<Effect>>> {
        let address = self.called();
        let claimed =
            calls::receipt::claim(&self.env, config, &receipt, &address, rank, releases).await;
        let event = match claimed {
            Ok(Claimed::Granted { is_contested }) => Event::ReceiptGranted {
                receipt,
                rank,
                is_contested,
            },
            Ok(Claimed::Denied) => Event::ReceiptDenied {
                receipt,
                rank: Some(rank),
            },
            Err(why) => {
                log::receipt_unreached(self.env.as_ref(), &address, &receipt, &why);
                return Ok(None);
            }
        };
        self.turn_of_lane(config, |turn| turn.record(event))
            .map(Some)
    }

    /// Shows a receipt that is set aside to the shop's people: only a callback has told of it.
    async fn list(
        self: &Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
        amount_kes: u32,
        paid_at_ms: Option<u64>,
    ) -> Result<Option<Vec<Effect>>> {
        let address = self.called();
        let Some(Address { reference, .. }) = Address::parse(&address) else {
            return Ok(None);
        };
        let facts = MoneyFacts::of_callback(amount_kes, paid_at_ms, &reference);
        let asked = calls::receipt::set_aside(&self.env, config, &receipt, &address, facts).await;
        if let Err(why) = asked {
            log::receipt_unreached(self.env.as_ref(), &address, &receipt, &why);
            return Ok(None);
        }
        let event = Event::ReceiptListed { receipt };
        self.turn_of_lane(config, |turn| turn.record(event))
            .map(Some)
    }

    /// Has the receipt's object know that a person has taken it back.
    async fn give_up(
        self: &Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
        releases: u32,
    ) -> Result<Option<Vec<Effect>>> {
        let address = self.called();
        match calls::receipt::release(&self.env, config, &receipt, &address, releases).await {
            Ok(()) => {
                let event = Event::ReceiptFreed { receipt };
                self.turn_of_lane(config, |turn| turn.record(event))
                    .map(Some)
            }
            Err(why) => {
                log::receipt_unreached(self.env.as_ref(), &address, &receipt, &why);
                Ok(None)
            }
        }
    }

    async fn look_up(
        self: &Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
    ) -> Result<Option<Vec<Effect>>> {
        let address = self.called();
        let looked = match calls::receipt::look_up(&self.env, config, &receipt, &address).await {
            Ok(looked) => looked,
            Err(why) => {
                log::receipt_unreached(self.env.as_ref(), &address, &receipt, &why);
                return Ok(None);
            }
        };
        let may_be_shown = config.c2b.is_registered || config.c2b.initiator.is_some();
        let auto_claim_max_kes = config.c2b.auto_claim_max_kes;
        let due = self.turn_of_lane(config, |turn| {
            let finding = match &looked {
                Looked::Unmatched(MoneyFacts { amount, .. }) if amount.kes().is_none() => {
                    Finding::Unknown { may_be_shown }
                }
                Looked::Unmatched(facts) => {
                    let phones = turn.phones()?;
                    let of = |slot: u8| phones.get(usize::from(slot).checked_sub(1)?)?.clone();
                    let pushed: Vec<_> = turn.payment.pushed_phones().filter_map(of).collect();
                    let phones: Vec<_> = phones.into_iter().flatten().collect();
                    Finding::Unmatched {
                        amount_kes: facts.amount.kes().unwrap_or_default(),
                        paid_at_ms: facts.paid_at_ms,
                        is_payer_other: facts.is_payer_other(&phones),
                        is_payer_pushed: facts.is_payer_among(&pushed),
                    }
                }
                Looked::Owned(_) => Finding::Elsewhere { may_be_shown },
                Looked::Unknown => Finding::Unknown { may_be_shown },
            };
            turn.record(Event::ReceiptLookedUp {
                receipt,
                finding,
                auto_claim_max_kes,
            })
        })?;
        Ok(Some(due))
    }
}
