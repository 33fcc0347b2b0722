//! Which of a payment's rows are personal, and how they are forgotten: with the key that sealed them.

use super::keys::{self, BODIES, JOURNAL, PHONES, QUOTAS, WEBHOOKS};
use super::{About, Mark, Store, WebhookEvent, line_text, read_line};
use crate::platform::error::Result;
use crate::platform::rows::Key;
use malipo_engine::payment::{Payment, Recorded};
use malipo_engine::webhook;

impl Store {
    /// Whether a row holds something of the customer.
    pub(crate) fn has_personal(&self) -> Result<bool> {
        Ok(self.mark(Mark::Personal)? > 0 || self.phones_kept() > 0)
    }

    /// How many rows hold something of the customer, for a test.
    pub(crate) fn personal(&self) -> Result<usize> {
        let quotas = self.rows.borrow();
        let quotas = quotas.keys().filter(|key| key.kind == QUOTAS).count();
        Ok(self.phones_kept() + self.count(BODIES)? + quotas)
    }

    fn phones_kept(&self) -> usize {
        let rows = self.rows.borrow();
        let (first, last) = Key::span(PHONES, PHONES);
        let phones = rows.range(first..=last);
        phones.filter(|(_, sealed)| !sealed.is_empty()).count()
    }

    /// Destroys the key and what it sealed, and takes the numbers out of the journal and of the messages to the shop. The
    /// places of the numbers stay: the journal names them.
    pub(crate) fn forget(&self, about: &About, payment: &Payment) -> Result<()> {
        let anew = About {
            address: about.address.clone(),
            vault_key: self.fresh_key()?,
        };
        self.set(Key::new(keys::ABOUT, 0), serde_json::to_string(&anew)?);
        self.rewrite(PHONES, |_| Some(String::new()));
        self.rewrite(JOURNAL, |text| {
            let line = read_line(text).ok()?;
            let event = payment.forgotten(&line)?;
            Some(line_text(&Recorded { event, ..line }))
        });
        let webhooks = self.home.rows(Key::span(WEBHOOKS, WEBHOOKS))?;
        for (key, text) in webhooks.unwrap_or_default() {
            let event: WebhookEvent = serde_json::from_str(&text)?;
            if let Some(body) = webhook::without_phones(&event.body) {
                let event = WebhookEvent { body, ..event };
                self.set(key, serde_json::to_string(&event)?);
            }
        }
        self.set_mark(Mark::Personal, 0);
        let kept = Mark::of_bodies();
        self.rows
            .borrow_mut()
            .retain(|key, _| key.kind != QUOTAS && (*key < kept.0 || *key > kept.1));
        let gone = [Key::span(BODIES, BODIES), Key::span(QUOTAS, QUOTAS), kept];
        self.drop.borrow_mut().extend(gone);
        Ok(())
    }

    fn rewrite(&self, kind: u8, anew: impl Fn(&str) -> Option<String>) {
        let (first, last) = Key::span(kind, kind);
        let changed: Vec<(Key, String)> = {
            let rows = self.rows.borrow();
            let rows = rows.range(first..=last);
            rows.filter_map(|(key, text)| Some((*key, anew(text)?)))
                .collect()
        };
        for (key, text) in changed {
            self.set(key, text);
        }
    }
}
