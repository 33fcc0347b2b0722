//! `POST /mpesa/stkpush/v1/processrequest`: checks a push and begins its story.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use tokio::sync::{Notify, oneshot};

use crate::{
    daraja::{
        answer,
        fields::{Fields, invalid, push_request},
        oauth,
    },
    emulation::Shared,
    notices::play::{self, TOLD_FIRST_MAX},
    options::Merchant,
    result_codes::callback_desc,
    world::{
        World, gateway,
        ledger::{Channel, Transfer},
        messages::prompt_text,
        push::{Push, PushRequest, TransactionType},
        story::{Customer, Refusal, Story, Submit},
    },
};

/// Daraja, M-Pesa Express, "Result codes", 17.
const SAME_PAYMENT_MS: u64 = 120_000;

/// Characters. Daraja, M-Pesa Express, "Result codes", 1025.
const PROMPT_LENGTH_MAX: usize = 182;

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
    let accepted = match begun.push_id {
        Some(id) => play(&shared, id, begun.told_before_answer).await,
        None => answer::unsent(),
    };
    let answer_at_ms = received_at_ms + begun.answer_after_ms;
    shared.clock.sleep_until(answer_at_ms).await;
    match begun.submit {
        Submit::Accept => accepted,
        Submit::Refuse(refusal) => answer::refusal(&shared, &refusal),
        Submit::Garble(raw) | Submit::Raw(raw) => answer::raw(&raw),
        Submit::Lose | Submit::Drop => answer::unsent(),
    }
}

/// Starts the story of an accepted push, which goes on even if the caller hangs up.
async fn play(shared: &Arc<Shared>, id: String, told_before_answer: bool) -> Response {
    let accepted = shared.world().push(&id).map(answer::accepted);
    let (told, answered) = oneshot::channel();
    shared.spawn(play::story(Arc::clone(shared), id, told));
    if told_before_answer {
        // An error is a reset, or a story without a callback: nothing to wait for.
        let _in_time = tokio::time::timeout(TOLD_FIRST_MAX, answered).await;
    }
    accepted.unwrap_or_else(answer::unsent)
}

fn checked(
    shared: &Shared,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(PushRequest, Merchant), Refusal> {
    oauth::authorize(shared, headers)?;
    let fields = Fields::parse(headers, body)?;
    let request = push_request(&fields)?;
    let merchant = fields.merchant(&shared.options.merchants)?;
    // Seen on the wire; the other way round is accepted and ends in 2028.
    let is_pay_bill = merchant.payee.business_short_code() == merchant.payee.party_b();
    if is_pay_bill && request.transaction_type == TransactionType::CustomerBuyGoodsOnline {
        return Err(invalid("TransactionType"));
    }
    Ok((request, merchant.clone()))
}

/// What a push comes to at once.
struct Begun {
    submit: Submit,
    answer_after_ms: u64,
    /// Its CheckoutRequestID, if it was accepted.
    push_id: Option<String>,
    told_before_answer: bool,
}

fn begin(world: &mut World, request: PushRequest, merchant: Merchant, now_ms: u64) -> Begun {
    if world.live_prompt(&request.msisdn, now_ms).is_some() {
        let submit = Submit::Refuse(gateway::subscriber_locked());
        return Begun {
            submit,
            answer_after_ms: 0,
            push_id: None,
            told_before_answer: false,
        };
    }
    let (story, begun_before) = world.begin_story(&request);
    let submit = story.submit.get(begun_before).or(story.submit.last());
    let submit = submit.cloned().unwrap_or(Submit::Accept);
    let answer_after_ms = story.answer_after_ms;
    let told_before_answer = story.callback.before_answer;
    let push_id = match submit {
        Submit::Accept | Submit::Lose | Submit::Garble(_) => {
            Some(accept(world, request, merchant, story, now_ms))
        }
        Submit::Drop | Submit::Refuse(_) | Submit::Raw(_) => None,
    };
    Begun {
        submit,
        answer_after_ms,
        push_id,
        told_before_answer,
    }
}

fn accept(
    world: &mut World,
    request: PushRequest,
    merchant: Merchant,
    story: Story,
    now_ms: u64,
) -> String {
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
        story,
        outcome: None,
        entered_at_ms: None,
        third_party_trans_id: String::new(),
        settled: Arc::new(Notify::new()),
        queries: 0,
        request,
        merchant,
    };
    let id = push.checkout_request_id.clone();
    world.memory.pushes.push(push);
    id
}

/// The code that M-PESA's own rules end a push with before the customer is asked.
fn ruled_out(
    world: &World,
    request: &PushRequest,
    merchant: &Merchant,
    now_ms: u64,
) -> Option<&'static str> {
    let is_same = |paid: &&Transfer| {
        paid.channel == Channel::Stk
            && paid.msisdn == request.msisdn
            && paid.shortcode == request.party_b
            && paid.amount_kes == request.amount_kes
    };
    if !request.is_permitted_to(merchant) {
        Some("2028")
    } else if prompt_text(request, merchant).chars().count() > PROMPT_LENGTH_MAX {
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
