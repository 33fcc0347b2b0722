//! Which merchant a request means: the one that its payment id names, the one of `/m/{link}` before its path, else the one of
//! the variables; and whom M-PESA calls.

use crate::config::{self, Config, DarajaEnv, Known, NoConfig};
use crate::platform::log::{self, Told::Why, What};
use crate::platform::{self, reply};
use malipo_engine::hook_time;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, PaymentId};
use std::cell::RefCell;
use std::rc::Rc;
use worker::{Env, Response, Result};

/// M-PESA calls once: its merchant is looked for three times within what [`hook_time`] leaves for it.
const CALLED_TRIES: u32 = 3;
const CALLED_PAUSE_MS: u64 = 150;
/// So long the settings of a merchant whom a test has made hang cannot be read, in milliseconds.
const HANGS_MS: u64 = 30_000;

/// How M-PESA names whom it calls.
#[derive(Clone, Copy)]
pub(crate) enum Called<'c> {
    /// By the link in an address that was made here.
    Link(&'c LinkId),
    /// By the number that was paid.
    Number(&'c str),
}

thread_local! {
    /// Whom a test has hidden, by link or number; nobody has an empty name.
    static HIDDEN: RefCell<String> = RefCell::default();
    /// Whose settings hang, likewise.
    static HANGING: RefCell<String> = RefCell::default();
}

/// Takes `/m/{link}` off a path: the link, and the path as it would be without.
pub(crate) fn split(path: &str) -> (Option<LinkId>, &str) {
    let parts = path.strip_prefix("/m/").and_then(|rest| {
        let at = rest.find('/')?;
        let (link, path) = rest.split_at(at);
        Some((LinkId::parse(link).ok()?, path))
    });
    match parts {
        Some((link, path)) => (Some(link), path),
        None => (None, path),
    }
}

/// The merchant of a request; `path` is without its prefix.
pub(crate) async fn merchant(
    env: &Env,
    own: &Known,
    config: &Config,
    prefix: Option<LinkId>,
    path: &str,
) -> Known {
    if path.starts_with("/hooks/") {
        return match prefix {
            // What M-PESA says once must not be lost with a merchant's settings: the hook looks for them where it needs them.
            None => Rc::clone(own),
            Some(_) => Rc::new(Err(NoConfig::UnknownLink)),
        };
    }
    match (prefix, of_payment(config, path)) {
        (Some(prefix), Some(link)) if prefix != link => Rc::new(Err(NoConfig::UnknownLink)),
        (_, Some(link)) | (Some(link), None) => config::of_link(env, &link).await,
        (None, None) => Rc::clone(own),
    }
}

/// What is answered when there is no merchant to answer.
pub(crate) fn refuse(none: &NoConfig) -> Result<Response> {
    match none {
        NoConfig::UnknownLink => reply::not_found(),
        NoConfig::Wrong(wrong) => {
            log::error(What::ConfigurationWrong, &[Why(&wrong.join("; "))]);
            reply::error(ApiError::new(
                ErrorCode::Misconfigured,
                "This shop's checkout is not set up yet. Its operator finds the reason at /healthz.",
            ))
        }
        NoConfig::Unreached => reply::error(ApiError::new(
            ErrorCode::InternalError,
            "This shop cannot be reached now. Nothing was sent; please try again.",
        )),
    }
}

/// The merchant whose payment a path names, by an id that was made here.
fn of_payment(config: &Config, path: &str) -> Option<LinkId> {
    let mut segments = path.split('/').skip(1);
    let id = match (segments.next()?, segments.next()?) {
        ("v1", "payments") | ("pay", "p") => segments.next()?,
        _ => return None,
    };
    let id = PaymentId::parse(id).ok()?;
    let address = config
        .master_key
        .open_payment_id(config.env.as_str(), &id)?;
    Some(address.link)
}

/// The merchant whom M-PESA calls, looked for three times.
pub(crate) async fn sought(env: &Env, own: &Config, who: Called<'_>) -> Known {
    let work = async {
        for _ in 1..CALLED_TRIES {
            let known = called(env, own, who).await;
            if !matches!(known.as_ref(), Err(NoConfig::Unreached)) {
                return known;
            }
            platform::pause_ms(CALLED_PAUSE_MS).await;
        }
        called(env, own, who).await
    };
    let known = platform::within(hook_time::SETTINGS_MS, work).await;
    known.unwrap_or_else(|| Rc::new(Err(NoConfig::Unreached)))
}

/// The merchant whom M-PESA calls. A number that nobody has is the own merchant's to refuse.
pub(crate) async fn called(env: &Env, own: &Config, who: Called<'_>) -> Known {
    if own.env == DarajaEnv::Emulator {
        if HANGING.with_borrow(|name| name == who.name()) {
            platform::pause_ms(HANGS_MS).await;
        }
        if HIDDEN.with_borrow(|name| name == who.name()) {
            return Rc::new(Err(NoConfig::Unreached));
        }
    }
    match who {
        Called::Link(link) => config::of_link(env, link).await,
        Called::Number(number) => match config::of_number(env, own, number).await {
            Ok(Some(link)) => config::of_link(env, &link).await,
            Ok(None) => config::of(env),
            Err(none) => Rc::new(Err(none)),
        },
    }
}

/// From here on the settings of whom M-PESA calls so cannot be read, in the emulator's environment: a test asks for it.
pub(crate) fn hide(name: &str) {
    HIDDEN.set(name.to_owned());
}

/// From here on reading the settings of whom M-PESA calls so takes very long, likewise.
pub(crate) fn hang(name: &str) {
    HANGING.set(name.to_owned());
}

impl<'c> Called<'c> {
    fn name(self) -> &'c str {
        match self {
            Called::Link(link) => link.as_str(),
            Called::Number(number) => number,
        }
    }
}
