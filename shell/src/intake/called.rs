//! The merchant that M-PESA calls: by the link in an address that was made here, or by the number that was paid.

use crate::config::{self, DarajaEnv, Deployment, Found, NoConfig};
use crate::platform;
use crate::platform::Env;
use malipo_engine::hook_time;
use malipo_shared::LinkId;

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

/// What a test has asked for, in the emulator's environment. Nobody has an empty name.
#[derive(Default)]
struct Asked {
    /// Whom it has hidden, by link or number.
    hidden: String,
    /// Whose settings hang, likewise.
    hanging: String,
}

/// The merchant whom M-PESA calls, looked for three times.
pub(crate) async fn sought(env: &Env, deployment: &Deployment, who: Called<'_>) -> Found {
    let work = async {
        for _ in 1..CALLED_TRIES {
            let known = called(env, deployment, who).await;
            if !matches!(known.as_ref(), Err(NoConfig::Unreached)) {
                return known;
            }
            env.sleep(CALLED_PAUSE_MS).await;
        }
        called(env, deployment, who).await
    };
    let known = platform::within(env.as_ref(), hook_time::SETTINGS_MS, work).await;
    known.unwrap_or(Err(NoConfig::Unreached))
}

/// The merchant whom M-PESA calls. A number that nobody has is the own merchant's to refuse.
pub(crate) async fn called(env: &Env, deployment: &Deployment, who: Called<'_>) -> Found {
    if deployment.env == DarajaEnv::Emulator {
        let asked = env.isolate().of::<Asked>();
        let (is_hanging, is_hidden) = {
            let asked = asked.borrow();
            (asked.hanging == who.name(), asked.hidden == who.name())
        };
        if is_hanging {
            env.sleep(HANGS_MS).await;
        }
        if is_hidden {
            return Err(NoConfig::Unreached);
        }
    }
    match who {
        Called::Link(link) => config::of_link(env, link).await,
        Called::Number(number) => match config::of_number(env, deployment, number).await {
            Ok(Some(link)) => config::of_link(env, &link).await,
            Ok(None) => config::default_merchant(env).await,
            Err(none) => Err(none),
        },
    }
}

/// From here on the settings of whom M-PESA calls so cannot be read, in the emulator's environment: a test asks for it.
pub(crate) fn hide(env: &Env, name: &str) {
    name.clone_into(&mut env.isolate().of::<Asked>().borrow_mut().hidden);
}

/// From here on reading the settings of whom M-PESA calls so takes very long, likewise.
pub(crate) fn hang(env: &Env, name: &str) {
    name.clone_into(&mut env.isolate().of::<Asked>().borrow_mut().hanging);
}

impl<'c> Called<'c> {
    fn name(self) -> &'c str {
        match self {
            Called::Link(link) => link.as_str(),
            Called::Number(number) => number,
        }
    }
}
