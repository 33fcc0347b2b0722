//! Messages to objects: lost, late, or heard and the answer lost.

use super::{Cloud, Said, shortened};
use crate::host::fate::{Fault, HostRule};
use crate::host::promise::Tell;
use crate::host::run::{Life, PEOPLE};
use malipo_shell::platform::class::Class;
use malipo_shell::platform::host::Soon;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// How long an object may be away.
const AWAY_MS: [u64; 3] = [30_000, 1_200_000, 18_000_000];
/// A call that nobody answers ends after this.
const HANGS_MS: u64 = 90_000;

impl Cloud {
    /// Carries a message to an object; `tell` hears what it says.
    pub(crate) fn call(
        self: &Rc<Self>,
        from: Life,
        class: Class,
        name: String,
        message: String,
        tell: Tell<Said>,
    ) {
        self.out(from, move |cloud| {
            cloud.calls.set(cloud.calls.get() + 1);
            let is_lost = cloud.strikes(Fault::CallLost) && cloud.fate.keeps(HostRule::Lost);
            let ms = match is_lost {
                true => return cloud.lose(tell),
                false if cloud.strikes(Fault::Late) => cloud.late_ms(),
                false => cloud.hop_ms(),
            };
            let to = Rc::clone(cloud);
            cloud
                .run
                .after(ms, PEOPLE, move || to.deliver(class, &name, message, tell));
        });
    }

    /// Nobody hears, a little later.
    pub(crate) fn lose<T: 'static>(self: &Rc<Self>, tell: Tell<T>) {
        let ms = self.network.borrow_mut().between(20, 400);
        self.run.after(ms, PEOPLE, move || drop(tell));
    }

    /// Whether an object is away, or goes away now: nothing reaches it for a while.
    fn is_away(&self, place: usize) -> bool {
        let now_ms = self.run.now_ms();
        if self.strikes(Fault::Away) {
            let ms = *self.network.borrow_mut().pick(&AWAY_MS);
            self.is_away_for(place, ms);
        }
        self.at(place, |at| at.away_until_ms > now_ms)
    }

    /// Nothing reaches an object for so long.
    pub(crate) fn is_away_for(&self, place: usize, ms: u64) {
        let until_ms = self.run.now_ms() + ms;
        self.tell(|| self.at(place, |at| format!("  away: {:?} {}", at.class, at.name)));
        self.change(place, |at| at.away_until_ms = until_ms);
    }

    /// All objects can be reached again.
    pub(crate) fn all_are_back(&self) {
        for place in 0..self.places() {
            self.change(place, |at| at.away_until_ms = 0);
        }
    }

    /// Whoever calls waits in vain, or is told so.
    fn reaches_nobody(self: &Rc<Self>, tell: Tell<Said>) {
        let hangs = self.network.borrow_mut().percent(50);
        if hangs {
            self.run.after(HANGS_MS, PEOPLE, move || drop(tell));
        } else {
            self.lose(tell);
        }
    }

    pub(crate) fn deliver(
        self: &Rc<Self>,
        class: Class,
        name: &str,
        message: String,
        tell: Tell<Said>,
    ) {
        let place = self.place_of(class, name);
        if self.is_away(place) {
            return self.reaches_nobody(tell);
        }
        self.tell(|| format!("{class:?} {name} hears {}", shortened(&message)));
        self.run.mix_text(&message);
        let (life, object) = self.present(place);
        let is_reading = class == Class::Payment && is_reading(&message);
        if !is_reading {
            // The bound on rings is of an object that nobody reaches.
            self.change(place, |at| at.rings.clear());
        }
        let cloud = Rc::clone(self);
        let hears = async move {
            let said = object.hear(message).await;
            cloud.out(life, move |cloud| {
                cloud.tell(|| match &said {
                    Ok(said) => format!("   … says {} {}", said.status, shortened(&said.text)),
                    Err(why) => format!("   … fails: {why}"),
                });
                if cloud.strikes(Fault::AnswerLost) {
                    return cloud.lose(tell);
                }
                let ms = match cloud.strikes(Fault::SlowAnswer) {
                    true => cloud.network.borrow_mut().between(2_000, 3_000),
                    false => cloud.hop_ms(),
                };
                cloud.run.after(ms, PEOPLE, move || tell.say(said));
            });
        };
        let cloud = Rc::clone(self);
        let hears = Box::pin(hears);
        self.run.spawn(
            life,
            match is_reading {
                true => Box::pin(Reads { cloud, hears }),
                false => hears,
            },
        );
    }
}

/// Whether a payment is only asked how it is.
fn is_reading(message: &str) -> bool {
    [
        r#""what":{"Read""#,
        r#""what":{"Quote""#,
        r#""what":"Show""#,
    ]
    .iter()
    .any(|what| message.contains(what))
}

/// A task that has only been asked to read.
struct Reads {
    cloud: Rc<Cloud>,
    hears: Soon<'static, ()>,
}

impl Future for Reads {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.cloud.reading.set(true);
        let polled = self.hears.as_mut().poll(context);
        self.cloud.reading.set(false);
        polled
    }
}
