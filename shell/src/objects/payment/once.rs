//! What leaves at most once: a push, and a reversal. It is reserved by a line of the journal, then permitted by whoever else has a word in it.
//! `send_once` does the rest: a line that it leaves now, written directly before the call, the call, and its answer to keep. It is sent
//! again only where M-PESA certainly did not take it, each time with a line of its own. Found reserved by another instance it was not sent;
//! found leaving its fate is unknown, and it is never sent again.

use super::inner::Inner;
use super::turn::Turn;
use crate::calls::daraja::HeldToken;
use crate::config::Config;
use crate::outbound::daraja::{self, NoToken};
use crate::platform;
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use malipo_engine::daraja::Resend;
use malipo_engine::payment::{self, Event, rules};
use std::cell::Cell;
use std::rc::Rc;

/// Two more tries after a spike arrest, within 5 s.
const PAUSES_MAX: u32 = 2;
const PAUSE_MS: u64 = 1200;
const JITTER_MS: u64 = 800;

/// A call of M-PESA's that leaves at most once.
pub(super) trait Once {
    /// What M-PESA says to it.
    type Answer;
    /// The line of the log when it could not be carried on.
    const FAILED: What;
    /// What the log calls it: `push 2`.
    fn name(&self) -> String;
    /// Whether it is still reserved, and nobody has given it up.
    fn may_leave(&self, payment: &payment::Payment) -> bool;
    /// The line that it leaves now; from `deadline_ms` on nobody waits for its answer.
    fn leaving(&self, deadline_ms: u64) -> Event;
    /// Sends it.
    async fn send(&self, token: &HeldToken) -> Self::Answer;
    /// Whether M-PESA certainly did not take it, and what has to change before it is sent again.
    fn resend(answer: &Self::Answer) -> Resend;
    /// It has not left.
    fn not_sent(why: NotSent) -> Self::Answer;
}

/// Why something has not left.
pub(super) enum NotSent {
    /// There is no token.
    NoToken(NoToken),
    /// The line that it leaves could not be written.
    Unwritten,
}

/// Says that something is under way in this instance, until it is dropped: a panic included.
struct Underway {
    inner: Rc<Inner>,
    which: fn(&Inner) -> &Cell<Option<u32>>,
    n: u32,
}

impl Drop for Underway {
    fn drop(&mut self) {
        // Another one may have begun meanwhile.
        let which = (self.which)(&self.inner);
        if which.get() == Some(self.n) {
            which.set(None);
        }
    }
}

impl Inner {
    /// Carries the `n`th of something on beside whatever the caller goes on to do. `which` says in this instance that it is under way.
    pub(super) fn start_once<F: Future<Output = ()>>(
        self: Rc<Self>,
        which: fn(&Inner) -> &Cell<Option<u32>>,
        n: u32,
        work: impl FnOnce(Rc<Inner>, Rc<Config>) -> F + 'static,
    ) {
        let underway = Underway {
            inner: Rc::clone(&self),
            which,
            n,
        };
        self.env.keep(Box::pin(async move {
            let inner = Rc::clone(&underway.inner);
            if let Ok(config) = inner.config().await {
                work(inner, config).await;
            }
            drop(underway);
        }));
    }

    /// Sends it, and answers what is to be kept; none when it was given up before it left. `beside` is written with the line that it
    /// leaves.
    pub(super) async fn send_once<O: Once>(
        self: &Rc<Self>,
        config: &Config,
        order: &O,
        token: core::result::Result<HeldToken, NoToken>,
        beside: impl Fn(&mut Turn<'_>),
    ) -> Result<Option<O::Answer>> {
        let mut token = match token {
            Ok(token) => token,
            Err(why) => return Ok(Some(O::not_sent(NotSent::NoToken(why)))),
        };
        let mut is_renewed = false;
        let mut pauses = 0;
        let mut refused = None;
        loop {
            match self.leave(config, order, &beside) {
                Ok(true) => {}
                // Given up meanwhile; what is known of it is still worth a record.
                Ok(false) => return Ok(refused),
                Err(why) => {
                    let why = format!("{} could not leave: {why}", order.name());
                    self.say_failed(O::FAILED, &why);
                    let unwritten = || O::not_sent(NotSent::Unwritten);
                    return Ok(Some(refused.unwrap_or_else(unwritten)));
                }
            }
            let answer = order.send(&token).await;
            match O::resend(&answer) {
                Resend::WithFreshToken if !is_renewed => {
                    is_renewed = true;
                    match daraja::renewed_token(&self.env, config, &token).await {
                        Ok(fresh) => token = fresh,
                        Err(why) => return Ok(Some(O::not_sent(NotSent::NoToken(why)))),
                    }
                }
                Resend::AfterPause if pauses < PAUSES_MAX => {
                    pauses += 1;
                    let jitter = platform::random::<1>(self.env.as_ref())
                        .map_or(0, |[byte]| u64::from(byte) * JITTER_MS / 255);
                    self.env.sleep(PAUSE_MS + jitter).await;
                }
                Resend::Never | Resend::WithFreshToken | Resend::AfterPause => {
                    return Ok(Some(answer));
                }
            }
            refused = Some(answer);
        }
    }

    /// Writes down that it leaves now; false when it was given up meanwhile.
    fn leave<O: Once>(
        self: &Rc<Self>,
        config: &Config,
        order: &O,
        beside: &impl Fn(&mut Turn<'_>),
    ) -> Result<bool> {
        self.turn(config, |turn| {
            beside(turn);
            let may_leave = order.may_leave(&turn.payment);
            if may_leave {
                let deadline_ms = turn.now_ms + rules::LEAVING_MS;
                turn.record(order.leaving(deadline_ms))?;
            }
            Ok(may_leave)
        })
    }

    /// Something of this payment could not be carried on.
    pub(super) fn say_failed(&self, what: What, why: &dyn core::fmt::Display) {
        let fields = [Payment(&self.called()), Why(why)];
        log::error(self.env.as_ref(), what, &fields);
    }
}
