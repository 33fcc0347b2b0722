//! The model of a receipt's object: it says whose a receipt is, by the engine's own record, and tells the payments.

use crate::faults::Fault;
use crate::state::receipt::ReceiptShell;
use crate::state::shell::{Shell, TERMS};
use crate::world::{ENV, Item, MINUTE, SEC, World};
use malipo_engine::claims::{MoneyFacts, News, ReceiptRecord, Tell};
use malipo_engine::daraja::{
    C2bConfirmation, Instant, PaidAmount, QueryAnswer, TransactionStatusResult, decode_query_answer,
};
use malipo_engine::payment::{Effect, Event, Finding, Rank};
use malipo_shared::catalogue::{self, Kind};
use malipo_shared::{MpesaReceipt, Msisdn, Payee, Shortcode};

impl World {
    pub(crate) fn receipt(&mut self, number: &MpesaReceipt) -> usize {
        let known = self.receipts.iter().position(|r| r.number == *number);
        known.unwrap_or_else(|| {
            self.receipts.push(ReceiptShell {
                number: number.clone(),
                record: ReceiptRecord::default(),
                is_awake: false,
                failures: 0,
            });
            self.receipts.len() - 1
        })
    }

    pub(crate) fn record_of(&self, number: &MpesaReceipt) -> Option<&ReceiptRecord> {
        self.receipts
            .iter()
            .find(|r| r.number == *number)
            .map(|r| &r.record)
    }

    /// A C2B confirmation comes in: three tries, then the inbox.
    pub(crate) fn hear_confirmation(&mut self, money: usize, is_trusted: bool, tries: u32) {
        if self.strikes(Fault::StorageRefused) {
            let delay_ms = if tries % 3 < 2 { 1_500 } else { 5 * MINUTE };
            let item = Item::Confirmation {
                money,
                is_trusted,
                tries: tries + 1,
            };
            return self.after(delay_ms, item);
        }
        let is_masked = self.strikes(Fault::MaskedPayer);
        let moved = &self.money[money];
        let payer = self.msisdns[moved.phone].as_str();
        let payer = if is_masked {
            String::new()
        } else {
            format!("{} ***** {}", &payer[..4], &payer[9..])
        };
        let time = Instant::from_unix_ms(moved.at_ms);
        let body = format!(
            r#"{{"TransactionType":"Pay Bill","TransID":"{}","TransTime":"{}","TransAmount":"{}.00","BusinessShortCode":"174379","BillRefNumber":"{}","MSISDN":"{payer}"}}"#,
            moved.number,
            time.timestamp(),
            moved.amount,
            moved.bill_ref
        );
        let what = format!(
            "{} KES {} for {:?}, trusted: {is_trusted}",
            moved.number, moved.amount, moved.bill_ref
        );
        self.tell("M-PESA", || format!("confirms {what}"));
        self.show(&body, is_trusted);
        let is_open = self.money[money]
            .names
            .is_some_and(|p| self.payments[p].is_open());
        let is_first = !self.money[money].by_confirmation;
        let moved = &mut self.money[money];
        moved.was_payer_hidden |= is_masked;
        moved.by_confirmation |= is_trusted;
        // What is said again is not offered again: before its payment is opened, it waits as unmatched.
        moved.was_named |= is_trusted && is_open && is_first;
    }

    /// A stranger reports money that never moved. Enforced or not, its address is not Safaricom's.
    pub(crate) fn hear_forged_confirmation(&mut self, number: &str, reference: &str) {
        let kes = *self.dice.pick(&[10, 20, 50]);
        let body = format!(
            r#"{{"TransactionType":"Pay Bill","TransID":"{number}","TransTime":"","TransAmount":"{kes}","BusinessShortCode":"174379","BillRefNumber":"{reference}","MSISDN":""}}"#
        );
        self.show(&body, false);
    }

    fn show(&mut self, body: &str, is_trusted: bool) {
        let Ok(told) = C2bConfirmation::decode(body.as_bytes()) else {
            return self.fail(2, || format!("a confirmation was not read: {body}"));
        };
        if !matches!(told.amount, PaidAmount::Whole(_)) {
            return self.fail(6, || format!("an amount was not read: {body}"));
        }
        let r = self.receipt(&told.receipt);
        let facts = MoneyFacts::of_confirmation(&told, is_trusted);
        self.receipts[r].record.show(&self.link, facts);
        self.wake_receipt(r, 10);
    }

