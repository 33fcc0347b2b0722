//! `Cloudflare`: the host that Cloudflare's runtime gives. What an object has of its own is
//! `home.rs`.
#![allow(clippy::disallowed_methods)] // this file is where they are wrapped

use crate::print::away;
use crate::{counters, d1, files, objects, outgoing, print, variables, web_crypto};
use core::time::Duration;
use malipo_engine::counts::Count;
use malipo_shared::LinkId;
use malipo_shell::platform::error::Result;
use malipo_shell::platform::file::File;
use malipo_shell::platform::host::{
    Answer, Call, Env, Given, Host, Level, Limit, Soon, Verifier, Whom,
};
use malipo_shell::platform::http::ObjectReply;
use malipo_shell::platform::isolate::Isolate;
use malipo_shell::platform::sql::SqlValue;
use std::rc::Rc;
use worker::{Context, Date, Delay, State};

thread_local! {
    static ISOLATE: &'static Isolate = Box::leak(Box::default());
}

/// A key that holds nothing.
const NO_TOKENS_KEY: &str = "health-probe";

/// One invocation of the edge, one run of the clock, or one object.
pub(crate) struct Cloudflare {
    env: worker::Env,
    isolate: &'static Isolate,
    keeper: Keeper,
}

/// What goes on with work when its caller has left.
enum Keeper {
    Edge(Context),
    Object(Rc<State>),
    /// A run of the clock is waited for to its end.
    Nobody,
}

impl Cloudflare {
    pub(crate) fn of_request(env: worker::Env, context: Context) -> Env {
        Cloudflare::host(env, Keeper::Edge(context))
    }

    pub(crate) fn of_clock(env: worker::Env) -> Env {
        Cloudflare::host(env, Keeper::Nobody)
    }

    pub(crate) fn of_object(env: worker::Env, state: Rc<State>) -> Env {
        Cloudflare::host(env, Keeper::Object(state))
    }

    fn host(env: worker::Env, keeper: Keeper) -> Env {
        Rc::new(Cloudflare {
            env,
            isolate: ISOLATE.with(|isolate| *isolate),
            keeper,
        })
    }
}

impl Host for Cloudflare {
    fn now_ms(&self) -> u64 {
        Date::now().as_millis()
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        getrandom::getrandom(bytes).is_ok()
    }

    fn given(&self, name: &str) -> Option<Given> {
        variables::given(&self.env, name)
    }

    fn isolate(&self) -> &Isolate {
        self.isolate
    }

    fn sleep(&self, ms: u64) -> Soon<'static, ()> {
        Box::pin(Delay::from(Duration::from_millis(ms)))
    }

    fn keep(&self, work: Soon<'static, ()>) {
        match &self.keeper {
            Keeper::Edge(context) => context.wait_until(work),
            Keeper::Object(state) => state.wait_until(work),
            Keeper::Nobody => worker::wasm_bindgen_futures::spawn_local(work),
        }
    }

    fn call<'a>(&'a self, whom: Whom<'a>, message: &'a str) -> Soon<'a, Result<ObjectReply>> {
        Box::pin(objects::call(&self.env, whom, message))
    }

    fn send<'a>(&'a self, call: Call<'a>, limit: Limit) -> Soon<'a, Result<Answer, String>> {
        Box::pin(outgoing::send(self, call, limit))
    }

    fn kv_get<'a>(&'a self, key: &'a str) -> Soon<'a, Option<String>> {
        Box::pin(async move { self.env.kv("TOKENS").ok()?.get(key).text().await.ok()? })
    }

    fn kv_answers(&self) -> Soon<'_, bool> {
        Box::pin(async move {
            match self.env.kv("TOKENS") {
                Ok(kv) => kv.get(NO_TOKENS_KEY).text().await.is_ok(),
                Err(_) => false,
            }
        })
    }

    fn kv_put<'a>(&'a self, key: &'a str, value: String, ttl_secs: u64) -> Soon<'a, bool> {
        Box::pin(async move {
            let put = self.env.kv("TOKENS").ok();
            let put = put.and_then(|kv| kv.put(key, value).ok());
            match put {
                Some(put) => put.expiration_ttl(ttl_secs).execute().await.is_ok(),
                None => false,
            }
        })
    }

    fn d1_batch<'a>(
        &'a self,
        statements: &'a [(&'a str, &'a [SqlValue<'a>])],
    ) -> Soon<'a, Result<bool>> {
        Box::pin(async move { d1::run_batch(&self.env, statements).await.map_err(away) })
    }

    fn d1_texts<'a>(
        &'a self,
        statement: &'a str,
        values: &'a [SqlValue<'a>],
    ) -> Soon<'a, Result<Vec<String>>> {
        Box::pin(async move {
            let texts = d1::read_texts(&self.env, statement, values).await;
            texts.map_err(away)
        })
    }

    fn is_within(&self, key: String) -> Soon<'_, Result<bool>> {
        Box::pin(async move {
            let limiter = self.env.rate_limiter("FLOODS").map_err(away)?;
            Ok(limiter.limit(key).await.map_err(away)?.success)
        })
    }

    fn has_signed<'a>(
        &'a self,
        key: Verifier<'a>,
        signed: &'a [u8],
        signature: &'a [u8],
    ) -> Soon<'a, bool> {
        Box::pin(web_crypto::has_signed(key, signed, signature))
    }

    fn takes_key<'a>(&'a self, key: Verifier<'a>) -> Soon<'a, bool> {
        Box::pin(web_crypto::takes_key(key))
    }

    fn file<'a>(&'a self, path: &'a str, known: Option<String>) -> Soon<'a, Result<File>> {
        Box::pin(files::open(&self.env, path, known))
    }

    fn log(&self, level: Level, line: &str) {
        print::line(level, line);
    }

    fn counts(&self) -> bool {
        self.env.analytics_engine("COUNTS").is_ok()
    }

    fn count(&self, env_word: &str, link: &LinkId, counts: &[Count]) {
        counters::write(self, &self.env, env_word, link, counts);
    }
}
