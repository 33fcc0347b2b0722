//! Whether someone asked us to stop: Ctrl-C, SIGTERM or a closed terminal. Whoever waits asks here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// From now on these signals are noted instead of ending the program, so that children are ended first.
pub(crate) fn listen() -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&ASKED)).context("listening for signals")?;
    }
    Ok(())
}

pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Waits so long, or until someone asks.
pub(crate) fn wait(long: Duration) {
    let began = Instant::now();
    while began.elapsed() < long && !asked() {
        thread::sleep(LOOK_AGAIN.min(long.saturating_sub(began.elapsed())));
    }
}
