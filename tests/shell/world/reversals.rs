//! Reversals and questions by Transaction Status: M-PESA takes them, and tells later what came of them, at the address that it was given.

use super::mpesa::{Mpesa, answer};
use super::truth::{Money, Reversal};
use crate::host::outside::Answering;
use malipo_engine::daraja::Instant;
use serde_json::{Value, json};
use std::rc::Rc;

/// How long a reversal takes, and how long one that waited in the queue until it was told to be too long.
const REVERSED_MS: u64 = 3_000;
const WAITED_MS: u64 = 90_000;

impl Mpesa {
    /// A reversal reaches M-PESA.
    pub(super) fn takes_reversal(self: &Rc<Self>, body: &Value, answering: Answering) {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (receipt, amount): (String, u32) =
            (text("TransactionID"), text("Amount").parse().unwrap());
        let (n, breaks, waits) = {
            let mut truth = self.truth.borrow_mut();
            let result_url = text("ResultURL");
            let of_receipt = truth.reversals.iter().filter(|r| r.receipt == receipt);
            let under_way: u32 = of_receipt
                .filter(|r| r.is_done || !r.is_failure_told)
                .map(|r| r.amount)
                .sum();
            let money = truth.money.iter().find(|money| money.number == receipt);
            let paid_kes = money.map_or(0, |money| money.amount);
            let is_twice = truth.reversals.iter().any(|r| r.result_url == result_url)
                || truth.reversals.len() >= truth.refund_keys.len();
            if is_twice {
                truth.fail(5, format!("a reversal of {receipt} reached M-PESA twice"));
            } else if under_way + amount > paid_kes {
                let what = format!(
                    "KES {amount} of {receipt} are to go back, of KES {paid_kes} of which KES {under_way} are on their way"
                );
                truth.fail(6, what);
            }
            let n = truth.reversals.len();
            truth.reversals.push(Reversal {
                receipt: receipt.clone(),
                amount,
                result_url,
                timeout_url: text("QueueTimeOutURL"),
                conversation: format!("conv-{n}"),
                is_done: false,
                is_failure_told: false,
            });
            let mut is_next = |left: fn(&mut super::truth::Truth) -> &mut u32| {
                let left = left(&mut truth);
                let is_so = *left > 0;
                *left = left.saturating_sub(1);
                is_so
            };
            (
                n,
                is_next(|truth| &mut truth.reversals_break),
                is_next(|truth| &mut truth.reversals_wait),
            )
        };
        self.tell(|| format!("reversal {n} of {receipt}: KES {amount}"));
        if waits {
            self.after(WAITED_MS / 2, move |me| me.says_it_waited(n));
        }
        let ms = if waits { WAITED_MS } else { REVERSED_MS };
        self.after(ms, move |me| me.gives_back(n));
        if !breaks {
            let said = json!({"OriginatorConversationID": format!("conv-{n}"), "ConversationID": format!("AG_{n}"), "ResponseCode": "0", "ResponseDescription": "ok"});
            self.after(200, move |_| answering.say(answer(200, said.to_string())));
        }
    }

    /// It waits too long in a queue, and goes on.
    fn says_it_waited(self: &Rc<Self>, n: usize) {
        let url = self.truth.borrow().reversals[n].timeout_url.clone();
        let body =
            json!({"Result": {"ResultType": 1, "ResultCode": 1, "ResultDesc": "Queue timeout"}});
        self.posts(url, body.to_string(), |_| ());
    }

