//! What a counted Worker has counted (`e2e/bench/counting.mjs`), and what that comes to.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Counts {
    invocations: Vec<Invocation>,
    /// Calls from WASM into JavaScript, by the import's name.
    crossings: BTreeMap<String, u64>,
    /// By class of objects; [`LEDGER`] is D1 and [`TOKENS`] is KV.
    objects: BTreeMap<String, Storage>,
    alarms_set: u32,
}

const LEDGER: &str = "LEDGER";
const TOKENS: &str = "TOKENS";
/// The class of invocations that no object has.
const EDGE: &str = "edge";

#[derive(Debug, Default, Deserialize)]
struct Invocation {
    /// `edge`, or the class of the object.
    name: String,
    kind: String,
    /// Which of that kind: the how manieth of its object, or the method of a request.
    step: String,
    /// Calls to the world.
    fetches: u32,
    /// Calls to objects, D1 and KV.
    services: u32,
    /// How long the thread was in the WASM for it.
    busy_ms: f64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Deserialize)]
pub(super) struct Storage {
    pub(super) transactions: f64,
    /// Statements and methods that write without a transaction.
    pub(super) lone_writes: f64,
    pub(super) statements: f64,
    pub(super) rows_read: f64,
    pub(super) rows_written: f64,
    /// How long objects were active.
    pub(super) active_ms: f64,
}

impl Counts {
    /// How many invocations there were of each class and kind.
    pub(super) fn by_kind(&self) -> BTreeMap<(&str, &str), u32> {
        let mut all = BTreeMap::new();
        for of in &self.invocations {
            *all.entry((of.name.as_str(), of.kind.as_str())).or_default() += 1;
        }
        all
    }

    pub(super) fn invocations(&self) -> f64 {
        self.invocations.len() as f64
    }

    /// Invocations of the Worker itself, not of its objects.
    pub(super) fn of_edge(&self) -> f64 {
        let of_edge = |of: &&Invocation| of.name == EDGE;
        self.invocations.iter().filter(of_edge).count() as f64
    }

    /// All objects together.
    pub(super) fn storage(&self) -> Storage {
        let of_objects =
            |(name, _): &(&String, &Storage)| ![LEDGER, TOKENS].contains(&name.as_str());
        let mut sum = Storage::default();
        for (_, of) in self.objects.iter().filter(of_objects) {
            sum.transactions += of.transactions;
            sum.lone_writes += of.lone_writes;
            sum.statements += of.statements;
            sum.rows_read += of.rows_read;
            sum.rows_written += of.rows_written;
            sum.active_ms += of.active_ms;
        }
        sum
    }

    pub(super) fn alarms_set(&self) -> f64 {
        self.alarms_set.into()
    }

    pub(super) fn ledger(&self) -> Storage {
        self.objects.get(LEDGER).copied().unwrap_or_default()
    }

    pub(super) fn tokens(&self) -> Storage {
        self.objects.get(TOKENS).copied().unwrap_or_default()
    }

    pub(super) fn crossings(&self) -> f64 {
        self.crossings.values().sum::<u64>() as f64
    }

    /// The imports that were called most, the first most of all.
    pub(super) fn most_called(&self, count: usize) -> Vec<(&str, u64)> {
        let mut all: Vec<(&str, u64)> = self
            .crossings
            .iter()
            .map(|(name, calls)| (name.as_str(), *calls))
            .collect();
        all.sort_unstable_by_key(|(name, calls)| (u64::MAX - calls, *name));
        all.truncate(count);
        all
    }

    /// Of the invocation that made most calls to the world, and of the one that made most calls at all: how many those were.
    pub(super) fn most_calls(&self) -> (f64, f64) {
        let fetches = self.invocations.iter().map(|of| of.fetches).max();
        let all = self.invocations.iter().map(|of| of.fetches + of.services);
        let most = |most: Option<u32>| f64::from(most.unwrap_or_default());
        (most(fetches), most(all.max()))
    }

