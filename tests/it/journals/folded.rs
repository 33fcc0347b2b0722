//! What a journal folds to, as JSON: what the shop and the customer are told of it, and what is to be done.

use malipo_engine::payment::{Delivery, Effect, Payment, Receipt, Recorded, Showing, Terms};
use malipo_shared::PaymentId;
use serde_json::{Value, json};

pub(super) const TERMS: Terms = Terms { has_webhook: true };

pub(super) struct Folded(Payment);

impl Folded {
    pub(super) fn of(journal: &[Recorded]) -> Folded {
        Folded(Payment::fold(journal))
    }

    /// What counts, what is owed, and what the shop was told until here.
    pub(super) fn brief(&self) -> Value {
        let payment = &self.0;
        let messages: Vec<_> = payment
            .deliveries()
            .iter()
            .map(|d| d.kind.as_str())
            .collect();
        json!([
            payment.due_kes(),
            payment.received_kes(),
            payment.refunded_kes(),
            payment.is_paid(),
            messages
        ])
    }

    /// All of it.
    pub(super) fn whole(&self, now_ms: u64) -> Value {
        let payment = &self.0;
        let id = PaymentId::parse("pay_main_m01_x").unwrap();
        let phones: Vec<String> = ["0700 ••• 123", "0711 ••• 456", "0112 ••• 789"]
            .map(str::to_owned)
            .into();
        let showing = Showing {
            id: &id,
            name: "Duka",
            shop_contact: "0700",
            livemode: false,
            notices_payment_by_hand: true,
            phones_masked: &phones,
        };
        let mut facts = serde_json::to_value(payment.facts(false, &phones, now_ms)).unwrap();
        // How a person is asked to look may be said better; that they are asked, and how often, stays.
        if let Some(review) = facts.get_mut("review") {
            *review = json!(review.as_array().map_or(0, Vec::len));
        }
        let facts_of = payment.deliveries().iter().map(Delivery::facts);
        let due = payment.due(TERMS, now_ms);
        json!({
            "view": serde_json::to_value(payment.view(&showing, now_ms)).unwrap(),
            "facts": facts,
            "is_disputed": payment.is_disputed(),
            "excess_kes": payment.excess_kes(),
            "paid_at_ms": payment.paid_at_ms(),
            "closed_at_ms": payment.closed_at_ms(),
            "receipts": payment.receipts().iter().map(receipt).collect::<Vec<_>>(),
            "typed": payment.typed().iter().map(|t| json!([t.receipt.as_str(), payment.typed_status(t)])).collect::<Vec<_>>(),
            "messages": facts_of.map(|d| json!([d.sequence, d.r#type, d.at_ms, d.tries, d.standing, d.next_at_ms])).collect::<Vec<_>>(),
            "due": due.iter().map(effect).collect::<Vec<_>>(),
            "next_wake_ms": payment.next_wake_ms(TERMS, now_ms),
        })
    }
}

fn receipt(receipt: &Receipt) -> Value {
    json!([
        receipt.number.as_ref().map(ToString::to_string),
        receipt.amount_kes,
        receipt.attempt,
        receipt.paid_at_ms,
        receipt.rank,
        receipt.counts(),
        receipt.is_backed,
        receipt.wants_claim(),
        format!("{:?}", receipt.standing),
    ])
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::SendPush { attempt } => format!("push {attempt}"),
        Effect::SendRefund { refund } => format!("refund {refund}"),
        Effect::AskRefund { refund, .. } => format!("ask about refund {refund}"),
        Effect::FreeHandset { attempt } => format!("free {attempt}"),
        Effect::Query { attempt, .. } => format!("query {attempt}"),
        Effect::ClaimReceipt { receipt, rank, .. } => format!("claim {receipt} {rank:?}"),
        Effect::ReleaseReceipt { receipt, .. } => format!("release {receipt}"),
        Effect::ListReceipt { receipt, .. } => format!("list {receipt}"),
        Effect::VerifyReceipt { receipt } => format!("verify {receipt}"),
        Effect::Deliver { sequence } => format!("deliver {sequence}"),
        Effect::Alert(_) => "alert".to_owned(),
    }
}
