//! The faults of one payment that a test has asked for, in the emulator's environment only. What is planted lies in the
//! object's storage, so that it outlives the panic that it causes.

use super::inner::Inner;
use super::store::{Mark, Store};
use crate::config::{Config, DarajaEnv};
use crate::platform::error::{Error, Result};
use crate::platform::home::{Alarm, Batch};
use crate::platform::http::ObjectReply;
use std::rc::Rc;

/// Longer than anybody waits for an object, in milliseconds.
const STALLS_MS: u64 = 30_000;

impl Inner {
    /// Panics, tells what the object holds, sets its clock forward, or plants a fault that strikes so many times; answers
    /// how often it was still to strike.
    pub(super) async fn plant(
        self: &Rc<Self>,
        config: &Config,
        fault: &str,
        times: u64,
    ) -> Result<ObjectReply> {
        let store = Store::of(&self.env, &self.home)?;
        match fault {
            "panic" => panic(),
            "personal" => return Ok(ObjectReply::ok(store.personal()?.to_string())),
            "rows" => return Ok(ObjectReply::ok(store.rows_of_mpesa()?.to_string())),
            "ahead" => {
                self.ahead_ms.set(times);
                self.ring(config, 0).await;
                // As it is after the ringing.
                let store = Store::of(&self.env, &self.home)?;
                return Ok(ObjectReply::ok(store.about()?.is_some().to_string()));
            }
            _ => {}
        }
        let left = store.mark(Mark::Fault(fault))?;
        store.set_mark(Mark::Fault(fault), times);
        store.flush(Alarm::Leave)?;
        self.is_planted.set(true);
        Ok(ObjectReply::ok(left.to_string()))
    }

    /// The payment's time, in Unix milliseconds.
    pub(super) fn now_ms(&self) -> u64 {
        self.env.now_ms() + self.ahead_ms.get()
    }

    /// An alarm whose work may have to hang, to panic (`break`) or to err.
    pub(super) async fn fail_alarm(&self, config: &Config) -> Result<()> {
        if self.is_struck(config, "hang") {
            std::future::pending::<()>().await;
        }
        if self.is_struck(config, "break") {
            panic();
        }
        self.fail_by(config, "err")
    }

    /// An alarm that may have to be lost.
    pub(super) fn lose_alarm(&self, config: &Config) -> Result<()> {
        match self.is_struck(config, "lose") {
            true => self.home.write(&Batch::default(), Alarm::Off),
            false => Ok(()),
        }
    }

    /// Answers nobody for half a minute, and then fails, if that strikes now (`stall`).
    pub(super) async fn stall(&self, config: &Config) -> Result<()> {
        if self.is_struck(config, "stall") {
            self.env.sleep(STALLS_MS).await;
            return Err(Error::new("asked to"));
        }
        Ok(())
    }

    /// Fails if this fault strikes now.
    pub(super) fn fail_by(&self, config: &Config, fault: &str) -> Result<()> {
        if self.is_struck(config, fault) {
            return Err(Error::new("asked to"));
        }
        Ok(())
    }

    /// Whether a planted fault strikes now; from here on it strikes once less.
    pub(super) fn is_struck(&self, config: &Config, fault: &str) -> bool {
        if config.env != DarajaEnv::Emulator || !self.is_planted.get() {
            return false;
        }
        // Nothing is waited for in between: no other turn sees it.
        let strike = || -> Result<bool> {
            let store = Store::of(&self.env, &self.home)?;
            self.is_planted.set(store.has_faults());
            let left = store.mark(Mark::Fault(fault))?;
            if store.about()?.is_none() || left == 0 {
                return Ok(false);
            }
            store.set_mark(Mark::Fault(fault), left - 1);
            store.flush(Alarm::Leave)?;
            Ok(true)
        };
        strike().unwrap_or(false)
    }
}

#[allow(clippy::panic)] // asked for by a test of the emulator's environment
fn panic() -> ! {
    panic!("asked to")
}
