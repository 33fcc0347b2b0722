//! People: customers who pay as the widget lets them, by the prompt or by hand, and the shop's server, which creates, refunds and forgets.

use super::town::{Paying, World};
use super::truth::ShopOrder;
use malipo_engine::master_key::signed_reference;
use malipo_shared::LinkId;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::http::Method;
use malipo_shell::platform::rows::Key;
use serde_json::{Value, json};
use std::rc::Rc;

/// The kind of a payment's rows that holds numbers.
const PHONES: u8 = 2;
/// Pushes that a customer asks for, at most.
const PUSHES_MAX: u32 = 8;

impl World {
    /// Whether another push may be asked for now.
    fn may_push(&self, paying: &Paying) -> bool {
        let at_ms = paying.view["retry_at_ms"].as_u64();
        let now_ms = self.cloud.run.now_ms();
        ["declined", "ready"].contains(&paying.state()) && at_ms.is_none_or(|at_ms| at_ms <= now_ms)
    }

    /// A customer who wants to pay, however often it takes; the payment as they last saw it.
    pub(crate) async fn pays(self: &Rc<Self>, item: &str, phone: &str) -> Paying {
        let mut paying = self.opens(item, phone).await;
        self.goes_on(&mut paying).await;
        paying
    }

    /// The same, of a payment that is open.
    pub(crate) async fn goes_on(self: &Rc<Self>, paying: &mut Paying) {
        let ends = ["paid", "unresolved", "closed"];
        for _ in 0..PUSHES_MAX {
            let waits = |paying: &Paying| ends.contains(&paying.state()) || self.may_push(paying);
            if !self.watches(paying, waits).await || ends.contains(&paying.state()) {
                return;
            }
            self.presses_again(paying).await;
            self.pass(3_000).await;
        }
    }

    /// A customer types the number of M-PESA's message; whether it was taken.
    pub(crate) async fn types(self: &Rc<Self>, paying: &Paying, number: &str) -> bool {
        let said = (number.to_owned(), paying.name());
        self.mpesa.truth.borrow_mut().typed.insert(said);
        let path = format!("/v1/payments/{}/receipts", paying.id());
        let body = json!({"receipt": number});
        let answered = self.insist(Method::Post, &path, &[], &body).await;
        answered.status == 200
    }

    /// A customer asks for another push, whatever the page says.
    pub(crate) async fn presses_again(self: &Rc<Self>, paying: &mut Paying) {
        let body = json!({"key": self.key()});
        self.asks_push(paying, &body).await;
    }

    /// A customer asks for a push to another number.
    pub(crate) async fn asks_push_to(self: &Rc<Self>, paying: &mut Paying, phone: &str) {
        let body = json!({"key": self.key(), "phone": phone});
        self.asks_push(paying, &body).await;
    }

    async fn asks_push(self: &Rc<Self>, paying: &mut Paying, body: &Value) {
        let path = format!("/v1/payments/{}/attempts?wait=3", paying.id());
        let answered = self.insist(Method::Post, &path, &[], body).await;
        if answered.status == 200 {
            paying.view = serde_json::from_str(&answered.text).unwrap();
        }
    }

    /// A customer says that nothing was taken, and asks for another push.
    pub(crate) async fn says_not_charged(self: &Rc<Self>, paying: &mut Paying) {
        let name = paying.name();
        for push in &mut self.mpesa.truth.borrow_mut().pushes {
            push.is_declared |= push.payment == name;
        }
        let body = json!({"key": self.key(), "not_charged": true});
        self.asks_push(paying, &body).await;
    }

    /// The shop asks for money to go back; the refund.
    pub(crate) async fn refunds(self: &Rc<Self>, paying: &Paying, body: &Value) -> (u16, Value) {
        self.refunds_by(&self.key(), paying, body).await
    }

    /// The same under this key.
    pub(crate) async fn refunds_by(
        self: &Rc<Self>,
        key: &str,
        paying: &Paying,
        body: &Value,
    ) -> (u16, Value) {
        let asked = key.to_owned();
        self.mpesa.truth.borrow_mut().refund_keys.insert(asked);
        let path = format!("payments/{}/refunds", paying.reference());
        self.shop(Method::Post, &path, &[("Idempotency-Key", key)], body)
            .await
    }

    /// A person gives a receipt to a payment of which they see so much as due.
    pub(crate) async fn assigns(self: &Rc<Self>, paying: &Paying, number: &str, expect_kes: u64) {
        let said = (number.to_owned(), paying.name());
        self.mpesa.truth.borrow_mut().assigned.insert(said);
        let claim = json!({"account_reference": paying.reference(), "expect_kes": expect_kes});
        let path = format!("receipts/{number}/claim");
        self.shop(Method::Post, &path, &[], &claim).await;
    }

    /// The person takes that back.
    pub(crate) async fn takes_back(self: &Rc<Self>, paying: &Paying, number: &str) {
        let body = json!({"account_reference": paying.reference()});
        let path = format!("receipts/{number}/unclaim");
        self.shop(Method::Post, &path, &[], &body).await;
    }

    /// The order that the shop has last made for a payment; none for one of the price list.
    pub(crate) fn order_of(&self, paying: &Paying) -> Option<ShopOrder> {
        let link = LinkId::parse("main").unwrap();
        let reference = paying.reference();
        let names = |order: &&ShopOrder| {
            let account = signed_reference(&link, &order.reference);
            account.is_some_and(|account| account.as_str() == reference)
        };
        let truth = self.mpesa.truth.borrow();
        truth.orders.iter().rfind(names).cloned()
    }

    /// The payment as its shop sees it.
    pub(crate) async fn shown(self: &Rc<Self>, paying: &Paying) -> Value {
        let path = format!("payments/{}", paying.reference());
        self.shop(Method::Get, &path, &[], &Value::Null).await.1["payment"].clone()
    }

    /// Waits until the shop sees it so.
    pub(crate) async fn until_shown(
        self: &Rc<Self>,
        paying: &Paying,
        what: &str,
        is_so: impl Fn(&Value) -> bool,
    ) {
        for wait_ms in [
            1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 7_200_000, 86_400_000,
        ] {
            self.pass(wait_ms).await;
            if self.is_broken() || is_so(&self.shown(paying).await) {
                return;
            }
        }
        if self.cloud.fate.is_calm() {
            let shown = self.shown(paying).await;
            self.says_wrong(format!("never {what}: {shown}"));
        }
    }

    /// The last number in M-PESA's ledger.
    pub(crate) fn last_number(&self) -> Option<String> {
        let truth = self.mpesa.truth.borrow();
        truth.money.last().map(|money| money.number.clone())
    }

    /// Waits until a paid payment shows its receipt, for a while; whether it does.
    pub(crate) async fn watch_receipt(self: &Rc<Self>, paying: &Paying) -> bool {
        for _ in 0..20 {
            if self.is_broken() || self.shown(paying).await["receipts"][0]["receipt"].is_string() {
                return true;
            }
            self.pass(5_000).await;
        }
        false
    }

    /// Whether a payment's object still holds a number.
    pub(crate) fn remembers(&self, paying: &Paying) -> bool {
        let address = format!("production:main:{}", paying.reference());
        let place = self.cloud.place_of(Class::Payment, &address);
        let (first, last) = Key::span(PHONES, PHONES);
        self.cloud.at(place, |at| {
            let mut numbers = at.durable.rows.range(first..=last);
            let is_opened_only = at.durable.rows.keys().all(|key| key.kind != PHONES);
            numbers.any(|(_, sealed)| !sealed.is_empty())
                || (is_opened_only && !at.durable.rows.is_empty())
        })
    }
}
