//! One POST to the merchant: never retried, whatever it is answered, and remembered.

use std::sync::Arc;

use axum::http::header::CONTENT_TYPE;
use serde_json::Value;
use tokio::{sync::oneshot, task::JoinSet};

use crate::{
    emulation::Shared,
    world::sent::{Copies, Kind, Sent},
};

/// Something to tell the merchant, ready to be sent.
#[derive(Clone)]
pub(crate) struct Notice {
    pub(crate) kind: Kind,
    pub(crate) url: String,
    /// The header `Businessshortcode`, which STK callbacks carry.
    pub(crate) business_short_code: Option<String>,
    pub(crate) body: String,
}

/// What a receiver answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Notice {
    /// Sends all copies, counted from `from_ms`; `first` fires when the first was answered or given up.
    pub(crate) async fn send(
        self,
        shared: &Arc<Shared>,
        from_ms: u64,
        copies: Copies,
        mut first: Option<oneshot::Sender<()>>,
    ) {
        let mut deliveries = JoinSet::new();
        for copy in 0..copies.copies {
            let (shared, notice, first) = (Arc::clone(shared), self.clone(), first.take());
            let at_ms = from_ms
                .saturating_add(copies.after_ms)
                .saturating_add(u64::from(copy).saturating_mul(copies.gap_ms));
            deliveries.spawn(async move {
                shared.clock.sleep_until(at_ms).await;
                notice.deliver(&shared, u64::MAX).await;
                if let Some(first) = first {
                    let _nobody_waits = first.send(());
                }
            });
        }
        drop(first); // without copies there is nothing to wait for
        while deliveries.join_next().await.is_some() {}
    }

    /// Sends it once, and remembers what became of it. `None`: not reached, or no answer by `until_ms`.
    pub(crate) async fn deliver(&self, shared: &Shared, until_ms: u64) -> Option<Reply> {
        let at_ms = shared.clock.now_ms();
        let answer = tokio::select! {
            answer = self.post(shared) => answer,
            () = shared.clock.sleep_until(until_ms) => Err("no answer in time"),
        };
        let (status, error) = match &answer {
            Ok(reply) => (Some(reply.status), None),
            Err(error) => (None, Some((*error).to_owned())),
        };
        let sent = Sent {
            at_ms,
            kind: self.kind,
            url: self.url.clone(),
            body: serde_json::from_str(&self.body).unwrap_or(Value::Null),
            status,
            error,
        };
        shared.change(|world| world.memory.callbacks.push(sent));
        answer.ok()
    }

    async fn post(&self, shared: &Shared) -> Result<Reply, &'static str> {
        let mut request = shared
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json;charset=UTF-8");
        if let Some(business_short_code) = &self.business_short_code {
            request = request.header("Businessshortcode", business_short_code);
        }
        let answer = request
            .body(self.body.clone())
            .send()
            .await
            .map_err(|error| self.reason(&error))?;
        Ok(Reply {
            status: answer.status().as_u16(),
            body: answer.text().await.unwrap_or_default(),
        })
    }

    fn reason(&self, error: &reqwest::Error) -> &'static str {
        if self.url.to_ascii_lowercase().starts_with("https:") {
            "https is not supported here"
        } else if error.is_timeout() {
            "no answer in time"
        } else {
            "not reachable"
        }
    }
}
