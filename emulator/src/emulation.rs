//! The running emulation, which every request and every story share: the world, the clock, and the way out to the merchant.

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, task::JoinSet};

use crate::{
    certificate::Sealing,
    clock::Clock,
    options::{Merchant, Options},
    world::World,
};

pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) http: reqwest::Client,
    world: Mutex<World>,
    version: watch::Sender<u64>,
    stories: Mutex<JoinSet<()>>,
    /// Made when it is first needed.
    sealing: OnceLock<Result<Sealing, String>>,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Result<Arc<Self>, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_millis(options.callback_timeout_ms))
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0) // delivered once: not over a connection that has just gone stale
            .no_proxy()
            .http1_title_case_headers() // `Businessshortcode`, as seen on the wire
            .build()?;
        Ok(Arc::new(Self {
            clock: Clock::start(options.clock_speed),
            http,
            world: Mutex::new(World::new(&options)),
            version: watch::Sender::new(1),
            stories: Mutex::default(),
            sealing: OnceLock::new(),
            options,
        }))
    }

    /// The merchant that has this number, as its Pay Bill, store or till.
    pub(crate) fn merchant(&self, shortcode: &str) -> Option<&Merchant> {
        let mut merchants = self.options.merchants.iter();
        merchants.find(|merchant| merchant.payee.is_called(shortcode))
    }

    /// The key of security credentials.
    pub(crate) fn sealing(&self) -> Result<&Sealing, &str> {
        let sealing = self.sealing.get_or_init(Sealing::make);
        sealing.as_ref().map_err(String::as_str)
    }

    /// What is sealed in a security credential.
    pub(crate) fn opens(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.sealing().ok()?.open(sealed)
    }

    /// Looks at the world.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world and wakes whoever waits for a change.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let result = change(&mut self.world());
        self.version.send_modify(|version| *version += 1);
        result
    }

    /// The number of changes so far.
    pub(crate) fn version(&self) -> u64 {
        *self.version.borrow()
    }

    pub(crate) async fn version_after(&self, version: u64) {
        // The sender lives in `self`, so waiting cannot fail.
        let mut versions = self.version.subscribe();
        let _newer = versions.wait_for(|now| *now > version).await;
    }

    /// Runs a story until it ends or the world is reset.
    pub(crate) fn spawn(&self, story: impl Future<Output = ()> + Send + 'static) {
        let mut stories = self.stories.lock().unwrap_or_else(PoisonError::into_inner);
        while stories.try_join_next().is_some() {} // forget those that have ended
        stories.spawn(story);
    }

    /// Ends every running story.
    pub(crate) fn abort_stories(&self) {
        self.stories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .abort_all();
    }
}
