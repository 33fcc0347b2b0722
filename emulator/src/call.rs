//! What happens to calls other than a push, as data: which script they meet, what they are answered, how their results go out.

use std::sync::Arc;

use axum::response::Response;
use serde::Deserialize;
use tokio::{sync::oneshot, time::timeout};

use crate::{
    answer,
    delivery::{Copies, Notice},
    play::TOLD_FIRST_MAX,
    shared::Shared,
    story::Submit,
    world::World,
};

/// A call that can be scripted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Api {
    Reversal,
    TransactionStatus,
    AccountBalance,
    Pull,
    C2bSimulate,
    Qr,
}

/// One call, by what a script can know it by.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) api: Api,
    pub(crate) shortcode: String,
    /// `TransactionID`.
    pub(crate) receipt: Option<String>,
    /// KES.
    pub(crate) amount: Option<u64>,
}

/// What a call must have for a script to apply: all that is given; nothing given fits every call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CallWhen {
    shortcode: Option<String>,
    receipt: Option<String>,
    amount: Option<u64>,
}

/// A story for the calls that fit.
pub(crate) struct CallScript {
    pub(crate) on: Api,
    pub(crate) when: CallWhen,
    pub(crate) story: CallStory,
    /// How many calls it has met.
    pub(crate) begun: usize,
}

/// What happens to a call. Every field has a default, so that a script says only what differs from "accepted, one
/// result after 500 ms, the truth".
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CallStory {
    /// What each call is answered, in order; the last goes on. Empty is accepted.
    pub(crate) submit: Vec<Submit>,
    /// How long Daraja takes to answer.
    pub(crate) answer_after_ms: u64,
    /// How the result goes out; without it, as the settings say.
    pub(crate) result: Option<Copies>,
    /// Whether the call is answered only once the first result was (or after 5 real seconds).
    pub(crate) result_before_answer: bool,
    /// What M-PESA says instead of the truth; nothing moves.
    pub(crate) ends: Option<Ending>,
    /// Whether Pull Transactions leaves out the payments that fit.
    pub(crate) is_hidden: bool,
}

/// The ResultCode that a call ends with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ending {
    /// May hold letters.
    pub(crate) code: String,
    /// Without it, M-PESA's usual wording.
    pub(crate) desc: Option<String>,
}

/// What a call that was accepted comes to.
pub(crate) struct Taken {
    pub(crate) answer: Response,
    /// The result, for those calls that have one.
    pub(crate) result: Option<Notice>,
}

/// Plays a call's story; `take` does what the call asks, if it is accepted, and the result goes out even if the caller
/// hangs up.
pub(crate) async fn play(
    shared: &Arc<Shared>,
    call: Call,
    take: impl FnOnce(&mut World, &CallStory) -> Taken,
) -> Response {
    let received_at_ms = shared.clock.now_ms();
    let (submit, story, taken, copies) = shared.change(|world| {
        let (submit, story) = world.begin_call(&call);
        let is_taken = match submit {
            Submit::Accept | Submit::Lose | Submit::Garble(_) => true,
            Submit::Drop | Submit::Refuse(_) | Submit::Raw(_) => false,
        };
        let copies = story.result.unwrap_or(world.settings.status_result);
        let taken = is_taken.then(|| take(world, &story));
        (submit, story, taken, copies)
    });
    let accepted = match taken {
        Some(Taken { answer, result }) => {
            if let Some(result) = result {
                let (told, heard) = oneshot::channel();
                let sender = Arc::clone(shared);
                shared.spawn(async move {
                    result
                        .send(&sender, received_at_ms, copies, Some(told))
                        .await;
                });
                if story.result_before_answer {
                    // An error is a reset, or a result that is never sent.
                    let _in_time = timeout(TOLD_FIRST_MAX, heard).await;
                }
            }
            answer
        }
        None => answer::unsent(),
    };
    let answer_at_ms = received_at_ms.saturating_add(story.answer_after_ms);
    shared.clock.sleep_until(answer_at_ms).await;
    match submit {
        Submit::Accept => accepted,
        Submit::Refuse(refusal) => answer::refusal(shared, &refusal),
        Submit::Garble(raw) | Submit::Raw(raw) => answer::raw(&raw),
        Submit::Lose | Submit::Drop => answer::unsent(),
    }
}

impl World {
    /// The story of a call, from the newest script that fits, and what this one is answered.
    fn begin_call(&mut self, call: &Call) -> (Submit, CallStory) {
        let mut scripts = self.memory.call_scripts.iter_mut();
        let script = scripts.rfind(|script| script.on == call.api && script.when.fits(call));
        let Some(script) = script else {
            return (Submit::Accept, CallStory::default());
        };
        let submits = &script.story.submit;
        let submit = submits.get(script.begun).or(submits.last());
        let submit = submit.cloned().unwrap_or(Submit::Accept);
        script.begun += 1;
        (submit, script.story.clone())
    }

    /// Whether a script hides this payment from Pull Transactions.
    pub(crate) fn is_hidden(&self, payment: &Call) -> bool {
        let mut scripts = self.memory.call_scripts.iter();
        scripts.any(|script| {
            script.on == payment.api && script.story.is_hidden && script.when.fits(payment)
        })
    }
}

impl CallWhen {
    fn fits(&self, call: &Call) -> bool {
        let Self {
            shortcode,
            receipt,
            amount,
        } = self;
        shortcode.as_ref().is_none_or(|it| *it == call.shortcode)
            && receipt
                .as_ref()
                .is_none_or(|it| call.receipt.as_ref() == Some(it))
            && amount.is_none_or(|it| call.amount == Some(it))
    }
}
