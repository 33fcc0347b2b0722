//! The edge: requests of people and M-PESA, each an invocation with a life of its own, and the clock's runs. What was kept goes on for half
//! a minute after the answer, or after the client has left.

use super::cloud::{Cloud, shortened};
use super::env::Stand;
use super::fate::Fault;
use super::promise::{Heard, promise};
use super::run::PEOPLE;
use futures_util::future::LocalBoxFuture;
use malipo_shell::platform::http::{Body, Bytes, Carried, End, Headers, Incoming, Method};
use malipo_shell::{edge, schedule};
use std::rc::Rc;

/// What was kept goes on for so long.
const KEPT_MS: u64 = 30_000;

/// A request from outside.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// After so long the client leaves.
    pub(crate) patience_ms: u64,
}

/// What the client sees of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

struct Brought(Request);

impl Carried for Brought {
    fn header(&self, name: &str) -> Option<String> {
        let found = self
            .0
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    }

    fn read(&mut self, bytes_max: usize) -> LocalBoxFuture<'_, Bytes> {
        let mut bytes = std::mem::take(&mut self.0.body).into_bytes();
        let end = if bytes.len() > bytes_max {
            End::TooLong
        } else {
            End::Whole
        };
        bytes.truncate(bytes_max);
        Box::pin(std::future::ready(Bytes { bytes, end }))
    }
}

/// Brings a request to the edge; the answer is none when it broke or the client left.
pub(crate) fn ask(cloud: &Rc<Cloud>, request: Request) -> Heard<Answered> {
    let (tell, heard) = promise(&cloud.run, PEOPLE);
    let to = Rc::clone(cloud);
    let ms = cloud.hop_ms();
    cloud.tell(|| {
        format!(
            "asks: {} {} {}",
            request.method.as_str(),
            request.url,
            shortened(&request.body)
        )
    });
    cloud.run.after(ms, PEOPLE, move || {
        let life = to.run.begin();
        let env = Stand::new(&to, life);
        let patience_ms = match to.strikes(Fault::ClientLeft) {
            true => to.hangs_up_ms(),
            false => request.patience_ms,
        };
        let (url, body) = (request.url.clone(), request.body.clone());
        if let Some(watch) = to.watch() {
            watch.begins(&url, &body);
        }
        let incoming = Incoming {
            method: request.method,
            url: request.url.clone(),
            carried: Box::new(Brought(request)),
        };
        let cloud = Rc::clone(&to);
        let task = to.run.spawn(
            life,
            Box::pin(async move {
                let env: malipo_shell::platform::host::Env = env;
                let answered = match edge::answer(incoming, &env).await {
                    Ok(reply) => Answered {
                        status: reply.status,
                        headers: named(&reply.headers),
                        text: text_of(reply.body),
                    },
                    Err(why) => Answered {
                        status: 500,
                        headers: Vec::new(),
                        text: why.to_string(),
                    },
                };
                cloud.tell(|| {
                    format!(
                        "   … is answered {} {}",
                        answered.status,
                        shortened(&answered.text)
                    )
                });
                if let Some(watch) = cloud.watch() {
                    watch.answers(&cloud, &url, &body, answered.status);
                }
                let (run, ms) = (Rc::clone(&cloud.run), cloud.hop_ms());
                let over = Rc::clone(&run);
                run.after(KEPT_MS, PEOPLE, move || over.end(life));
                if cloud.strikes(Fault::AnswerLost) {
                    return cloud.lose(tell);
                }
                run.after(ms, PEOPLE, move || tell.say(answered));
            }),
        );
        let run = Rc::clone(&to.run);
        to.run.after(patience_ms, PEOPLE, move || {
            if run.drop_task(task) {
                let over = Rc::clone(&run);
                run.after(KEPT_MS, PEOPLE, move || over.end(life));
            }
        });
    });
    heard
}

fn named(headers: &Headers) -> Vec<(String, String)> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn text_of(body: Body) -> String {
    match body {
        Body::Text(text) => text,
        Body::Empty => String::new(),
        Body::Parts(_) => "(parts)".to_owned(),
        Body::File(file) => format!("(file {})", file.status),
    }
}

/// The clock's run, to its end.
pub(crate) fn sweep(cloud: &Rc<Cloud>) -> Heard<()> {
    let (tell, heard) = promise(&cloud.run, PEOPLE);
    let life = cloud.run.begin();
    let env: malipo_shell::platform::host::Env = Stand::new(cloud, life);
    cloud.tell(|| "the clock's run".to_owned());
    cloud.run.spawn(
        life,
        Box::pin(async move {
            schedule::on_schedule(&env).await;
            tell.say(());
        }),
    );
    heard
}
