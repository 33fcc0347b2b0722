//! `POST /mpesa/stkpushquery/v1/query`: what a push came to, as far as its story tells.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};

use crate::{
    daraja::{
        answer,
        fields::{Fields, invalid},
        oauth,
    },
    emulation::Shared,
    result_codes::callback_desc,
    world::{
        gateway,
        push::{Outcome, Push},
        story::{QueryAnswer, Raw, Refusal},
    },
};

pub(crate) async fn query(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(spike_arrest) = arrested(&shared) {
        return answer::raw(&spike_arrest);
    }
    let checkout_request_id = match checked(&shared, &headers, &body) {
        Ok(id) => id,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let next = shared.change(|world| {
        let push = world.push_mut(&checkout_request_id)?;
        push.queries += 1;
        Some(push.story.query.answer(push.queries - 1))
    });
    let world = shared.world();
    let told = match (next, world.push(&checkout_request_id)) {
        (Some(answer), Some(push)) => tell(&answer, push),
        _ => Told::Refusal(unknown()),
    };
    drop(world); // a refusal draws its requestId from it
    match told {
        Told::Response(response) => response,
        Told::Refusal(refusal) => answer::refusal(&shared, &refusal),
    }
}

enum Told {
    Response(Response),
    Refusal(Refusal),
}

fn tell(answer: &QueryAnswer, push: &Push) -> Told {
    Told::Response(match answer {
        QueryAnswer::Truth => {
            let (code, desc) = truth(push);
            answer::query_result(push, &code, &desc)
        }
        QueryAnswer::Result { code, desc } => answer::query_result(
            push,
            code,
            desc.as_deref().unwrap_or_else(|| callback_desc(code)),
        ),
        QueryAnswer::Refuse(refusal) => return Told::Refusal(refusal.clone()),
        QueryAnswer::Raw(raw) => answer::raw(raw),
        QueryAnswer::Drop => answer::unsent(),
    })
}

fn truth(push: &Push) -> (String, String) {
    match &push.outcome {
        None => ("4999".into(), callback_desc("4999").into()),
        Some(Outcome::Paid { .. }) => ("0".into(), callback_desc("0").into()),
        Some(Outcome::Declined {
            code, query_desc, ..
        }) => (code.clone(), query_desc.clone()),
    }
}

fn checked(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<String, Refusal> {
    oauth::authorize(shared, headers)?;
    let fields = Fields::parse(headers, body)?;
    fields.shortcode("BusinessShortCode")?;
    fields.timestamp()?;
    let checkout_request_id = fields
        .text("CheckoutRequestID")
        .filter(|id| !id.is_empty())
        .ok_or_else(|| invalid("CheckoutRequestID"))?;
    let merchant = fields.merchant(&shared.options.merchants)?;
    // Another shortcode's push does not exist.
    let is_own =
        |push: &Push| push.request.business_short_code == merchant.payee.business_short_code();
    let world = shared.world();
    world
        .push(&checkout_request_id)
        .filter(|push| is_own(push))
        .ok_or_else(unknown)?;
    Ok(checkout_request_id)
}

fn unknown() -> Refusal {
    Refusal::new(500, "500.001.1001", "The transaction does not Exist") // Daraja's own capital
}

/// Apigee spaces calls evenly instead of counting them by the minute.
fn arrested(shared: &Shared) -> Option<Raw> {
    let now_ms = shared.clock.now_ms();
    shared.change(|world| {
        let per_minute = world.settings.query_limit_per_minute;
        let spacing_ms = 60_000_u64.checked_div(u64::from(per_minute))?;
        if now_ms < world.query_allowed_at_ms {
            return Some(gateway::spike_arrest_429(per_minute));
        }
        world.query_allowed_at_ms = now_ms + spacing_ms;
        None
    })
}
