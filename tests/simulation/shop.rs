//! The shop: its prices and signatures, and what its server hears.

use crate::faults::Fault;
use crate::state::push::Push;
pub(crate) use crate::state::shop::{Priced, Pricing};
use crate::world::{ENV, HOUR, MINUTE, SEC, World};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use malipo_engine::order::{Item as Goods, OpenAmount, Order, PriceList};
use malipo_engine::payment::{Ask, Event, Hearing};
use malipo_engine::signed_order::{Audience, OrderSecrets, SignedOrder};
use malipo_engine::webhook::Kind;
use malipo_shared::api::{OpenPayment, Written};
use malipo_shared::{IdempotencyKey, ItemId, Kes};
use serde_json::json;

const SECRET: &str = "an-order-secret-of-more-than-32-bytes";
const PRICES: &[u32] = &[10, 20, 20, 50];
/// What the price list says of tea.
pub(crate) const TEA_KES: u32 = 20;

fn goods(id: &str, kes: u32) -> Goods {
    Goods {
        id: ItemId::parse(id).unwrap(),
        amount_kes: Kes::new(u64::from(kes)).unwrap(),
        description: "Tea".to_owned(),
    }
}

fn price_list() -> PriceList {
    PriceList {
        items: vec![goods("tea", TEA_KES), goods("sugar", 10)],
        open_amount: Some(OpenAmount {
            min_kes: Kes::new(10).unwrap(),
            max_kes: Kes::new(50).unwrap(),
        }),
        open_description: "Donation".to_owned(),
    }
}

impl World {
    /// The shop's server signs an order; a stranger does it with a secret of its own.
    fn sign(
        &mut self,
        reference: &str,
        kes: u32,
        issued_at_ms: u64,
        open_ms: u64,
        secret: &str,
    ) -> Option<SignedOrder> {
        let issued_secs = issued_at_ms / 1000;
        let claims = json!({"aud": format!("malipo:{ENV}:{}", self.link), "iat": issued_secs, "exp": issued_secs + open_ms / 1000,
            "amount": kes, "reference": reference, "description": "Tea"});
        let key = EncodingKey::from_secret(secret.as_bytes());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
        let secrets = OrderSecrets::parse(SECRET, None).unwrap();
        let audience = Audience {
            env: ENV,
            link: &self.link,
        };
        SignedOrder::verify(&token, &secrets, &audience, self.ours_ms()).ok()
    }

    /// What the page shows of a payment that is not open yet: the order, and until when it may be paid.
    pub(crate) fn order(&mut self, p: usize) -> Option<(Order, u64)> {
        let now_ms = self.now_ms / 1000 * 1000;
        match self.payments[p].priced.by.clone() {
            Pricing::Signed { reference } => {
                let kes = *self.dice.pick(PRICES);
                let open_ms = *self.dice.pick(&[10 * MINUTE, HOUR, 30 * HOUR]);
                let signed = self.sign(&reference, kes, now_ms, open_ms, SECRET)?;
                let priced = &mut self.payments[p].priced;
                (priced.due_kes, priced.issued_at_ms) = (kes, now_ms);
                let expires_at_ms = signed.expires_at_ms;
                Some((signed.into_order(None), expires_at_ms))
            }
            Pricing::Item => self.price(p, Some("tea"), None, TEA_KES),
            Pricing::Open => {
                let kes = *self.dice.pick(PRICES);
                self.price(p, None, Some(kes), kes)
            }
        }
    }

    fn price(
        &mut self,
        p: usize,
        item: Option<&str>,
        amount: Option<u32>,
        due_kes: u32,
    ) -> Option<(Order, u64)> {
        let key = self.key_of(p, 0);
        let mut ask = OpenPayment {
            order: None,
            item: item.map(|id| ItemId::parse(id).unwrap()),
            amount: amount.map(|kes| Written::Number(u64::from(kes))),
            note: None,
            phone: None,
            expect_kes: None,
            key,
        };
        let mut due_kes = due_kes;
        if self.strikes(Fault::BrowserPrice) {
            // An item at the page's price, or an amount below the shop's least.
            ask.amount = Some(Written::Number(1));
            due_kes = 0;
        }
        let order = price_list().price(&ask).ok()?;
        self.payments[p].priced.due_kes = due_kes;
        Some((order, self.ours_ms() + 24 * HOUR))
    }

    pub(crate) fn key_of(&self, p: usize, n: u32) -> IdempotencyKey {
        IdempotencyKey::parse(&format!("key-of-one-request-of-{p}-{n}")).unwrap()
    }

