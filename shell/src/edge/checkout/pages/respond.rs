//! Answering a visit: with a page, with one that says why there is none, or by leading on to another; and asking the payment first.

use super::html;
use super::visit::Visit;
use crate::calls::payment::PaymentCall;
use crate::edge::checkout::json::Json;
use crate::edge::checkout::payment_calls;
use crate::platform::error::Result;
use crate::platform::http::{Body, Reply};
use malipo_shared::api::{ApiError, View};
use malipo_shared::screens::model::{Model, Refusal, Trouble};
use malipo_shared::screens::wire;

/// Nothing but our own style sheet and our own forms.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How long the receipt is shown before the page leads on.
const THANKS_SECS: u64 = 5;

/// A question for a payment as it stands.
pub(super) const READ: PaymentCall = PaymentCall::Read {
    after: 0,
    wait_ms: 0,
};

impl Visit<'_> {
    /// A page for an error from before there is a payment.
    pub(super) fn refused(&self, error: ApiError) -> Result<Reply> {
        self.denied(denied(&error))
    }

    pub(super) fn denied(&self, denied: Denied) -> Result<Reply> {
        let mut model = Model::new(self.language);
        model.is_signed = self.query.text("order").is_some();
        model.trouble = Some(self.trouble(denied.refusal));
        self.page(denied.status, &model, &html::Around::default())
    }

    pub(super) fn trouble(&self, mut refusal: Refusal) -> Trouble {
        // An answer that was lost, or is none of ours, says nothing of what was asked: it may have been done.
        if refusal.code.is_empty() || refusal.code == "TIMEOUT_ERROR" {
            return Trouble::NoConnection;
        }
        refusal.shop_contact = Some(self.config.shop_contact.clone());
        Trouble::Refused(refusal)
    }

    pub(super) fn page(&self, status: u16, model: &Model, around: &html::Around) -> Result<Reply> {
        let html = html::page(self, model, around, self.env.now_ms());
        let again = match (&around.thanks, around.again_secs) {
            (Some(thanks), _) => Some(format!("{THANKS_SECS};url={thanks}")),
            (None, secs) => secs.map(|secs| secs.to_string()),
        };
        self.html(status, again, html)
    }

    /// A page; `again` is its header `Refresh`.
    pub(super) fn html(&self, status: u16, again: Option<String>, html: String) -> Result<Reply> {
        let page = as_page(Reply::of(status, Body::Text(html)));
        let page = page.with("Content-Type", "text/html; charset=utf-8");
        Ok(match again {
            Some(again) => page.with("Refresh", again),
            None => page,
        })
    }

    /// Leads the browser on, so that a reload sends no form a second time.
    pub(super) fn lead_to(&self, path: &str, pane: &str) -> Result<Reply> {
        Ok(as_page(Reply::empty(303)).with("Location", self.link(path, pane)))
    }

    /// The payment's newest view, or why there is none.
    pub(super) async fn ask(
        &self,
        call: payment_calls::Call,
    ) -> core::result::Result<View, Denied> {
        let (address, what) = call.map_err(|error| denied(&error))?;
        let answer = payment_calls::call(self.env, &address, what).await;
        let (status, text) = answer.map_or((500, String::new()), |said| (said.status, said.text));
        let json = Json(serde_json::from_str(&text).unwrap_or_default());
        let view = if status == 200 {
            wire::view(&json)
        } else {
            None
        };
        view.ok_or_else(|| Denied {
            status,
            refusal: wire::refusal(&json).unwrap_or_default(),
        })
    }
}

/// Why there is no view.
pub(super) struct Denied {
    pub(super) status: u16,
    pub(super) refusal: Refusal,
}

pub(super) fn denied(error: &ApiError) -> Denied {
    let error_body = serde_json::json!({ "error": error });
    Denied {
        status: error.code.status(),
        refusal: wire::refusal(&Json(error_body)).unwrap_or_default(),
    }
}

/// With the headers that every page has.
pub(super) fn as_page(reply: Reply) -> Reply {
    reply
        .with("Cache-Control", "no-store")
        // Not `no-referrer`: browsers would then hide from us that our own forms are ours.
        .with("Referrer-Policy", "same-origin")
        .with("X-Content-Type-Options", "nosniff")
        .with("Content-Security-Policy", POLICY)
}
