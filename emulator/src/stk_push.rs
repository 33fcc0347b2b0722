//! `POST /mpesa/stkpush/v1/processrequest`: checks a push and begins its story.

use std::{sync::Arc, time::Duration};

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use tokio::sync::{Notify, oneshot};

use crate::{
    answer, gateway, handset, oauth,
    options::Merchant,
    play,
    push_request::{Fields, PushRequest, TransactionType, invalid},
    result_codes::callback_desc,
    shared::Shared,
    story::{Customer, Refusal, Story, Submit},
    world::{Push, World},
};

/// Daraja, M-Pesa Express, "Result codes", 17.
const SAME_PAYMENT_MS: u64 = 120_000;

/// Characters. Daraja, M-Pesa Express, "Result codes", 1025.
const PROMPT_LENGTH_MAX: usize = 182;

/// Real time: the callback that precedes its push's answer may have no receiver.
const CALLBACK_FIRST_MAX: Duration = Duration::from_secs(5);

pub(crate) async fn submit(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (request, merchant) = match checked(&shared, &headers, &body) {
        Ok(checked) => checked,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let received_at_ms = shared.clock.now_ms();
    let begun = shared.change(|world| begin(world, request, merchant, received_at_ms));
    let (push, submit, story) = match begun {
        Begun::Accepted {
            push,
            submit,
            story,
        } => (push, submit, story),
        Begun::Refused(refusal, story) => {
            shared
                .clock
                .sleep_until(received_at_ms + story.answer_after_ms)
                .await;
            return answer::refusal(&shared, &refusal);
        }
        Begun::Raw(raw, story) => {
            shared
                .clock
                .sleep_until(received_at_ms + story.answer_after_ms)
                .await;
            return answer::raw(&raw);
        }
        Begun::Dropped => return answer::unsent(),
    };
    let accepted = shared
        .world()
        .push(&push)
        .map(answer::accepted)
        .unwrap_or_else(answer::unsent);
    let (told, answered) = oneshot::channel();
    shared.spawn(play::story(Arc::clone(&shared), push, told));
    if story.callback.before_answer {
        // An error is a reset, or a story without a callback: nothing to wait for.
        let _in_time = tokio::time::timeout(CALLBACK_FIRST_MAX, answered).await;
    }
    shared
        .clock
        .sleep_until(received_at_ms + story.answer_after_ms)
        .await;
    match submit {
        Submit::Lose => answer::unsent(),
        Submit::Garble(raw) => answer::raw(&raw),
        Submit::Accept | Submit::Drop | Submit::Refuse(_) | Submit::Raw(_) => accepted,
    }
}

fn checked(
    shared: &Shared,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(PushRequest, Merchant), Refusal> {
    oauth::authorize(shared, headers)?;
    let fields = Fields::parse(headers, body)?;
    let request = PushRequest::parse(&fields)?;
    let merchant = fields.merchant(&shared.options.merchants)?;
    // Seen on the wire; the other way round is accepted and ends in 2028.
    let is_pay_bill = merchant.payee.business_short_code() == merchant.payee.party_b();
    if is_pay_bill && request.transaction_type == TransactionType::CustomerBuyGoodsOnline {
        return Err(invalid("TransactionType"));
    }
    Ok((request, merchant.clone()))
}

enum Begun {
    Accepted {
        push: String,
        submit: Submit,
        story: Story,
    },
    Refused(Refusal, Story),
    Raw(crate::story::Raw, Story),
    Dropped,
}

fn begin(world: &mut World, request: PushRequest, merchant: Merchant, now_ms: u64) -> Begun {
    if world.live_prompt(&request.msisdn, now_ms).is_some() {
        return Begun::Refused(gateway::subscriber_locked(), Story::default());
    }
    let (story, begun_before) = world.begin_story(&request);
    let submit = story
        .submit
        .get(begun_before)
        .or(story.submit.last())
        .cloned()
        .unwrap_or(Submit::Accept);
    match submit {
        Submit::Refuse(refusal) => return Begun::Refused(refusal, story),
        Submit::Raw(raw) => return Begun::Raw(raw, story),
        Submit::Drop => return Begun::Dropped,
        Submit::Accept | Submit::Lose | Submit::Garble(_) => {}
    }
    let story = match ruled_out(world, &request, &merchant, now_ms) {
        Some(code) => declined_at_once(story, code),
        None => story,
    };
    let push = Push {
        merchant_request_id: world.ids.merchant_request_id(),
        checkout_request_id: world.ids.checkout_request_id(now_ms, &request.msisdn),
        receipt: world.ids.receipt(),
        accepted_at_ms: now_ms,
        prompt_until_ms: story
            .prompt
            .then_some(now_ms + world.settings.prompt_timeout_ms),
        story: story.clone(),
        outcome: None,
        settled: Arc::new(Notify::new()),
        queries: 0,
        request,
        merchant,
    };
    let id = push.checkout_request_id.clone();
    world.memory.pushes.push(push);
    Begun::Accepted {
        push: id,
        submit,
        story,
    }
}

/// The code that M-PESA's own rules end a push with before the customer is asked.
fn ruled_out(
    world: &World,
    request: &PushRequest,
    merchant: &Merchant,
    now_ms: u64,
) -> Option<&'static str> {
    let is_same = |paid: &&crate::world::Transfer| {
        paid.msisdn == request.msisdn
            && paid.shortcode == request.party_b
            && paid.amount_kes == request.amount_kes
    };
    if !request.is_permitted_to(merchant) {
        Some("2028")
    } else if handset::prompt_text(request, merchant).chars().count() > PROMPT_LENGTH_MAX {
        Some("1025")
    } else if world.settings.is_rule_limited
        && world
            .memory
            .ledger
            .iter()
            .filter(is_same)
            .any(|paid| now_ms < paid.at_ms + SAME_PAYMENT_MS)
    {
        Some("17")
    } else {
        None
    }
}

fn declined_at_once(story: Story, code: &str) -> Story {
    let desc = Some(callback_desc(code).to_owned());
    let customer = Customer::Declines {
        after_ms: 3_000,
        code: code.into(),
        desc,
    };
    Story {
        prompt: false,
        customer,
        later: None,
        ..story
    }
}
