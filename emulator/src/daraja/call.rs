//! Plays the story of a call other than a push: what it is answered, and how its result goes out.

use std::sync::Arc;

use axum::response::Response;
use tokio::{sync::oneshot, time::timeout};

use crate::{
    daraja::answer,
    emulation::Shared,
    notices::{delivery::Notice, play::TOLD_FIRST_MAX},
    world::{
        World,
        call_script::{Call, CallStory},
        story::Submit,
    },
};

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
