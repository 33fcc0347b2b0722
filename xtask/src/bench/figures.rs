//! From what was measured to the table and the lines below it.

use super::bytes::Held;
use super::counters::Counts;
use super::free_plan::{self, CALLS, CPU_MS, gb_s};
use super::table::{Goal, Table, grouped};

/// Above this share of time spent waiting for a processor, how long an invocation took says little of its processor time.
const WAITED_MAX: f64 = 0.1;

/// Of one Worker as it is built; each list has one figure a round, a payment.
#[derive(Default)]
pub(super) struct Costs {
    /// Processor time until all are paid, in milliseconds.
    pub(super) paid_ms: Vec<f64>,
    /// The same, a while later.
    pub(super) later_ms: Vec<f64>,
    /// Of the customer.
    pub(super) requests: Vec<f64>,
    /// At the end.
    pub(super) memory_mb: f64,
    /// Bytes of D1 before the first payment.
    pub(super) empty_ledger: u64,
    /// A payment, by class of objects; `D1` is the ledger.
    pub(super) bytes: Vec<(String, Held)>,
}

impl Costs {
    pub(super) fn last_round(&self) -> String {
        let last = |all: &[f64]| all.last().copied().unwrap_or_default();
        let (paid, later) = (last(&self.paid_ms), last(&self.later_ms));
        format!("{paid:.1} ms a payment until paid, {later:.1} ms with what follows")
    }

    /// What one database of each of these classes holds together, or all other classes, in KB.
    fn kb(&self, of: impl Fn(&str) -> bool) -> f64 {
        let all = self.bytes.iter().filter(|(class, _)| of(class));
        all.map(|(_, held)| held.all).sum::<u64>() as f64 / 1024.0
    }
}

/// What is counted of Malipo.
pub(super) struct Counted {
    pub(super) paid: Counts,
    pub(super) sweep_before: Counts,
    pub(super) sweep_after: Counts,
    /// A sweep that finds all of the payments waiting to be looked at.
    pub(super) sweep_of_all: Counts,
    /// The share of the time in which the Worker waited for a processor while its payments were counted.
    pub(super) waited: f64,
}

pub(super) struct Measured<'a> {
    /// The twin's, then Malipo's.
    pub(super) costs: [&'a Costs; 2],
    pub(super) twin: &'a Counts,
    pub(super) malipo: &'a Counted,
    /// How many were counted.
    pub(super) payments: f64,
    /// How many the sweep of all looked at.
    pub(super) swept: u32,
}

/// Prints the table and what explains it; the table.
pub(super) fn print(measured: &Measured<'_>) -> Table {
    let mut table = Table::default();
    add_costs(&mut table, measured.costs);
    add_counts(&mut table, measured);
    add_bytes(&mut table, measured.costs);
    add_invocation(&mut table, measured);
    let free = free_plan::Counted {
        payments: measured.payments,
        paid: &measured.malipo.paid,
        sweep_before: &measured.malipo.sweep_before,
        sweep_after: &measured.malipo.sweep_after,
    };
    let uses = free_plan::uses(&free);
    let carried = uses.iter().map(free_plan::Use::payments);
    let carried = carried.fold(f64::INFINITY, f64::min);
    let row = "payments a day that Cloudflare's free plan carries";
    table.add(row, [None, Some(carried)], 0, Goal::AtLeast(1_000.0));
    println!("\n{table}");
    print_counts(measured);
    print_bytes(measured.costs);
    print_free_plan(&uses);
    table
}

fn add_costs(table: &mut Table, costs: [&Costs; 2]) {
    let both = |of: fn(&Costs) -> f64| costs.map(|costs| Some(of(costs)));
    let ratio = |of: fn(&Costs) -> f64| [None, Some(of(costs[1]) / of(costs[0]))];
    let paid = |costs: &Costs| mean(&costs.paid_ms);
    let later = |costs: &Costs| mean(&costs.later_ms);
    let memory = |costs: &Costs| costs.memory_mb;
    table.add(
        "CPU of workerd until it is paid, ms",
        both(paid),
        1,
        Goal::AtMost(20.0),
    );
    table.add("… times the twin's", ratio(paid), 2, Goal::AtMost(1.5));
    table.add(
        "… with what follows in 15 s, ms",
        both(later),
        1,
        Goal::AtMost(24.0),
    );
    let requests = both(|costs| mean(&costs.requests));
    table.add("requests of the customer", requests, 2, Goal::AtMost(3.0));
    table.add(
        "memory of workerd at the end, MB",
        both(memory),
        0,
        Goal::None,
    );
    table.add("… times the twin's", ratio(memory), 2, Goal::AtMost(1.2));
}

fn add_counts(table: &mut Table, measured: &Measured<'_>) {
    let both = |of: fn(&Counts) -> f64| {
        [measured.twin, &measured.malipo.paid].map(|counts| Some(of(counts) / measured.payments))
    };
    let mut add = |what: &str, of: fn(&Counts) -> f64, digits: usize, goal: Goal| {
        table.add(what, both(of), digits, goal);
    };
    add("invocations", Counts::invocations, 1, Goal::AtMost(12.0));
    let writes = |counts: &Counts| counts.storage().transactions + counts.storage().lone_writes;
    add(
        "storage transactions, and writes without one",
        writes,
        1,
        Goal::AtMost(12.0),
    );
    add("alarms set", Counts::alarms_set, 1, Goal::None);
    add(
        "SQL statements in objects",
        |counts| counts.storage().statements,
        1,
        Goal::AtMost(60.0),
    );
    add(
        "… in D1",
        |counts| counts.ledger().statements,
        1,
        Goal::None,
    );
    add(
        "rows written in objects, alarms set among them",
        |counts| counts.storage().rows_written,
        1,
        Goal::None,
    );
    add(
        "… in D1",
        |counts| counts.ledger().rows_written,
        1,
        Goal::None,
    );
    add(
        "rows read in objects",
        |counts| counts.storage().rows_read,
        1,
        Goal::None,
    );
    add("… in D1", |counts| counts.ledger().rows_read, 1, Goal::None);
    add("GB-s of objects", gb_s, 2, Goal::None);
    let crossings = measured.malipo.paid.crossings() / measured.payments;
    table.add(
        "crossings from WASM into JavaScript",
        [None, Some(crossings)],
        0,
        Goal::AtMost(1_500.0),
    );
}

