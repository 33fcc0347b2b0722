//! Acts a story out in time: the customer, the money, and what the merchant is told.

use std::sync::Arc;

use tokio::{sync::oneshot, task::JoinSet};

use crate::{
    callback,
    result_codes::{NO_RESPONSE_FROM_USER, callback_desc},
    shared::Shared,
    story::{Customer, Story},
    world::{Outcome, Push},
};

/// Plays the story of an accepted push; `told` fires when the first callback was answered or given up.
pub(crate) async fn story(shared: Arc<Shared>, id: String, told: oneshot::Sender<()>) {
    let Some(scene) = shared.world().push(&id).map(Scene::of) else {
        return;
    };
    let Some((at_ms, outcome)) = scene.ending() else {
        return;
    };
    tokio::select! {
        () = scene.settled.notified() => {} // at the handset, before the story's own ending
        () = shared.clock.sleep_until(at_ms) => {
            shared.change(|world| world.settle(&id, outcome));
        }
    }
    announce(&shared, &id, &scene.story, Some(told)).await;
    if let Some(later) = scene.story.later {
        let at_ms = scene.accepted_at_ms + later.pays_after_ms;
        shared.clock.sleep_until(at_ms).await;
        let has_moved = shared.change(|world| world.settle(&id, Outcome::Paid { at_ms }));
        if has_moved {
            announce(&shared, &id, &Story::default(), None).await;
        }
    }
}

/// Tells the merchant the outcome as it is now, on every channel there is.
async fn announce(
    shared: &Arc<Shared>,
    id: &str,
    story: &Story,
    mut told: Option<oneshot::Sender<()>>,
) {
    let Some(callback) = shared.world().push(id).and_then(callback::StkCallback::of) else {
        return;
    };
    let from_ms = shared.clock.now_ms() + story.callback.after_ms;
    let mut deliveries = JoinSet::new();
    for copy in 0..story.callback.copies {
        let (shared, callback, told) = (Arc::clone(shared), callback.clone(), told.take());
        let at_ms = from_ms + u64::from(copy) * story.callback.gap_ms;
        deliveries.spawn(async move {
            shared.clock.sleep_until(at_ms).await;
            callback.deliver(&shared).await;
            if let Some(told) = told {
                let _nobody_waits = told.send(());
            }
        });
    }
    while deliveries.join_next().await.is_some() {}
}

struct Scene {
    story: Story,
    accepted_at_ms: u64,
    prompt_until_ms: Option<u64>,
    settled: Arc<tokio::sync::Notify>,
}

impl Scene {
    fn of(push: &Push) -> Self {
        Self {
            story: push.story.clone(),
            accepted_at_ms: push.accepted_at_ms,
            prompt_until_ms: push.prompt_until_ms,
            settled: Arc::clone(&push.settled),
        }
    }

    /// When and how it ends if the handset does nothing; `None`: never.
    fn ending(&self) -> Option<(u64, Outcome)> {
        match &self.story.customer {
            Customer::Silent => None,
            Customer::Pays { after_ms } => {
                let at_ms = self.accepted_at_ms + after_ms;
                Some((at_ms, Outcome::Paid { at_ms }))
            }
            Customer::Declines {
                after_ms,
                code,
                desc,
            } => {
                let at_ms = self.accepted_at_ms + after_ms;
                let desc = desc.as_deref().unwrap_or_else(|| callback_desc(code));
                Some((at_ms, Outcome::declined(at_ms, code, desc)))
            }
            // A handset that never rings cannot be answered: at once what an unanswered one comes to.
            Customer::Handset => {
                let at_ms = self.prompt_until_ms.unwrap_or(self.accepted_at_ms);
                let outcome = Outcome::Declined {
                    at_ms,
                    code: "1037".into(),
                    callback_desc: NO_RESPONSE_FROM_USER.into(),
                    query_desc: callback_desc("1037").into(),
                };
                Some((at_ms, outcome))
            }
        }
    }
}

impl Outcome {
    /// Worded the same in the callback and the query, as most declines are.
    pub(crate) fn declined(at_ms: u64, code: &str, desc: &str) -> Self {
        Self::Declined {
            at_ms,
            code: code.into(),
            callback_desc: desc.into(),
            query_desc: desc.into(),
        }
    }
}
