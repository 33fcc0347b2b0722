//! The Worker's entry points: Cloudflare calls `fetch`, `scheduled` and the Durable Objects here, and each goes to its room. Imports go
//! down only: edge, schedule, intake, outbound, ledger and calls, config, platform; beside them objects, which only this file names. No
//! rule about money is here: if a branch depends on a payment's state, it belongs in the engine.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

mod calls;
mod config;
mod edge;
mod intake;
mod ledger;
mod objects;
mod outbound;
#[macro_use]
mod platform;
mod schedule;

use platform::cloudflare::Cloudflare;
use platform::log::{self, Told::Why, What};
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

durable_class! {
    /// One payment's journal and all that acts on it.
    PaymentObject of objects::Payment
}
durable_class! {
    /// One receipt's record, and what is left to be told of it.
    ReceiptObject of objects::Receipt
}
durable_class! {
    /// The holder of a Daraja app's token.
    DarajaObject of objects::Daraja
}
durable_class! {
    /// The merchants' rows.
    MerchantsObject of objects::Merchants
}
durable_class! {
    /// One day's payments.
    RosterObject of objects::Roster
}
durable_class! {
    /// One handset's lease and waits.
    SubscriberObject of objects::Small<malipo_engine::subscriber::Subscriber>
}
durable_class! {
    /// One address's unanswered prompts.
    QuotaObject of objects::Small<malipo_engine::quota::Quota>
}
durable_class! {
    /// What one key was used for.
    KeyObject of objects::Small<malipo_engine::idempotency::UsedKey>
}

#[event(start)]
fn start() {
    // A panic's text may hold what the customer typed: only its place is logged.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        log::error(What::Panicked, &[Why(&place)]);
    }));
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let env = Cloudflare::of_request(env, context);
    let request = platform::fetch_event::incoming(request);
    let reply = edge::answer(request, &env).await;
    platform::fetch_event::response(reply)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    schedule::on_schedule(&Cloudflare::of_clock(env)).await;
}