    /// M-PESA answers a question about a receipt: how much moved, when and from whom, but no account number.
    pub(crate) fn hear_status(&mut self, r: usize) {
        let number = self.receipts[r].number.clone();
        let Some(moved) = self.money.iter().find(|m| m.number == number) else {
            return;
        };
        let body = format!(
            r#"{{"Result":{{"ResultCode":0,"ResultParameters":{{"ResultParameter":[{{"Key":"ReceiptNo","Value":"{number}"}},{{"Key":"Amount","Value":{}}},{{"Key":"TransactionStatus","Value":"Completed"}},{{"Key":"FinalisedTime","Value":{}}},{{"Key":"DebitPartyName","Value":"{} - A PAYER"}},{{"Key":"CreditPartyName","Value":"174379 - A SHOP"}}]}}}}}}"#,
            moved.amount,
            Instant::from_unix_ms(moved.at_ms).timestamp(),
            self.msisdns[moved.phone].as_str(),
        );
        let payee = Payee::PayBill {
            shortcode: Shortcode::parse("174379").unwrap(),
        };
        let result = TransactionStatusResult::decode(body.as_bytes()).ok();
        let Some(facts) = result.and_then(|told| MoneyFacts::of_status(told, &payee, &number))
        else {
            return self.fail(2, || format!("an answer was not read: {body}"));
        };
        self.note(Fault::Asked);
        self.tell("M-PESA", || format!("knows {number}"));
        self.receipts[r].record.show(&self.link, facts);
        self.wake_receipt(r, 10);
    }

    pub(crate) fn wake_receipt(&mut self, r: usize, delay_ms: u64) {
        let shell = &mut self.receipts[r];
        if shell.record.has_work() && !shell.is_awake {
            shell.is_awake = true;
            self.after(delay_ms, Item::ReceiptRings { r });
        }
    }

    /// Tells what is left to be told; asks again until it is heard.
    pub(crate) fn ring_receipt(&mut self, r: usize) {
        let shell = &mut self.receipts[r];
        shell.is_awake = false;
        shell.record.is_unlisted = false;
        if shell.record.seeks_name().is_some() {
            shell.record.looked_enough(); // no order here has a name of its own
        }
        for tell in shell.record.to_tell(ENV) {
            let is_there = |p: &Shell| p.address == tell.address && p.is_open();
            let Some(p) = self.payments.iter().position(is_there) else {
                self.receipts[r].record.heard(&tell);
                continue;
            };
            if self.strikes(Fault::MessageLost) {
                continue;
            }
            let delay_ms = if self.strikes(Fault::MessageLate) {
                self.dice.between(SEC, 30 * SEC)
            } else {
                self.dice.between(5, 200)
            };
            let acks = !self.strikes(Fault::AckLost);
            self.after(delay_ms, Item::Told { r, p, tell, acks });
        }
        let failures = self.receipts[r].failures;
        self.receipts[r].failures += 1;
        self.wake_receipt(r, ((5 * SEC) << failures.min(7)).min(10 * MINUTE));
    }

    /// A payment hears from a receipt's object.
    pub(crate) fn be_told(&mut self, r: usize, p: usize, tell: &Tell, acks: bool) {
        if !self.begin(p) {
            return;
        }
        let receipt = self.receipts[r].number.clone();
        let event = match &tell.what {
            News::Offered(facts) => Event::ReceiptSeen {
                receipt,
                amount_kes: facts.amount.whole_kes().unwrap(),
                paid_at_ms: facts.paid_at_ms,
                rank: Rank::Reference,
                is_trusted: facts.is_trusted,
                said: None,
            },
            News::Taken => Event::ReceiptTaken { receipt },
            News::Shown => Event::ReceiptTyped { receipt },
        };
        self.record(p, event);
        if acks {
            self.receipts[r].record.heard(tell);
        }
        self.commit(p);
    }

