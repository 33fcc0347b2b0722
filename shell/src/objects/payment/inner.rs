//! What the payment object's files share: its state in this instance, its name and its settings. What they do with it is a turn or
//! a look (`turn/`).

use super::lanes::Lanes;
use super::memory::Memory;
use super::store::Store;
use super::waiters::Waiters;
use crate::config::{self, Config, Found};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::home::Home;
use malipo_engine::master_key::Address;
use malipo_engine::payment::Event;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What the object's tasks share.
pub(super) struct Inner {
    pub(super) home: Rc<dyn Home>,
    pub(super) env: Env,
    pub(super) waiters: Waiters,
    /// The attempt whose push is under way in this instance. After a restart there is none.
    pub(super) pushing: Cell<Option<u32>>,
    /// The refund that is under way in this instance, likewise.
    pub(super) refunding: Cell<Option<u32>>,
    pub(super) lanes: Lanes,
    /// Whether a test may have planted a fault; until an instance has looked, it may.
    pub(super) is_planted: Cell<bool>,
    /// How far a test has set the payment's clock forward, in milliseconds.
    pub(super) ahead_ms: Cell<u64>,
    pub(super) address: RefCell<Option<String>>,
    pub(super) memory: Memory,
}

impl Inner {
    pub(super) fn new(home: Rc<dyn Home>, env: Env) -> Inner {
        Inner {
            home,
            env,
            waiters: Waiters::default(),
            pushing: Cell::new(None),
            refunding: Cell::new(None),
            lanes: Lanes::default(),
            is_planted: Cell::new(true),
            ahead_ms: Cell::new(0),
            address: RefCell::new(None),
            memory: Memory::default(),
        }
    }

    /// Records one event.
    pub(super) fn record(self: &Rc<Self>, config: &Config, event: Event) -> Result<()> {
        self.turn(config, |turn| turn.record(event))
    }

    /// The deployment and this payment's merchant: its address names it.
    pub(super) async fn config(&self) -> Found {
        match self.address().as_deref().and_then(Address::parse) {
            Some(address) => config::of_link(&self.env, &address.link).await,
            None => config::default_merchant(&self.env).await,
        }
    }

    /// What `{env}:{link_id}:{account_reference}` this is. An object that its alarm wakes reads it from its first row.
    fn address(&self) -> Option<String> {
        let mut known = self.address.borrow_mut();
        if known.is_none() {
            let store = Store::of(&self.env, &self.home);
            let about = store.and_then(|store| store.about());
            *known = about.ok().flatten().map(|about| about.address);
        }
        known.clone()
    }

    /// How logs call this payment: its address holds nothing personal. The platform's id where no row can be read.
    pub(super) fn called(&self) -> String {
        self.address().unwrap_or_else(|| self.home.id())
    }
}
