//! `Ground`: the simulated host, as a case of the contract meets it: one object of no class of the shell's, people outside, and a server.

use crate::host::cloud::Cloud;
use crate::host::env::Stand;
use crate::host::fate::{Fault, HostRule, Point};
use crate::host::home::Own;
use crate::host::outside::{Answering, Outside, Sent};
use crate::host::promise::{Timer, promise};
use crate::host::run::{Life, PEOPLE};
use crate::host::shelf::Shelf;
pub(super) use malipo_contract::batch;
use malipo_contract::{RANG, RINGS, Work};
use malipo_shell::platform::class::{Class, Object};
use malipo_shell::platform::error::Result;
use malipo_shell::platform::home::{Alarm, Home};
use malipo_shell::platform::host::{self, Env, Soon};
use malipo_shell::platform::http::ObjectReply;
use malipo_shell::platform::rows::Key;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

const T0_MS: u64 = 1_780_300_000_000;
/// No case takes longer.
const CASE_MS: u64 = 3_600_000;

/// What a case stands on.
#[derive(Clone)]
pub(crate) struct Ground {
    cloud: Rc<Cloud>,
    place: usize,
    server: Rc<Server>,
}

/// A server that hears everything, and answers by what it is asked.
#[derive(Default)]
struct Server {
    heard: RefCell<Vec<String>>,
    /// How many durable rows the object had each time.
    rows: RefCell<Vec<usize>>,
    cloud: RefCell<Option<Weak<Cloud>>>,
}

impl Outside for Rc<Server> {
    fn receives(&self, sent: Sent, answering: Answering) {
        self.heard.borrow_mut().push(sent.body.clone());
        let cloud = self
            .cloud
            .borrow()
            .as_ref()
            .and_then(Weak::upgrade)
            .unwrap();
        let rows = cloud.at(0, |at| at.durable.rows.len());
        self.rows.borrow_mut().push(rows);
        let status = match sent.path() {
            "/broken" => return,
            "/fails" => 503,
            _ => 200,
        };
        answering.say(host::Answer {
            status,
            body: b"heard".to_vec(),
            date: None,
        });
    }
}

fn make(cloud: &Rc<Cloud>, life: Life, place: usize) -> Rc<dyn Object> {
    malipo_contract::probe(
        Rc::new(Own::of(cloud, life, place)),
        Stand::new(cloud, life),
    )
}

impl malipo_contract::Ground for Ground {
    fn beside(&self) -> Env {
        Ground::beside(self)
    }

    fn name(&self) -> String {
        "one".to_owned()
    }

    fn run(&self, work: Work) -> Soon<'_, ()> {
        Box::pin(async move {
            // Ended with its instance: the case finds out.
            let _ = self.inside(work).await;
        })
    }
}

impl Ground {
    /// Runs a case on a host of its own, with one of the host's rules taken away or none.
    pub(super) fn run(rule: Option<HostRule>, case: impl FnOnce(Ground) -> Soon<'static, ()>) {
        let server: Rc<Server> = Rc::default();
        let shelf = Shelf::new(
            1,
            BTreeMap::from([
                ("A_TEXT", "text".to_owned()),
                ("CONTRACT_SERVER", "https://server.example".to_owned()),
            ]),
            Rc::new(Rc::clone(&server)),
        );
        let cloud = Cloud::new(1, T0_MS, shelf, make, false);
        cloud.fate.take_away(rule);
        *server.cloud.borrow_mut() = Some(Rc::downgrade(&cloud));
        let place = cloud.place_of(Class::Key, "one");
        let ground = Ground {
            cloud,
            place,
            server,
        };
        let is_over = Rc::new(Cell::new(false));
        let (over, cloud) = (Rc::clone(&is_over), Rc::clone(&ground.cloud));
        let holds = case(ground);
        cloud.run.spawn(
            PEOPLE,
            Box::pin(async move {
                holds.await;
                over.set(true);
            }),
        );
        cloud.go(T0_MS + CASE_MS, || is_over.get());
        cloud.clear();
        assert!(is_over.get(), "the case does not end");
    }

    /// Does something in the present instance of the object; none if the instance ended over it.
    pub(super) async fn inside<T: 'static, F: Future<Output = T> + 'static>(
        &self,
        does: impl FnOnce(Env, Rc<dyn Home>) -> F,
    ) -> Option<T> {
        let (life, _) = self.cloud.present(self.place);
        let (tell, heard) = promise(&self.cloud.run, PEOPLE);
        let env: Env = Stand::new(&self.cloud, life);
        let home: Rc<dyn Home> = Rc::new(Own::of(&self.cloud, life, self.place));
        let does = does(env, home);
        self.cloud
            .run
            .spawn(life, Box::pin(async move { tell.say(does.await) }));
        heard.await
    }

    /// The host of somebody at the edge.
    pub(super) fn beside(&self) -> Env {
        Stand::new(&self.cloud, PEOPLE)
    }

    /// The present instance ends; what it wrote last is kept or not.
    pub(super) fn crash(&self, is_kept: bool) {
        let (life, _) = self.cloud.present(self.place);
        self.cloud.crash(life, is_kept);
    }

    /// Another instance takes over, and this one goes on beside it.
    pub(super) fn replace(&self) {
        let (life, _) = self.cloud.present(self.place);
        self.cloud.replace(life);
    }

    pub(super) async fn pass(&self, ms: u64) {
        Timer::new(&self.cloud.run, PEOPLE, ms).await;
    }

    /// The next of this kind strikes.
    pub(super) fn plan(&self, fault: Fault) {
        self.cloud.fate.plan(Some(Point { step: 0, fault }));
    }

    /// What the server has heard.
    pub(super) fn server_heard(&self) -> Vec<String> {
        self.server.heard.borrow().clone()
    }

    /// How many rows of the object were durable each time that the server heard something.
    pub(super) fn durable_rows_when_heard(&self) -> Vec<usize> {
        self.server.rows.borrow().clone()
    }

    /// The durable row of this key.
    pub(super) fn durable(&self, key: Key) -> Option<String> {
        self.cloud.at(self.place, |at| {
            at.durable.rows.get(&key).map(ToString::to_string)
        })
    }

    /// How often the alarm has rung.
    pub(super) fn rang(&self) -> u32 {
        self.durable(RANG).map_or(0, |text| text.parse().unwrap())
    }

    /// What the object does when it rings.
    pub(super) async fn rings_by(&self, how: &'static str) {
        self.inside(
            |_, home| async move { home.write(&batch(&[(RINGS, how)]), Alarm::Leave).unwrap() },
        )
        .await;
    }

    /// Says something to the object, from the edge.
    pub(super) fn says<'a>(&self, env: &'a Env, message: &'a str) -> Soon<'a, Result<ObjectReply>> {
        let whom = host::Whom {
            class: Class::Key,
            name: "one",
        };
        env.call(whom, message)
    }
}