    /// Something that is due is carried out, at its other end.
    pub(crate) fn work(&mut self, p: usize, life: u32, effect: Effect) {
        let lost_ms = self.dice.between(SEC, MINUTE);
        let (event, wait_ms) = match &effect {
            Effect::ClaimReceipt {
                receipt,
                rank,
                releases,
            } => {
                if self.is_away() || self.strikes(Fault::StorageRefused) {
                    (None, 0)
                } else {
                    let event = self.claim(p, receipt, *rank, *releases);
                    let is_lost = self.strikes(Fault::AckLost);
                    (Some(event).filter(|_| !is_lost), 0)
                }
            }
            Effect::ReleaseReceipt { receipt, releases } => {
                if self.is_away() || self.strikes(Fault::StorageRefused) {
                    (None, 0)
                } else {
                    let event = self.release(p, receipt, *releases);
                    let is_lost = self.strikes(Fault::AckLost);
                    (Some(event).filter(|_| !is_lost), 0)
                }
            }
            Effect::ListReceipt {
                receipt,
                amount_kes,
                paid_at_ms,
            } => {
                let is_lost = self.is_away();
                let event = self.list(p, receipt, *amount_kes, *paid_at_ms);
                (Some(event).filter(|_| !is_lost), 0)
            }
            Effect::VerifyReceipt { receipt } => {
                let is_lost = self.is_away();
                let event = self.look_up(p, receipt);
                (Some(event).filter(|_| !is_lost), 0)
            }
            Effect::Deliver { .. } if self.strikes(Fault::HookUnsent) => (None, 0),
            Effect::Deliver { sequence } => (Some(self.deliver(p, *sequence)), 0),
            Effect::Query {
                attempt,
                checkout_request_id,
                ..
            } => {
                if self.strikes(Fault::QueryWaits) {
                    (None, lost_ms)
                } else {
                    let (status, body) = self.query_body(checkout_request_id.as_str());
                    let answer = decode_query_answer(status, body.as_bytes(), checkout_request_id);
                    let attempt = *attempt;
                    (Some(Event::QueryAnswered { attempt, answer }), 0)
                }
            }
            Effect::SendPush { .. }
            | Effect::SendRefund { .. }
            | Effect::AskRefund { .. }
            | Effect::FreeHandset { .. }
            | Effect::Alert(_) => (None, 0),
        };
        let wait_ms = if event.is_some() { 0 } else { wait_ms };
        let delay_ms = if self.strikes(Fault::MessageLate) {
            self.dice.between(100, 4 * SEC)
        } else {
            self.dice.between(5, 300)
        };
        let item = Item::Done {
            p,
            life,
            effect,
            event,
            wait_ms,
        };
        self.after(delay_ms, item);
    }

    /// Who has paid what was found, by the numbers that the payment knows as it is written down.
    pub(crate) fn compare_payer(&self, p: usize, event: &mut Event) {
        let Event::ReceiptLookedUp {
            receipt,
            finding:
                Finding::Unmatched {
                    is_payer_other,
                    is_payer_pushed,
                    ..
                },
            ..
        } = event
        else {
            return;
        };
        let shell = &self.payments[p];
        let msisdn = |phone: usize| self.msisdns[phone].clone();
        let phones: Vec<Msisdn> = shell.phones.iter().map(|p| msisdn(*p)).collect();
        let pushed = shell.payment.pushed_phones();
        let pushed: Vec<Msisdn> = pushed
            .map(|slot| msisdn(shell.phones[usize::from(slot) - 1]))
            .collect();
        let record = self.record_of(receipt);
        let facts = record.and_then(|record| record.facts.as_ref());
        *is_payer_other = facts.is_some_and(|facts| facts.is_payer_other(&phones));
        *is_payer_pushed = facts.is_some_and(|facts| facts.is_payer_among(&pushed));
    }

    /// What a recorded answer to a query truly tells our side.
    pub(crate) fn learn_query(&mut self, p: usize, effect: &Effect, event: &Event) {
        let (
            Effect::Query {
                checkout_request_id,
                ..
            },
            Event::QueryAnswered { attempt, answer },
        ) = (effect, event)
        else {
            return;
        };
        let push = self.pushes.iter().position(|q| {
            q.p == p && q.attempt == *attempt && q.id == checkout_request_id.as_str()
        });
        let (Some(push), QueryAnswer::Verdict { code, .. }) = (push, answer) else {
            return;
        };
        if code.as_str() == "0" {
            self.pushes[push].is_verdict_told = true;
            if let Some(money) = self.pushes[push].money {
                self.money[money].by_verdict = true;
            }
        } else if matches!(
            catalogue::stk(code).map(|row| row.kind),
            Some(Kind::Declined(_))
        ) {
            self.pushes[push].is_verdict_told = true;
        }
    }

    /// Whether anything of a payment is due or will be.
    pub(crate) fn has_work(&self, p: usize) -> bool {
        self.payments[p]
            .payment
            .next_wake_ms(TERMS, self.ours_ms())
            .is_some()
    }
}
