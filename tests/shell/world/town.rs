//! `World`: a deployment and its town: the shop, M-PESA, and what people do: they ask the edge as the widget, the shop's server and the
//! clock do.

use crate::host::cloud::Cloud;
use crate::host::edge::{self, Answered, Request};
use crate::host::fate::Fault;
use crate::host::home;
use crate::host::promise::Timer;
use crate::host::run::PEOPLE;
use crate::host::shelf::Shelf;
use crate::rules::{self, Rules};
use crate::world::gateway::Town;
use crate::world::mpesa::{BASE_URL, Mpesa};
use crate::world::setting::{ADMIN_KEY, API_KEY, Setting};
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

/// Monday, a little before noon in Nairobi.
pub(crate) const T0_MS: u64 = 1_780_300_000_000;
/// So long a customer looks at the page.
const WATCHED_MS: u64 = 1_200_000;
/// No story and no schedule takes more steps.
const STEPS_MAX: u64 = 60_000;
const CUSTOMER: &str = "102.0.0.1";
/// After this a change of the settings is known everywhere.
pub(crate) const KNOWN_MS: u64 = 31_000;

/// Everything of one schedule.
pub(crate) struct World {
    pub(crate) cloud: Rc<Cloud>,
    pub(crate) mpesa: Rc<Mpesa>,
    pub(crate) setting: Setting,
    pub(super) rules: Rc<Rules>,
    /// What the people could not do, or what is not as the story says.
    pub(crate) wrong: RefCell<Option<String>>,
    /// The shop's API key.
    api_key: RefCell<String>,
    people: Cell<usize>,
    keys: Cell<u32>,
    sweeps: Cell<bool>,
}

/// A payment, as its customer's page knows it.
#[derive(Debug, Clone)]
pub(crate) struct Paying {
    pub(crate) view: Value,
}

impl Paying {
    pub(crate) fn id(&self) -> &str {
        self.view["id"].as_str().unwrap_or_default()
    }

    pub(crate) fn state(&self) -> &str {
        self.view["state"].as_str().unwrap_or_default()
    }

    pub(crate) fn reference(&self) -> String {
        self.view["account_reference"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The name of its object.
    pub(crate) fn name(&self) -> String {
        format!("production:main:{}", self.reference())
    }
}

impl World {
    pub(crate) fn new(seed: u64, is_told: bool, setting: Setting) -> Rc<World> {
        let mpesa: Rc<Mpesa> = Rc::default();
        *mpesa.c2b_path.borrow_mut() = setting.c2b_path();
        mpesa.questions_max.set(setting.queries_per_minute);
        let town = Town(Rc::clone(&mpesa));
        let shelf = Shelf::new(seed, setting.variables(), Rc::new(town));
        let cloud = Cloud::new(seed, T0_MS, shelf, home::make, is_told);
        mpesa.stands_at(&cloud);
        mpesa.truth.borrow_mut().confirms = true;
        let rules = Rules::of(&mpesa);
        cloud.watched_by(rules::watch(&rules));
        Rc::new(World {
            cloud,
            mpesa,
            setting,
            rules,
            wrong: RefCell::default(),
            api_key: RefCell::new(API_KEY.to_owned()),
            people: Cell::new(0),
            keys: Cell::new(0),
            sweeps: Cell::new(false),
        })
    }

    /// Has somebody do something; the world waits for them.
    pub(crate) fn begins<F: Future<Output = ()> + 'static>(
        self: &Rc<Self>,
        acts: impl FnOnce(Rc<World>) -> F,
    ) {
        self.people.set(self.people.get() + 1);
        let (world, acts) = (Rc::clone(self), acts(Rc::clone(self)));
        self.cloud.run.spawn(
            PEOPLE,
            Box::pin(async move {
                acts.await;
                world.people.set(world.people.get() - 1);
            }),
        );
    }

    /// The clock's run rings every five minutes from now on.
    pub(crate) fn sweeps(self: &Rc<Self>) {
        if self.sweeps.replace(true) {
            return;
        }
        let world = Rc::clone(self);
        self.cloud.run.spawn(
            PEOPLE,
            Box::pin(async move {
                while world.sweeps.get() {
                    world.pass(300_000).await;
                    drop(edge::sweep(&world.cloud));
                }
            }),
        );
    }

    /// The clock's run rings no more.
    pub(crate) fn stops_sweeping(&self) {
        self.sweeps.set(false);
    }

    /// Goes on until all people have done what they do; whether they have within this time.
    pub(crate) fn live(&self, limit_ms: u64) -> bool {
        let until_ms = self.cloud.run.now_ms() + limit_ms;
        self.cloud
            .go(until_ms, || self.people.get() == 0 || self.is_broken());
        self.people.get() == 0
    }

    /// Goes on for so long.
    pub(crate) fn rest(&self, ms: u64) {
        let until_ms = self.cloud.run.now_ms() + ms;
        self.cloud.go(until_ms, || self.is_broken());
        self.cloud.run.comes_to(until_ms);
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.wrong.borrow().is_some()
            || self.mpesa.truth.borrow().broken.is_some()
            || self.runs_in_circles()
    }

    /// More steps than anything needs.
    fn runs_in_circles(&self) -> bool {
        let is_so = self.cloud.run.steps() > STEPS_MAX;
        if is_so {
            self.says_wrong("it runs in circles".to_owned());
        }
        is_so
    }

    /// Drops all that is left.
    pub(crate) fn ends(&self) {
        self.sweeps.set(false);
        self.cloud.clear();
    }

    pub(crate) fn says_wrong(&self, what: String) {
        self.wrong.borrow_mut().get_or_insert(what);
    }

    pub(crate) async fn pass(&self, ms: u64) {
        Timer::new(&self.cloud.run, PEOPLE, ms).await;
    }

    /// A key that nobody else has.
    pub(crate) fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("a-key-of-a-browser-{:08}", self.keys.get())
    }

