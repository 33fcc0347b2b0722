//! Trying an object three times: M-PESA posts once, and waits for a few seconds.

use crate::platform::Env;
use crate::platform::log::{self, Field::Why, What};
use malipo_engine::hook_time;
use std::future::Future;

/// How long one try to have an object write something down may take, in milliseconds.
pub(super) const TRY_MS: u64 = hook_time::OBJECT.each_ms;

/// What became of a try to have something written down.
pub(super) enum Tried {
    Written,
    /// The object does not want it: no try will help.
    Unwanted,
    Failed(String),
}

/// Tries an object a few times, each time by a fresh stub.
pub(super) async fn try_thrice<F: Future<Output = Tried>>(
    env: &Env,
    work: impl Fn() -> F,
) -> Tried {
    let tries = hook_time::OBJECT;
    let mut made = 0;
    loop {
        let why = match work().await {
            Tried::Failed(why) => why,
            done @ (Tried::Written | Tried::Unwanted) => return done,
        };
        made += 1;
        let try_n = format!("try {made} of {}: {why}", tries.most);
        log::error(env.as_ref(), What::CallbackUnwritten, &[Why(&try_n)]);
        if !tries.goes_on(made) {
            return Tried::Failed(why);
        }
        env.sleep(tries.pause_ms).await;
    }
}