    /// Money goes back, as far as there is any.
    fn gives_back(self: &Rc<Self>, n: usize) {
        let (url, body, is_lost, is_good) = {
            let mut truth = self.truth.borrow_mut();
            let (receipt, amount, url) = {
                let of = &truth.reversals[n];
                (of.receipt.clone(), of.amount, of.result_url.clone())
            };
            let money = truth.money.iter_mut().find(|money| money.number == receipt);
            let is_good = money.is_some_and(|money| {
                let fits = money.reversed_kes + amount <= money.amount;
                money.reversed_kes += if fits { amount } else { 0 };
                fits
            });
            truth.reversals[n].is_done = is_good;
            let is_lost = truth.results_lost > 0;
            truth.results_lost = truth.results_lost.saturating_sub(1);
            (url, result(n, &receipt, amount, is_good), is_lost, is_good)
        };
        if !is_lost {
            self.after(500, move |me| {
                me.truth.borrow_mut().reversals[n].is_failure_told = !is_good;
                me.posts(url, body.to_string(), |_| ());
            });
        }
    }

    /// A question by Transaction Status: of a receipt, or of a reversal.
    pub(super) fn takes_question(self: &Rc<Self>, body: &Value, answering: Answering) {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let said =
            json!({"OriginatorConversationID": "q", "ConversationID": "AG_q", "ResponseCode": "0"});
        self.after(150, move |_| answering.say(answer(200, said.to_string())));
        let told = {
            let truth = self.truth.borrow();
            let conversation = text("OriginalConversationID");
            let number = text("TransactionID");
            let mut reversals = truth.reversals.iter();
            let reversal = reversals.position(|r| r.conversation == conversation);
            let money = truth.money.iter().find(|money| money.number == number);
            match (reversal, money) {
                (Some(n), _) if truth.reversals[n].is_done => {
                    reversal_status(n, &truth.reversals[n])
                }
                (_, Some(money)) => status(money),
                (_, None) => unknown(),
            }
        };
        let url = text("ResultURL");
        self.after(1_200, move |me| me.posts(url, told.to_string(), |_| ()));
    }
}

pub(super) fn result(n: usize, receipt: &str, amount: u32, is_good: bool) -> Value {
    let code = if is_good { json!(0) } else { json!("R000001") };
    json!({"Result": {"ResultType": 0, "ResultCode": code, "ResultDesc": "x", "OriginatorConversationID": format!("conv-{n}"),
        "ConversationID": format!("AG_{n}"), "TransactionID": format!("R{n:09}"), "ResultParameters": {"ResultParameter": [
        {"Key": "Amount", "Value": amount}, {"Key": "OriginalTransactionID", "Value": receipt}]}}})
}

fn status(money: &Money) -> Value {
    let at = Instant::from_unix_ms(money.at_ms);
    json!({"Result": {"ResultType": 0, "ResultCode": 0, "ResultDesc": "ok", "OriginatorConversationID": "q", "ConversationID": "AG_q",
        "TransactionID": "Q000000000", "ResultParameters": {"ResultParameter": [
        {"Key": "DebitPartyName", "Value": format!("{} - A NAME", money.phone)}, {"Key": "CreditPartyName", "Value": "174379 - THE SHOP"},
        {"Key": "Amount", "Value": money.amount}, {"Key": "ReceiptNo", "Value": money.number}, {"Key": "TransactionStatus", "Value": "Completed"},
        {"Key": "FinalisedTime", "Value": at.timestamp()}]}}})
}

fn reversal_status(n: usize, of: &Reversal) -> Value {
    json!({"Result": {"ResultType": 0, "ResultCode": 0, "ResultDesc": "ok", "OriginatorConversationID": of.conversation, "ConversationID": format!("AG_{n}"),
        "TransactionID": "Q000000000", "ResultParameters": {"ResultParameter": [{"Key": "ReceiptNo", "Value": format!("R{n:09}")},
        {"Key": "Amount", "Value": of.amount}, {"Key": "TransactionStatus", "Value": "Completed"}, {"Key": "DebitPartyName", "Value": "174379 - THE SHOP"}]}}})
}

fn unknown() -> Value {
    json!({"Result": {"ResultType": 0, "ResultCode": 2032, "ResultDesc": "The transaction receipt number does not exist.", "OriginatorConversationID": "q",
        "ConversationID": "AG_q", "TransactionID": "Q000000000"}})
}
