//! Calls of a `RosterObject`: a payment enters its name, a sweep reads the names of a day.

use crate::config::Config;
use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use crate::platform::object;
use malipo_engine::master_key::roster_name;
use malipo_shared::AccountReference;
use serde::{Deserialize, Serialize};

const CALL_MS: u64 = 2_000;

/// To a `RosterObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToRoster {
    /// A payment was opened.
    Enter { reference: String },
    /// At most `limit` references after this one, in order.
    Read { after: String, limit: u32 },
}

/// Enters a payment; once or often is the same. False when it could not be entered within 2 s.
pub(crate) async fn enter(
    env: &Env,
    config: &Config,
    reference: &AccountReference,
    opened_at_ms: u64,
) -> bool {
    let name = roster_name(config.env.as_str(), &config.link, opened_at_ms);
    let message = ToRoster::Enter {
        reference: reference.as_str().to_owned(),
    };
    match object::call::<()>(env, Class::Roster, &name, &message, CALL_MS).await {
        Ok(()) => true,
        Err(why) => {
            log::error(
                env.as_ref(),
                What::RosterUnwritten,
                &[
                    Payment(&format_args!(
                        "{}:{}:{reference}",
                        config.env.as_str(),
                        config.link
                    )),
                    Why(&why),
                ],
            );
            false
        }
    }
}

/// The references after `after` of the day that holds `day_ms`, in order: a page. The last page is short.
pub(crate) async fn page(
    env: &Env,
    config: &Config,
    day_ms: u64,
    after: &str,
    limit: u32,
) -> Result<Vec<String>> {
    let name = roster_name(config.env.as_str(), &config.link, day_ms);
    let after = after.to_owned();
    object::call(
        env,
        Class::Roster,
        &name,
        &ToRoster::Read { after, limit },
        CALL_MS,
    )
    .await
}
