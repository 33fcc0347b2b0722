//! How a world comes to rest: the clock's last runs, what still rings, and the books.

use super::town::World;
use crate::host::edge;
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};
use std::rc::Rc;

impl World {
    /// Two runs of the clock, with whatever still goes wrong.
    pub(crate) fn settles(self: &Rc<Self>) {
        for _ in 0..2 {
            self.rest(300_000);
            drop(edge::sweep(&self.cloud));
        }
        self.rest(60_000);
    }

    /// Three runs of the clock, and the half hour that they take, with nothing that goes wrong.
    pub(crate) fn comes_to_rest(self: &Rc<Self>) {
        self.cloud.fate.calm();
        self.cloud.all_are_back();
        for _ in 0..3 {
            self.rest(300_000);
            drop(edge::sweep(&self.cloud));
        }
        self.mpesa.truth.borrow_mut().shop_fails = 0;
        self.rest(1_200_000);
        self.brings_inbox();
        self.ends_what_rings();
    }

    /// What waits in the inbox is brought when its next try is due.
    fn brings_inbox(self: &Rc<Self>) {
        let next = "SELECT coalesce(CAST(min(next_at_ms) AS TEXT), '') AS v FROM inbox WHERE set_apart_at_ms IS NULL";
        for _ in 0..8 {
            let next = self.cloud.shelf.texts(&(next.to_owned(), vec![])).unwrap();
            let Some(Ok(at_ms)) = next.first().map(|text| text.parse::<u64>()) else {
                return;
            };
            let now_ms = self.cloud.run.now_ms();
            self.rest(at_ms.saturating_sub(now_ms) + 5_000);
            drop(edge::sweep(&self.cloud));
            self.rest(60_000);
        }
    }

    /// What rings in this very minute comes to its end.
    fn ends_what_rings(&self) {
        for _ in 0..20 {
            let soon_ms = self.cloud.run.now_ms() + 30_000;
            let rings = |place| {
                self.cloud.at(place, |at| {
                    at.durable.alarm.is_some_and(|at_ms| at_ms <= soon_ms)
                })
            };
            if !(0..self.cloud.places()).any(rings) {
                return;
            }
            self.rest(31_000);
        }
    }

    /// At rest a sweep writes nothing into the ledger, and the deployment says that it is well.
    fn is_at_rest(self: &Rc<Self>) {
        let state = |world: &World| {
            (
                world.rules.lines(&world.cloud),
                world.cloud.shelf.rows_written.get(),
            )
        };
        let before = state(self);
        self.begins(|world| async move {
            let _ = edge::sweep(&world.cloud).await;
            let well = world.ask(Method::Get, "/healthz", &[], &Value::Null).await;
            let is_well = well
                .as_ref()
                .is_some_and(|well| well.status == 200 && is_well(&well.text));
            world.expects(is_well, || format!("/healthz says {well:?}"));
        });
        self.live(300_000);
        let after = state(self);
        self.expects(after.0 != before.0 || after.1 == before.1, || {
            "a sweep at rest writes into the ledger".to_owned()
        });
        self.ends_what_rings();
    }

    /// What is broken, after the books were looked at.
    pub(crate) fn closes_its_books(self: &Rc<Self>) -> Option<(u32, String)> {
        if !self.is_broken() {
            self.is_at_rest();
            self.rules.close(&self.cloud);
        }
        let broken = self.mpesa.truth.borrow().broken.clone();
        broken.or_else(|| self.wrong.borrow().clone().map(|what| (0, what)))
    }
}

/// Whether `/healthz` finds nothing amiss but messages that are set apart.
fn is_well(text: &str) -> bool {
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    let degraded = said["degraded"].as_array();
    let is_only_inbox = |all: &Vec<Value>| {
        all.iter()
            .all(|what| what.to_string().contains("set apart"))
    };
    said["ok"] == json!(true) && degraded.is_none_or(is_only_inbox)
}
