//! `Stand`: the simulated `Host`, as one life has it. Each of its futures takes at least one step, and belongs to the life that made it.

use super::cloud::{Cloud, Said};
use super::crypto;
use super::fate::{Fault, HostRule};
use super::outside::Sent;
use super::promise::{Timer, promise};
use super::run::{Life, PEOPLE};
use super::sql;
use malipo_engine::counts::Count;
use malipo_shared::LinkId;
use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::file::{Content, File};
use malipo_shell::platform::host::{Answer, Call, Given, Host, Level, Limit, Soon, Verifier, Whom};
use malipo_shell::platform::isolate::Isolate;
use malipo_shell::platform::sql::SqlValue;
use malipo_shell::platform::within;
use std::any::Any;
use std::rc::Rc;

/// KV may say what was so this long ago.
const STALE_MS: u64 = 60_000;

/// What one life stands on.
pub(crate) struct Stand {
    cloud: Rc<Cloud>,
    life: Life,
    isolate: Rc<Isolate>,
}

impl Stand {
    pub(crate) fn new(cloud: &Rc<Cloud>, life: Life) -> Rc<Stand> {
        Rc::new(Stand {
            cloud: Rc::clone(cloud),
            life,
            isolate: cloud.isolate(),
        })
    }

    /// Asks a service of the platform, which answers a little later; none while it is away or its answer is lost.
    async fn service<T: 'static>(
        &self,
        away: Fault,
        does: impl FnOnce(&Cloud) -> T + 'static,
    ) -> Option<T> {
        let (tell, heard) = promise(&self.cloud.run, self.life);
        self.cloud.out(self.life, move |cloud| {
            if cloud.strikes(away) {
                return cloud.lose(tell);
            }
            let (ms, to) = (cloud.hop_ms(), Rc::clone(cloud));
            cloud.run.after(ms, PEOPLE, move || {
                let value = does(&to);
                if to.strikes(Fault::AnswerLost) {
                    return to.lose(tell);
                }
                let ms = to.hop_ms();
                to.run.after(ms, PEOPLE, move || tell.say(value));
            });
        });
        heard.await
    }

    async fn called(&self, whom: Whom<'_>, message: &str) -> Said {
        let (tell, heard) = promise(&self.cloud.run, self.life);
        let (name, message) = (whom.name.to_owned(), message.to_owned());
        self.cloud.call(self.life, whom.class, name, message, tell);
        heard
            .await
            .unwrap_or_else(|| Err(Error::new("the object did not answer")))
    }

    async fn sent(&self, call: Call<'_>, limit: Limit) -> Result<Answer, String> {
        let (tell, heard) = promise(&self.cloud.run, self.life);
        let headers = call.headers.iter();
        let sent = Sent {
            method: call.method.as_str(),
            url: call.url.to_owned(),
            headers: headers
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
            body: call.body.unwrap_or_default(),
        };
        self.cloud.shelf.outside.leaves(&sent);
        self.cloud.out(self.life, move |cloud| {
            cloud.run.mix_text(&sent.url);
            cloud.run.mix_text(&sent.body);
            cloud.tell(|| format!("leaves: {} {} {}", sent.method, sent.url, sent.body));
            let ms = match cloud.strikes(Fault::SendLost) {
                true => return cloud.lose(tell),
                false if cloud.strikes(Fault::Late) => cloud.late_ms(),
                false => 10 + cloud.hop_ms(),
            };
            let to = Rc::clone(cloud);
            cloud.run.after(ms, PEOPLE, move || {
                let (answering, answered) = promise::<Answer>(&to.run, PEOPLE);
                let back = Rc::clone(&to);
                to.run.spawn(
                    PEOPLE,
                    Box::pin(async move {
                        let Some(answer) = answered.await else { return };
                        if back.strikes(Fault::AnswerLost) {
                            return back.lose(tell);
                        }
                        tell.say(answer);
                    }),
                );
                to.shelf.outside.receives(sent, answering);
            });
        });
        let limit_ms = match self.cloud.fate.keeps(HostRule::Limit) {
            true => limit.ms,
            false => 600_000,
        };
        match within(self, limit_ms, heard).await {
            Some(Some(answer)) => Ok(answer),
            Some(None) => Err("the connection failed".to_owned()),
            None => Err(format!("no answer within {} s", limit.ms / 1000)),
        }
    }
}

impl Host for Stand {
    fn now_ms(&self) -> u64 {
        let ahead_ms = self.cloud.shelf.ahead_ms.get();
        self.cloud.run.now_ms().saturating_add_signed(ahead_ms)
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        let mut chance = self.cloud.shelf.chance.borrow_mut();
        for chunk in bytes.chunks_mut(8) {
            let random = chance.throw().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
        true
    }

    fn given(&self, name: &str) -> Option<Given> {
        let text = self.cloud.shelf.variables.borrow().get(name)?.clone();
        Some(match text.starts_with(['[', '{']) {
            true => Given::Json(text),
            false => Given::Text(text),
        })
    }

    fn isolate(&self) -> &Isolate {
        &self.isolate
    }

    fn sleep(&self, ms: u64) -> Soon<'static, ()> {
        Box::pin(Timer::new(&self.cloud.run, self.life, ms))
    }

