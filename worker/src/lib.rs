//! The host on Cloudflare, and nothing else: the entry points, the Durable Objects' classes, and the shell's `Host` and `Home` on what the
//! platform gives. What Malipo does is in `malipo-shell`.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

#[macro_use]
mod class;
mod cloudflare;
#[cfg(feature = "contract")]
mod contract;
mod counters;
mod d1;
mod fetch_event;
mod files;
mod home;
mod objects;
mod outgoing;
mod print;
mod variables;
mod web_crypto;

use cloudflare::Cloudflare;
use malipo_shell::platform::class::{Class, Object};
use malipo_shell::platform::host::Level;
use malipo_shell::platform::log::{self, Field::Why, What};
use malipo_shell::{edge, schedule};
use std::rc::Rc;
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

durable_class! {
    /// One payment's journal and all that acts on it.
    PaymentObject of Payment
}
durable_class! {
    /// One receipt's record, and what is left to be told of it.
    ReceiptObject of Receipt
}
durable_class! {
    /// The holder of a Daraja app's token.
    DarajaObject of Daraja
}
durable_class! {
    /// The merchants' rows.
    MerchantsObject of Merchants
}
durable_class! {
    /// A shop's people.
    DeskObject of Desk
}
durable_class! {
    /// One day's payments.
    RosterObject of Roster
}
durable_class! {
    /// One handset's lease and waits.
    SubscriberObject of Subscriber
}
durable_class! {
    /// One address's unanswered prompts.
    QuotaObject of Quota
}
durable_class! {
    /// What one key was used for.
    KeyObject of Key
}

/// Opens an instance of an object.
fn open(class: Class, home: Rc<home::Place>, env: malipo_shell::platform::Env) -> Rc<dyn Object> {
    #[cfg(feature = "contract")]
    if class == Class::Key {
        return malipo_contract::probe(home, env);
    }
    malipo_shell::objects::open(class, home, env)
}

#[event(start)]
fn start() {
    // A panic's text may hold what the customer typed: only its place is logged.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let line = log::line(Level::Error, What::Panicked, &[Why(&place)]);
        print::line(Level::Error, &line);
    }));
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let env = Cloudflare::of_request(env, context);
    #[cfg(feature = "contract")]
    if let Some(said) = contract::answer(&request.path(), &env).await {
        return said;
    }
    let request = fetch_event::incoming(request);
    let reply = edge::answer(request, &env).await;
    fetch_event::response(reply)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    schedule::on_schedule(&Cloudflare::of_clock(env)).await;
}