    /// Asks the edge once.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Option<Answered> {
        let own = [
            ("CF-Connecting-IP", CUSTOMER),
            ("Content-Type", "application/json"),
        ];
        let headers = own.iter().chain(headers);
        let request = Request {
            method,
            url: format!("{BASE_URL}{path}"),
            headers: headers
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
            body: if body.is_null() {
                String::new()
            } else {
                body.to_string()
            },
            patience_ms: 40_000,
        };
        edge::ask(&self.cloud, request).await
    }

    /// Asks until there is an answer of the API's own, as the widget and a good server do.
    pub(crate) async fn insist(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answered {
        let mut last = None;
        for _ in 0..60 {
            last = self.ask(method, path, headers, body).await.or(last);
            let is_own = |answered: &&Answered| answered.status < 500 && answered.status != 429;
            if let Some(answered) = last.as_ref().filter(is_own) {
                return answered.clone();
            }
            self.pass(2_000).await;
        }
        // Too many prompts that nobody has answered: it is refused for a while.
        if let Some(answered) = last.filter(|answered| answered.status == 429) {
            return answered;
        }
        if !self.cloud.fate.has_struck(Fault::Away) {
            self.says_wrong(format!("nobody answers {path}"));
        }
        Answered {
            status: 0,
            headers: Vec::new(),
            text: "null".to_owned(),
        }
    }

    /// A customer opens a payment of an item with a number.
    pub(crate) async fn opens(&self, item: &str, phone: &str) -> Paying {
        let body = json!({"item": item, "phone": phone, "key": self.key()});
        let answered = self
            .insist(Method::Post, "/v1/payments?wait=3", &[], &body)
            .await;
        if ![0, 200].contains(&answered.status) {
            self.says_wrong(format!(
                "opening says {} {}",
                answered.status, answered.text
            ));
        }
        Paying {
            view: serde_json::from_str(&answered.text).unwrap_or_default(),
        }
    }

    /// Watches a payment as the widget does, until it is so or a while has passed.
    pub(crate) async fn watches(
        &self,
        paying: &mut Paying,
        is_enough: impl Fn(&Paying) -> bool,
    ) -> bool {
        let until_ms = self.cloud.run.now_ms() + WATCHED_MS;
        while self.cloud.run.now_ms() < until_ms && !self.is_broken() {
            if is_enough(paying) {
                return true;
            }
            let after = paying.view["version"].as_u64().unwrap_or_default();
            let path = format!("/v1/payments/{}?after={after}&wait=25", paying.id());
            if let Some(Answered {
                status: 200, text, ..
            }) = self.ask(Method::Get, &path, &[], &Value::Null).await
            {
                paying.view = serde_json::from_str(&text).unwrap();
            }
            let poll_ms = paying.view["poll_after_ms"].as_u64().unwrap_or_default();
            self.pass(poll_ms.max(500)).await;
        }
        false
    }

    /// The shop's server asks.
    pub(crate) async fn shop(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> (u16, Value) {
        let bearer = format!("Bearer {}", self.api_key.borrow());
        let mut all = vec![("Authorization", bearer.as_str())];
        all.extend(headers);
        let path = format!("/v1/merchant/{path}");
        let answered = self.insist(method, &path, &all, body).await;
        (
            answered.status,
            serde_json::from_str(&answered.text).unwrap_or_default(),
        )
    }

    /// The deployment's operator asks.
    pub(crate) async fn operator(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let bearer = format!("Bearer {ADMIN_KEY}");
        let path = format!("/v1/admin/merchants{path}");
        let answered = self
            .insist(method, &path, &[("Authorization", &bearer)], body)
            .await;
        (
            answered.status,
            serde_json::from_str(&answered.text).unwrap_or_default(),
        )
    }

    /// The shop's settings are made in the dashboard, and its server gets a key.
    pub(crate) async fn sets_up(self: &Rc<Self>) {
        let (status, said) = self
            .operator(Method::Post, "", &self.setting.settings())
            .await;
        self.expects(status == 200, || format!("setting up says {said}"));
        let (_, made) = self
            .operator(Method::Post, "/main/keys", &json!({"name": "server"}))
            .await;
        made["key"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut self.api_key.borrow_mut());
        // Until every isolate knows it.
        self.pass(KNOWN_MS).await;
    }

    /// Says what is not as it should be.
    pub(crate) fn expects(&self, is_so: bool, what: impl FnOnce() -> String) {
        if !is_so {
            self.says_wrong(what());
        }
    }
}
