//! Acts a story out in time: the customer, the money, and what the merchant is told.

use std::{sync::Arc, time::Duration};

use tokio::sync::oneshot;

use crate::{
    emulation::Shared,
    notices::{
        c2b_confirmation,
        c2b_validation::{self, Verdict},
        callback,
    },
    result_codes::{NO_RESPONSE_FROM_USER, callback_desc},
    world::{
        push::{Outcome, Push},
        sent::Copies,
        story::{Callback, Customer, Echo, Story},
    },
};

/// Real time: the callback or result that precedes its call's answer may have no receiver.
pub(crate) const TOLD_FIRST_MAX: Duration = Duration::from_secs(5);

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
            shared.change(|world| world.answer(&id, outcome));
        }
    }
    validate(&shared, &id).await;
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

/// Asks the merchant about a push whose PIN was right, where it is to be asked.
async fn validate(shared: &Arc<Shared>, id: &str) {
    let asked = {
        let world = shared.world();
        world.push(id).and_then(|push| {
            let entered_at_ms = push.entered_at_ms?;
            let registration = world.registration(&push.merchant.payee)?.clone();
            Some((
                registration,
                push.payment(entered_at_ms),
                push.merchant.clone(),
            ))
        })
    };
    let Some((registration, payment, merchant)) = asked else {
        return;
    };
    let verdict = c2b_validation::ask(shared, &registration, &merchant.payee, &payment).await;
    let at_ms = payment.at_ms;
    shared.change(|world| match verdict {
        Verdict::Accepted {
            third_party_trans_id,
        } => {
            if let Some(push) = world.push_mut(id) {
                push.third_party_trans_id = third_party_trans_id;
            }
            world.settle(id, Outcome::Paid { at_ms });
        }
        // Nothing documented says what a push then ends in: the validation's own code.
        Verdict::Rejected { code } => {
            let desc = c2b_validation::desc(&code);
            world.settle(id, Outcome::declined(at_ms, &code, desc));
        }
    });
}

/// Tells the merchant the outcome as it is now, on every channel there is; `told` fires with the first callback.
async fn announce(
    shared: &Arc<Shared>,
    id: &str,
    story: &Story,
    told: Option<oneshot::Sender<()>>,
) {
    let (callback, confirmation) = {
        let world = shared.world();
        let push = world.push(id);
        let confirmation = push.and_then(|push| c2b_confirmation::of_push(&world, push));
        (push.and_then(callback::of), confirmation)
    };
    let Some(callback) = callback else {
        return;
    };
    let (from_ms, echo) = (shared.clock.now_ms(), &story.echo);
    let (first, first_answered) = oneshot::channel();
    let callbacks = callback.send(shared, from_ms, story.callback.copies(), Some(first));
    let relay = async {
        let _or_none_is_sent = first_answered.await;
        told.map(|told| told.send(()));
    };
    let echo_from_ms = if echo.before_callback {
        from_ms
    } else {
        from_ms.saturating_add(story.callback.after_ms)
    };
    let echoes = async {
        if let Some(confirmation) = confirmation {
            confirmation
                .send(shared, echo_from_ms, echo.copies(), None)
                .await;
        }
    };
    if echo.before_callback {
        echoes.await;
        tokio::join!(callbacks, relay);
    } else {
        tokio::join!(callbacks, async {
            relay.await;
            echoes.await;
        });
    }
}

impl Callback {
    fn copies(&self) -> Copies {
        Copies {
            copies: self.copies,
            gap_ms: self.gap_ms,
            after_ms: self.after_ms,
        }
    }
}

impl Echo {
    fn copies(&self) -> Copies {
        Copies {
            copies: self.copies,
            gap_ms: self.gap_ms,
            after_ms: self.after_ms,
        }
    }
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