    /// The shop signs the order anew, or somebody shows an older one, or one of their own.
    pub(crate) fn amend(&mut self, p: usize) {
        let Pricing::Signed { reference } = self.payments[p].priced.by.clone() else {
            return;
        };
        if !self.payments[p].is_open() {
            return;
        }
        let kes = *self.dice.pick(PRICES);
        let is_old = self.strikes(Fault::OldOrder);
        let is_forged = self.strikes(Fault::ForgedOrder);
        let issued_at_ms = if is_old {
            self.payments[p].priced.issued_at_ms - 10 * SEC
        } else {
            self.now_ms / 1000 * 1000
        };
        let secret = if is_forged {
            "a-secret-that-is-not-the-shops-at-all"
        } else {
            SECRET
        };
        let Some(signed) = self.sign(&reference, kes, issued_at_ms, 2 * HOUR, secret) else {
            return;
        };
        if !self.begin(p) {
            return;
        }
        self.serial += 1;
        let ask = Ask::new(self.key_of(p, self.serial), b"{}");
        let shell = &self.payments[p];
        let expires_at_ms = signed.expires_at_ms;
        let order = signed.into_order(None);
        let reopened = shell
            .payment
            .reopen(&order, expires_at_ms, &ask, self.ours_ms());
        let closed_at_ms = shell.priced.withdrawn_at_ms;
        let is_withdrawn = closed_at_ms.is_some_and(|at_ms| issued_at_ms / 1000 < at_ms / 1000);
        if is_withdrawn {
            self.note(Fault::Withdrawn);
        }
        let Ok(reopened) = reopened else {
            return self.commit(p);
        };
        if let Some(event) = reopened.amended {
            let shell = &self.payments[p];
            let has_changed = kes != shell.priced.due_kes;
            // What ended by an unlisted code is given up after a day of questions.
            let is_given_up = |q: &Push| {
                q.unlisted_told_at_ms
                    .is_some_and(|at_ms| self.now_ms > at_ms + 24 * HOUR)
            };
            let is_open = |q: &Push| q.p == p && !q.is_settled() && !is_given_up(q);
            let is_in_flight = self.pushes.iter().any(is_open);
            let has_money = !shell.payment.receipts().is_empty();
            let is_newer = issued_at_ms > shell.priced.issued_at_ms;
            if is_forged
                || is_withdrawn
                || (has_changed && (!is_newer || is_in_flight || has_money))
            {
                self.fail(8, || {
                    format!("payment {p} took KES {kes}: forged {is_forged}, closed since {is_withdrawn}, newer {is_newer}, a push in flight {is_in_flight}, money here {has_money}")
                });
            }
            let priced = &mut self.payments[p].priced;
            (priced.due_kes, priced.issued_at_ms) = (kes, issued_at_ms.max(priced.issued_at_ms));
            priced.withdrawn_at_ms = None;
            self.note(Fault::Amended);
            self.record(p, event);
        }
        if reopened.wants_push && self.dice.percent(40) {
            let phones = &self.payments[p].phones;
            let phone = phones.last().copied();
            let phone = phone.unwrap_or(self.dice.below(self.msisdns.len() as u64) as usize);
            self.reserve(p, phone, ask, false);
        }
        self.commit(p);
    }

    /// The shop's server is called.
    pub(crate) fn deliver(&mut self, p: usize, sequence: u32) -> Event {
        let kind = self.payments[p]
            .payment
            .deliveries()
            .iter()
            .find(|d| d.sequence == sequence)
            .map(|d| d.kind);
        let Some(kind) = kind else {
            self.fail(10, || {
                format!("message {sequence} of payment {p} is not listed")
            });
            return Event::AlarmRang;
        };
        let status = if self.strikes(Fault::HookLost) {
            None
        } else if self.strikes(Fault::HookError) {
            Some(500)
        } else {
            self.tell("shop", || {
                format!("hears message {sequence} of payment {p}: {kind:?}")
            });
            let others = self
                .shop
                .heard
                .iter()
                .find(|(of, s, k)| *of == p && *s == sequence && *k != kind);
            if others.is_some() {
                self.fail(10, || {
                    format!("message {sequence} of payment {p} has changed")
                });
            }
            self.shop.heard.push((p, sequence, kind));
            let is_lost = self.strikes(Fault::HookAckLost);
            (!is_lost).then_some(200)
        };
        Event::WebhookAnswered { sequence, status }
    }

    /// Rule 10 at every step: what counts as heard was heard, and no message is ever withdrawn or changed.
    pub(crate) fn check_shop(&mut self, p: usize) {
        let shell = &self.payments[p];
        let deliveries = shell.payment.deliveries();
        let is_kept = deliveries.len() >= shell.told.len()
            && deliveries
                .iter()
                .zip(&shell.told)
                .all(|(d, kind)| d.kind == *kind);
        if !is_kept {
            return self.fail(10, || {
                format!("a message of payment {p} was withdrawn or changed")
            });
        }
        for delivery in deliveries {
            let is_heard = self
                .shop
                .heard
                .iter()
                .any(|(of, s, _)| *of == p && *s == delivery.sequence);
            if delivery.standing == Hearing::Heard && !is_heard {
                let sequence = delivery.sequence;
                return self.fail(10, || format!("message {sequence} of payment {p} counts as heard, and the shop never heard it"));
            }
        }
        if deliveries.len() > shell.told.len() {
            let kinds = deliveries.iter().map(|d| d.kind).collect();
            self.payments[p].told = kinds;
        }
    }

    /// Rule 10 at the end: the shop has heard the last word, and of money that is all here.
    pub(crate) fn check_shop_at_end(&mut self, p: usize) {
        let shell = &self.payments[p];
        let deliveries = shell.payment.deliveries();
        let is_left = deliveries
            .iter()
            .any(|d| matches!(d.standing, Hearing::Due(_)));
        let is_last_heard = deliveries
            .last()
            .is_none_or(|d| d.standing != Hearing::Superseded);
        let has_heard_paid = self
            .shop
            .heard
            .iter()
            .any(|(of, _, kind)| *of == p && *kind == Kind::Paid);
        // A month of tries, no less.
        let is_given_up = deliveries
            .iter()
            .any(|d| d.standing == Hearing::Unheard && d.tries > 40);
        let is_dropped = deliveries
            .iter()
            .any(|d| d.standing == Hearing::Unheard && d.tries <= 40);
        if is_left || !is_last_heard || is_dropped {
            self.fail(10, || {
                format!("payment {p} ended, and the shop has not heard its last message")
            });
        } else if has_heard_paid != self.payments[p].payment.is_paid() && !is_given_up {
            self.fail(10, || {
                format!("payment {p}: the shop has heard of paid: {has_heard_paid}")
            });
        }
    }
}
