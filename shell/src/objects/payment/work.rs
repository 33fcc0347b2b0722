//! The work of a payment that may be done again at any time: claims, webhook events, projections. Each kind has a lane of its own, so that
//! a slow shop keeps no claim waiting; whoever finds a lane busy leaves the work to the one in it.

use super::inner::Inner;
use super::lanes::{is_claim, is_delivery};
use super::turn::Rest;
use crate::config::Config;
use crate::platform::busy::Busy;
use crate::platform::error::Result;
use crate::platform::log::What;
use malipo_engine::payment::Effect;
use std::future::Future;
use std::rc::Rc;

/// What is started at once; the books are kept by the alarm alone.
#[derive(Clone, Copy)]
enum Lane {
    Claims,
    Deliveries,
}

impl Inner {
    /// Starts what a turn has found due, beside whatever the caller goes on to do.
    pub(super) fn start_work(self: &Rc<Self>, due: &[Effect]) {
        if let Some(first) = due.iter().find(|effect| is_claim(effect)) {
            self.start_lane(Lane::Claims, first);
        }
        if let Some(first) = due.iter().find(|effect| is_delivery(effect)) {
            self.start_lane(Lane::Deliveries, first);
        }
    }

    /// Does all that is due, for the alarm.
    pub(super) async fn work(self: &Rc<Self>, config: &Config, due: &[Effect], rest: Rest) {
        if let Some(first) = due.iter().find(|effect| is_claim(effect)) {
            self.claims_lane(config, first.clone()).await;
        }
        if rest.is_unbooked {
            self.books_lane(config).await;
        }
        if !due.iter().any(is_delivery) {
            return;
        }
        // Claims and books were waited for: a lane that began meanwhile may have delivered it.
        match self.look(config, |look| Ok(look.due())) {
            Ok(due) => {
                if let Some(first) = due.into_iter().find(is_delivery) {
                    self.deliveries_lane(config, first).await;
                }
            }
            Err(why) => self.say_failed(What::WorkFailed, &why),
        }
    }

    fn start_lane(self: &Rc<Self>, lane: Lane, first: &Effect) {
        let in_use = match lane {
            Lane::Claims => self.lanes.claims.get(),
            Lane::Deliveries => self.lanes.deliveries.get(),
        };
        if in_use {
            return; // whoever is in it goes on with what is due after its own turn
        }
        let (inner, first) = (Rc::clone(self), first.clone());
        self.env.keep(Box::pin(async move {
            let config = inner.config().await;
            match (config.as_ref(), lane) {
                (Ok(config), Lane::Claims) => inner.claims_lane(config, first).await,
                (Ok(config), Lane::Deliveries) => inner.deliveries_lane(config, first).await,
                (Err(_), _) => {} // the alarm rings until it is mended
            }
        }));
    }

    async fn claims_lane(self: &Rc<Self>, config: &Config, first: Effect) {
        let Some(_in_use) = Busy::begin(self, |inner| &inner.lanes.claims) else {
            return;
        };
        self.repeat(first, is_claim, |effect| self.claim(config, effect))
            .await;
    }

    async fn deliveries_lane(self: &Rc<Self>, config: &Config, first: Effect) {
        let Some(_in_use) = Busy::begin(self, |inner| &inner.lanes.deliveries) else {
            return;
        };
        self.repeat(first, is_delivery, |effect| self.deliver(config, effect))
            .await;
    }

    async fn books_lane(self: &Rc<Self>, config: &Config) {
        let Some(_in_use) = self.enter_books() else {
            return;
        };
        if let Err(why) = self.keep_books(config).await {
            self.say_failed(What::WorkFailed, &why);
        }
    }

    /// Does what is due and of its kind, one after another, until nothing is left or one did not succeed (`work` says what is due
    /// after it, or none where it did not succeed).
    async fn repeat<F: Future<Output = Result<Option<Vec<Effect>>>>>(
        self: &Rc<Self>,
        first: Effect,
        is_ours: fn(&Effect) -> bool,
        work: impl Fn(Effect) -> F,
    ) {
        let mut next = Some(first);
        while let Some(effect) = next {
            next = match work(effect).await {
                Ok(due) => due.and_then(|due| due.into_iter().find(is_ours)),
                Err(why) => return self.say_failed(What::WorkFailed, &why),
            };
        }
    }

    /// The books' lane, unless it is in use.
    pub(super) fn enter_books(self: &Rc<Self>) -> Option<Busy<Inner>> {
        Busy::begin(self, |inner| &inner.lanes.books)
    }
}