    fn keep(&self, work: Soon<'static, ()>) {
        self.cloud.run.spawn(self.life, work);
    }

    fn call<'a>(&'a self, whom: Whom<'a>, message: &'a str) -> Soon<'a, Said> {
        Box::pin(self.called(whom, message))
    }

    fn send<'a>(&'a self, call: Call<'a>, limit: Limit) -> Soon<'a, Result<Answer, String>> {
        Box::pin(self.sent(call, limit))
    }

    fn kv_get<'a>(&'a self, key: &'a str) -> Soon<'a, Option<String>> {
        let key = key.to_owned();
        Box::pin(async move {
            let read = move |cloud: &Cloud| {
                let now_ms = cloud.run.now_ms();
                let stale_ms = if cloud.strikes(Fault::KvStale) {
                    STALE_MS
                } else {
                    0
                };
                cloud.shelf.kv_get(&key, now_ms - stale_ms, now_ms)
            };
            self.service(Fault::KvAway, read).await.flatten()
        })
    }

    fn kv_answers(&self) -> Soon<'_, bool> {
        Box::pin(async move { self.service(Fault::KvAway, |_| ()).await.is_some() })
    }

    fn kv_put<'a>(&'a self, key: &'a str, value: String, ttl_secs: u64) -> Soon<'a, bool> {
        let key = key.to_owned();
        Box::pin(async move {
            let put =
                move |cloud: &Cloud| cloud.shelf.kv_put(key, value, cloud.run.now_ms(), ttl_secs);
            self.service(Fault::KvAway, put).await.is_some()
        })
    }

    fn d1_batch<'a>(
        &'a self,
        statements: &'a [(&'a str, &'a [SqlValue<'a>])],
    ) -> Soon<'a, Result<bool>> {
        let statements = statements.iter();
        let statements: Vec<_> = statements
            .map(|(s, v)| ((*s).to_owned(), sql::owned(v)))
            .collect();
        Box::pin(async move {
            let done = self.service(Fault::LedgerAway, move |cloud| {
                match cloud.fate.keeps(HostRule::Whole) {
                    true => cloud.shelf.batch(&statements),
                    false => statements
                        .iter()
                        .try_for_each(|one| cloud.shelf.texts(one).map(drop)),
                }
            });
            done.await.unwrap_or_else(away).map(|()| true)
        })
    }

    fn d1_texts<'a>(
        &'a self,
        statement: &'a str,
        values: &'a [SqlValue<'a>],
    ) -> Soon<'a, Result<Vec<String>>> {
        let asked = (statement.to_owned(), sql::owned(values));
        Box::pin(async move {
            let found = self.service(Fault::LedgerAway, move |cloud| cloud.shelf.texts(&asked));
            found.await.unwrap_or_else(away)
        })
    }

    fn is_within(&self, key: String) -> Soon<'_, Result<bool>> {
        Box::pin(async move {
            let counted = move |cloud: &Cloud| cloud.shelf.is_within(key, cloud.run.now_ms());
            self.service(Fault::KvAway, counted)
                .await
                .map_or_else(away, Ok)
        })
    }

    fn has_signed<'a>(
        &'a self,
        key: Verifier<'a>,
        signed: &'a [u8],
        signature: &'a [u8],
    ) -> Soon<'a, bool> {
        Box::pin(std::future::ready(crypto::has_signed(
            key, signed, signature,
        )))
    }

    fn takes_key<'a>(&'a self, key: Verifier<'a>) -> Soon<'a, bool> {
        Box::pin(std::future::ready(crypto::takes_key(key)))
    }

    fn file<'a>(&'a self, _path: &'a str, _known: Option<String>) -> Soon<'a, Result<File>> {
        Box::pin(std::future::ready(Ok(File {
            status: 404,
            content: Box::new(NoFile),
            has_own_headers: true,
        })))
    }

    fn log(&self, level: Level, line: &str) {
        self.cloud.tell(|| format!("  log: {line}"));
        if level == Level::Error {
            self.cloud.shelf.errors.borrow_mut().push(line.to_owned());
        }
    }

    fn counts(&self) -> bool {
        false
    }

    fn count(&self, _env_word: &str, _link: &LinkId, _counts: &[Count]) {}
}

/// There are no built files here.
struct NoFile;

impl Content for NoFile {
    fn text(self: Box<Self>) -> Soon<'static, Result<String>> {
        Box::pin(std::future::ready(Ok(String::new())))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn away<T>() -> Result<T> {
    Err(Error::new("it does not answer"))
}
