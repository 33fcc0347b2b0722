//! The Worker's entry points: Cloudflare calls `fetch`, `scheduled` and the Durable Objects here, and each goes to its room. Imports go
//! down only: edge, schedule, intake, outbound, ledger and calls, config, platform; beside them objects, which only this file names. No
//! rule about money is here: if a branch depends on a payment's state, it belongs in the engine.

mod calls;
mod config;
mod edge;
mod intake;
mod ledger;
mod objects;
mod outbound;
mod platform;
mod schedule;

pub use objects::{
    DarajaObject, KeyObject, MerchantsObject, PaymentObject, QuotaObject, ReceiptObject,
    RosterObject, SubscriberObject,
};

use platform::log::{self, Told::Why, What};
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

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
    edge::answer(request, &env, &context).await
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    schedule::on_schedule(&env).await;
}