    /// The steps that keep the thread busy for longest, the longest first, by each step's median in milliseconds: what else the
    /// machine does adds to some of them, seldom to half.
    pub(super) fn heaviest_steps(&self) -> Vec<(String, f64)> {
        let mut steps: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for of in &self.invocations {
            let step = format!("{} {} {}", of.name, of.kind, of.step);
            steps.entry(step).or_default().push(of.busy_ms);
        }
        let medians = steps.into_iter();
        let medians = medians.map(|(step, all)| (step, percentile(all, 50.0)));
        let mut medians: Vec<(String, f64)> = medians.collect();
        medians.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        medians
    }

    /// How long the thread was busy with an invocation, at this percentile, in milliseconds.
    pub(super) fn busy_ms(&self, share: f64) -> f64 {
        percentile(
            self.invocations.iter().map(|of| of.busy_ms).collect(),
            share,
        )
    }
}

/// The least value that is not below `share` percent of all; 0 of none.
pub(super) fn percentile(mut all: Vec<f64>, share: f64) -> f64 {
    all.sort_unstable_by(f64::total_cmp);
    let rank = (all.len() as f64 * share / 100.0).ceil() as usize;
    all.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted() -> Counts {
        serde_json::from_value(serde_json::json!({
            "invocations": [
                { "name": "edge", "kind": "browser", "step": "GET", "fetches": 0, "services": 3, "busy_ms": 1.0 },
                { "name": "edge", "kind": "browser", "step": "GET", "fetches": 1, "services": 0, "busy_ms": 4.0 },
                { "name": "PaymentObject", "kind": "alarm", "step": "1", "fetches": 2, "services": 0, "busy_ms": 2.0 },
            ],
            "crossings": { "new": 5, "get": 9, "length": 5 },
            "objects": {
                "PaymentObject": { "transactions": 2, "lone_writes": 1, "statements": 9, "rows_read": 8, "rows_written": 4, "active_ms": 100 },
                "QuotaObject": { "transactions": 1, "lone_writes": 0, "statements": 2, "rows_read": 1, "rows_written": 1, "active_ms": 10 },
                "LEDGER": { "transactions": 7, "lone_writes": 0, "statements": 70, "rows_read": 700, "rows_written": 7, "active_ms": 0 },
            },
            "alarms_set": 3,
        }))
        .unwrap()
    }

    #[test]
    fn a_percentile_is_a_value_that_there_was() {
        let all: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(all.clone(), 99.0), 99.0);
        assert_eq!(percentile(all.clone(), 50.0), 50.0);
        assert_eq!(percentile(all, 100.0), 100.0);
        assert_eq!(
            percentile(vec![3.0, 1.0, 2.0], 50.0),
            2.0,
            "not below a half"
        );
        assert_eq!(percentile(vec![], 99.0), 0.0);
    }

    #[test]
    fn objects_are_summed_without_d1_and_kv() {
        let counted = counted();
        let sum = counted.storage();
        assert_eq!((sum.transactions, sum.statements), (3.0, 11.0));
        assert_eq!((sum.rows_written, sum.active_ms), (5.0, 110.0));
        assert_eq!(counted.ledger().rows_read, 700.0);
        assert_eq!(counted.tokens(), Storage::default());
    }

    #[test]
    fn invocations_are_told_apart_and_the_greediest_of_each_sort_is_found() {
        let counted = counted();
        assert_eq!(counted.by_kind()[&("edge", "browser")], 2);
        assert_eq!((counted.invocations(), counted.of_edge()), (3.0, 2.0));
        assert_eq!(counted.most_calls(), (2.0, 3.0));
        assert_eq!(counted.busy_ms(50.0), 2.0);
        let steps = counted.heaviest_steps();
        let heaviest = ("PaymentObject alarm 1".to_owned(), 2.0);
        assert_eq!(steps[0], heaviest, "the other's median is 1 ms");
        assert_eq!(steps.len(), 2);
    }

    #[test]
    fn the_most_called_come_first_and_equals_by_name() {
        let counted = counted();
        assert_eq!(counted.crossings(), 19.0);
        assert_eq!(counted.most_called(2), [("get", 9), ("length", 5)]);
    }
}
