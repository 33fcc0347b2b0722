//! `DarajaObject`: one for a Daraja app. It alone mints tokens, however many ask at once, and it
//! spaces the queries.

use super::small_rows;
use crate::calls::daraja::{Asked, HeldToken, ToDaraja, TokenReply, token_key};
use crate::config::{self, Config};
use crate::outbound::daraja;
use crate::platform::Env;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::home::{Alarm, Home};
use crate::platform::http::ObjectReply;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, Shared};
use malipo_engine::daraja::{MintAnswer, Token};
use malipo_engine::json;
use malipo_engine::query_queue::{Priority, Queue, Slot};
use std::cell::RefCell;
use std::rc::Rc;

/// A token is used no longer than this, in seconds: about 50 minutes of Daraja's hour.
const TOKEN_SECS_MAX: u64 = 3000;
/// And given up this long before Daraja does, in seconds.
const TOKEN_MARGIN_SECS: u64 = 300;
/// KV keeps nothing for less, in seconds.
const TOKEN_SECS_MIN: u64 = 60;

/// The rows: the queue of queries, and the token.
const QUEUE: u32 = 0;
const HELD: u32 = 1;

/// The holder of a Daraja app's token. A panic leaves nothing half-done here: token and queue lie in storage, the rest is only ever
/// replaced whole.
pub(crate) struct Daraja {
    home: Rc<dyn Home>,
    env: Env,
    /// The minting under way, shared by all who wait for it.
    minting: RefCell<Option<Shared<LocalBoxFuture<'static, TokenReply>>>>,
}

impl Daraja {
    pub(crate) fn new(home: Rc<dyn Home>, env: Env) -> Daraja {
        Daraja {
            home,
            env,
            minting: RefCell::new(None),
        }
    }
}

impl Object for Daraja {
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        Box::pin(async move {
            let message: ToDaraja = json::read(&message)?;
            self.answer(message).await
        })
    }

    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

impl Daraja {
    async fn answer(self: Rc<Self>, message: ToDaraja) -> Result<ObjectReply> {
        let Ok(config) = config::of_link(&self.env, &message.link).await else {
            return Ok(ObjectReply::failed("the merchant's configuration is wrong"));
        };
        if token_key(&config) != message.app {
            return Ok(ObjectReply::failed(
                "the merchant's Daraja app was changed; ask again",
            ));
        }
        match message.what {
            Asked::Token { refused } => ObjectReply::json(&self.token(config, refused).await?),
            Asked::QuerySlot { priority } => {
                ObjectReply::json(&self.query_slot(&config, priority)?)
            }
        }
    }

    /// The held token, unless it is the refused one; else a new one, minted once for all who ask.
    async fn token(
        self: Rc<Self>,
        config: Rc<Config>,
        refused: Option<String>,
    ) -> Result<TokenReply> {
        let held = small_rows::read(self.home.as_ref(), HELD)?;
        // What another version wrote costs a minting.
        let held = held.and_then(|text| json::read::<HeldToken>(&text).ok());
        if let Some(held) = held
            && held.expires_at_ms > self.env.now_ms()
            && refused != Some(held.name())
        {
            return Ok(TokenReply::Token(held));
        }
        let minting = self.minting(config);
        let reply = minting.clone().await;
        let is_ours = self
            .minting
            .borrow()
            .as_ref()
            .is_some_and(|current| current.ptr_eq(&minting));
        if is_ours {
            self.minting.borrow_mut().take();
        }
        Ok(reply)
    }

    fn minting(self: &Rc<Self>, config: Rc<Config>) -> Shared<LocalBoxFuture<'static, TokenReply>> {
        let inner = Rc::clone(self);
        self.minting
            .borrow_mut()
            .get_or_insert_with(|| {
                async move { inner.mint(&config).await }
                    .boxed_local()
                    .shared()
            })
            .clone()
    }

    async fn mint(&self, config: &Config) -> TokenReply {
        match daraja::mint(&self.env, config).await {
            MintAnswer::Minted(token) => TokenReply::Token(self.keep(config, token).await),
            MintAnswer::BadCredentials(said) => TokenReply::BadCredentials(said),
            MintAnswer::Unavailable(said) => TokenReply::Unavailable(said),
        }
    }

    /// Keeps a token here and in KV. A failure of either only costs time.
    async fn keep(&self, config: &Config, token: Token) -> HeldToken {
        let secs = token
            .expires_in_secs
            .saturating_sub(TOKEN_MARGIN_SECS)
            .clamp(TOKEN_SECS_MIN, TOKEN_SECS_MAX);
        let held = HeldToken {
            value: token.value,
            expires_at_ms: self.env.now_ms() + secs * 1000,
        };
        let merchant = || Merchant(&config.link);
        if self.hold(&held).is_err() {
            log::error(
                self.env.as_ref(),
                What::TokenUnkept,
                &[merchant(), Why(&"in the object")],
            );
        }
        if !daraja::keep_in_kv(&self.env, config, &held, secs).await {
            log::error(
                self.env.as_ref(),
                What::TokenUnkept,
                &[merchant(), Why(&"in KV")],
            );
        }
        held
    }

    /// A place in the queue, which lies in storage: an object that is idle for ten seconds has no memory. Answered at once:
    /// waiting here would be billed and lost on a restart.
    fn query_slot(&self, config: &Config, priority: Priority) -> Result<Slot> {
        let gap_ms = 60_000 / config.queries_per_minute;
        let home = self.home.as_ref();
        let known = small_rows::read(home, QUEUE)?;
        // What another version wrote costs a gap at most.
        let queue = known.and_then(|text| json::read::<Queue>(&text).ok());
        let mut queue = queue.unwrap_or_default();
        let slot = queue.reserve(priority, gap_ms, self.env.now_ms());
        small_rows::write(home, QUEUE, serde_json::to_string(&queue)?, Alarm::Leave)?;
        Ok(slot)
    }

    fn hold(&self, held: &HeldToken) -> Result<()> {
        let held = serde_json::to_string(held)?;
        small_rows::write(self.home.as_ref(), HELD, held, Alarm::Leave)
    }
}
