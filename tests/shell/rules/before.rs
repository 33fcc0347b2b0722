//! `Before`: a payment as it was when something of it became durable the last time.

use malipo_engine::payment::Payment;

/// What a payment was at its last durable write.
#[derive(Default)]
pub(super) struct Before {
    pub(super) is_paid: bool,
    pub(super) due_kes: u32,
    pub(super) issued_at_ms: u64,
    /// When the shop closed it before its time.
    pub(super) closed_at_ms: Option<u64>,
    pub(super) has_money: bool,
    /// What it has told its shop, by sequence.
    pub(super) told: Vec<String>,
}

impl Before {
    pub(super) fn of(payment: &Payment) -> Before {
        let opened = payment.opened();
        let by_server = opened.and_then(|opened| opened.order.origin.by_server());
        let is_early = |at_ms: &u64| opened.is_some_and(|opened| *at_ms < opened.expires_at_ms);
        Before {
            is_paid: payment.is_paid(),
            due_kes: payment.due_kes(),
            issued_at_ms: by_server.map_or(0, |(_, at_ms)| at_ms),
            closed_at_ms: payment.closed_at_ms().filter(is_early),
            has_money: !payment.receipts().is_empty(),
            told: told(payment),
        }
    }
}

pub(super) fn told(payment: &Payment) -> Vec<String> {
    let deliveries = payment.deliveries().iter();
    deliveries
        .map(|delivery| format!("{} {:?}", delivery.sequence, delivery.kind))
        .collect()
}