fn add_bytes(table: &mut Table, costs: [&Costs; 2]) {
    let payment = |class: &str| ["PaymentObject", "Payment"].contains(&class);
    let both = |of: &dyn Fn(&str) -> bool| costs.map(|costs| Some(costs.kb(of)));
    table.add(
        "KB in the payment's own object",
        both(&payment),
        1,
        Goal::AtMost(16.0),
    );
    let others = |class: &str| !payment(class) && class != "D1";
    table.add("KB in other objects", both(&others), 1, Goal::None);
    table.add("KB in D1", both(&|class| class == "D1"), 1, Goal::None);
}

fn add_invocation(table: &mut Table, measured: &Measured<'_>) {
    let paid = &measured.malipo.paid;
    let busy = [None, Some(paid.busy_ms(99.0))];
    let what = "CPU of an invocation, 99th percentile, ms";
    if measured.malipo.waited > WAITED_MAX {
        let what = format!("{what} (no verdict: the machine was busy)");
        table.add(what, busy, 0, Goal::None);
    } else {
        table.add(what, busy, 0, Goal::AtMost(CPU_MS));
    }
    let heaviest = paid.heaviest_steps().first().map(|(_, ms)| *ms);
    let heaviest = [None, heaviest];
    table.add(
        "… of the heaviest step, median, ms",
        heaviest,
        0,
        Goal::None,
    );
    let (_, calls) = paid.most_calls();
    let twin = measured.twin.most_calls().1;
    table.add(
        "most calls of an invocation",
        [Some(twin), Some(calls)],
        0,
        Goal::AtMost(CALLS),
    );
    let sweep = &measured.malipo.sweep_of_all;
    let (fetches, calls) = sweep.most_calls();
    table.add(
        format!("… of a sweep that looks at {} payments", measured.swept),
        [None, Some(calls)],
        0,
        Goal::AtMost(CALLS),
    );
    table.add(
        "… to the world, not to Cloudflare's own services",
        [None, Some(fetches)],
        0,
        Goal::AtMost(CALLS),
    );
}

fn print_counts(measured: &Measured<'_>) {
    for (name, counts) in [("twin", measured.twin), ("Malipo", &measured.malipo.paid)] {
        let each = |count: f64| grouped(count / measured.payments, 1);
        let kinds = counts.by_kind().into_iter();
        let kinds = kinds.map(|((of, kind), count)| format!("{of} {kind} {}", each(count.into())));
        println!(
            "Invocations, {name}: {}",
            kinds.collect::<Vec<_>>().join(", ")
        );
    }
    let paid = &measured.malipo.paid;
    let most = paid.most_called(5).into_iter();
    let most = most
        .map(|(name, calls)| format!("{name} {}", grouped(calls as f64 / measured.payments, 0)));
    println!("Most called: {}", most.collect::<Vec<_>>().join(", "));
    let at = |share: f64| grouped(paid.busy_ms(share), 0);
    let (half, late, most) = (at(50.0), at(99.0), at(100.0));
    let steps = paid.heaviest_steps().into_iter().take(6);
    let steps = steps.map(|(step, ms)| format!("{step} {} ms", grouped(ms, 0)));
    let steps = steps.collect::<Vec<_>>().join(", ");
    println!("Heaviest steps, medians: {steps}");
    let waited = grouped(measured.malipo.waited * 100.0, 0);
    println!(
        "Meanwhile the Worker waited for a processor for {waited} % of the time in which it could run"
    );
    println!(
        "CPU of an invocation: {half} ms in the middle, {late} ms at the 99th percentile, {most} ms at most"
    );
}

fn print_bytes(costs: [&Costs; 2]) {
    for (name, costs) in ["twin", "Malipo"].into_iter().zip(costs) {
        let classes = costs.bytes.iter().map(|(class, held)| {
            let kb = |bytes: u64| grouped(bytes as f64 / 1024.0, 1);
            format!("{class} {} ({} free)", kb(held.all), kb(held.free))
        });
        println!(
            "KB a payment, {name}: {}",
            classes.collect::<Vec<_>>().join(", ")
        );
    }
}

fn print_free_plan(uses: &[free_plan::Use]) {
    println!(
        "\n| the free plan, a day | limit | a payment | a sweep | a payment in a sweep | payments |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    for of in uses {
        let limit = grouped(of.limit, 0);
        let (payment, sweep, met) = (
            grouped(of.payment, 2),
            grouped(of.sweep, 2),
            grouped(of.met, 3),
        );
        let payments = grouped(of.payments(), 0);
        println!(
            "| {} | {limit} | {payment} | {sweep} | {met} | {payments} |",
            of.what
        );
    }
}

fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / all.len().max(1) as f64
}
