//! Every interleaving of one payment's messages: two pushes, their answers, callbacks, queries and C2B echoes, money paid by
//! hand, the customer's declaration, a crash. The checker is stateright; the payment is the engine's own.

mod acts;
mod truth;

use malipo_engine::daraja::CheckoutRequestId;
use malipo_engine::order::{Order, Origin};
use malipo_engine::payment::{Ask, Effect, Event, Payment, Rank, Recorded, Terms};
use malipo_shared::{AccountReference, IdempotencyKey, Kes, MpesaReceipt, Payee, Shortcode};
use stateright::{Checker, Model, Property};
use std::hash::{Hash, Hasher};
use truth::{CLOCK_MS, PUSHES, Push, Truth, Verdict};

const T0_MS: u64 = 1_780_000_000_000;
const DUE_KES: u32 = 20;
/// The money paid by hand, beside that of the pushes.
const BY_HAND: usize = PUSHES;

/// What can happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Act {
    Ask,
    Leave(usize),
    Arrive(usize),
    Accepted(usize),
    Refused(usize),
    AnswerLost(usize),
    Pay(usize),
    Decline(usize),
    /// M-PESA gives a prompt up, which may be paid all the same.
    GiveUp(usize),
    Callback(usize, Verdict),
    /// A second callback of success, with another receipt that no money is behind.
    Second(usize),
    Query(usize),
    QueryError(usize),
    Echo(usize),
    PayByHand,
    Granted,
    Declare,
    Crash,
    Tick,
}

/// The payment, and all that is true around it.
#[derive(Debug, Clone)]
struct World {
    payment: Payment,
    journal: Vec<Recorded>,
    /// What a crash takes: the push that is under way.
    pushing: Option<u32>,
    truth: Truth,
}

impl PartialEq for World {
    fn eq(&self, other: &World) -> bool {
        // The journal is the payment's past: it decides nothing that the payment does not hold.
        self.payment == other.payment && self.pushing == other.pushing && self.truth == other.truth
    }
}

impl Eq for World {}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        format!("{:?}", self.payment).hash(state);
        self.pushing.hash(state);
        self.truth.hash(state);
    }
}

struct Story {
    /// Whether money is paid by hand beside the pushes.
    has_hand: bool,
    /// Whether M-PESA contradicts itself.
    has_second: bool,
    /// What has happened already.
    before: &'static [Act],
}

fn number(money: usize) -> MpesaReceipt {
    MpesaReceipt::parse(&format!("UAAAAAAAA{money}")).unwrap()
}

fn id(push: usize) -> CheckoutRequestId {
    CheckoutRequestId::new(format!("ws_CO_{push}"))
}

fn ask(n: usize) -> Ask {
    Ask::new(
        IdempotencyKey::parse(&format!("key-of-one-request-of-{n}")).unwrap(),
        b"{}",
    )
}

impl World {
    fn opened() -> World {
        let mut world = World {
            payment: Payment::default(),
            journal: Vec::new(),
            pushing: None,
            truth: Truth::default(),
        };
        world.record(Event::Opened {
            order: Order {
                amount: Kes::new(u64::from(DUE_KES)).unwrap(),
                description: "Tea".into(),
                origin: Origin::Open,
                note: None,
            },
            payee: Payee::PayBill {
                shortcode: Shortcode::parse("174379").unwrap(),
            },
            account_reference: AccountReference::parse("M01").unwrap(),
            expires_at_ms: T0_MS + 10 * CLOCK_MS[3],
            ask: ask(9),
        });
        world
    }

    fn now_ms(&self) -> u64 {
        T0_MS + CLOCK_MS[self.truth.clock]
    }

    fn record(&mut self, event: Event) {
        let was_paid = self.payment.is_paid();
        let (line, _) = self.payment.record(event, self.now_ms());
        self.journal.push(line);
        self.truth.has_reverted |= was_paid && !self.payment.is_paid();
    }

    /// How each turn of the shell begins.
    fn settle(&mut self) {
        if self.pushing.is_none()
            && let Some(event) = self.payment.after_restart()
        {
            self.record(event);
        }
        if self.payment.is_overdue(self.now_ms()) {
            self.record(Event::AlarmRang);
        }
    }

    fn due(&self) -> Vec<Effect> {
        self.payment.due(Terms::default(), self.now_ms())
    }

    fn asks_about(&self, push: usize) -> bool {
        let n = push as u32 + 1;
        self.due()
            .iter()
            .any(|effect| matches!(effect, Effect::Query { attempt, .. } if *attempt == n))
    }

    fn claim(&self) -> Option<(MpesaReceipt, Rank)> {
        self.due().into_iter().find_map(|effect| match effect {
            Effect::ClaimReceipt { receipt, rank, .. } => Some((receipt, rank)),
            _ => None,
        })
    }

    fn acts_of(&self, push: usize, acts: &mut Vec<Act>) {
        let it = &self.truth.pushes[push];
        let n = push as u32 + 1;
        let is_underway = self.pushing == Some(n);
        match it {
            Push { is_left: false, .. } if is_underway => acts.push(Act::Leave(push)),
            Push {
                is_left: true,
                has_arrived: false,
                is_refused: false,
                ..
            } => {
                acts.push(Act::Arrive(push));
                if is_underway {
                    acts.extend([Act::Refused(push), Act::AnswerLost(push)]);
                }
            }
            _ => {}
        }
        if it.has_arrived {
            if is_underway {
                acts.extend([Act::Accepted(push), Act::AnswerLost(push)]);
            }
            if !self.truth.has_moved(push) {
                acts.push(Act::Pay(push));
                if it.verdict.is_none() {
                    acts.extend([Act::Decline(push), Act::GiveUp(push)]);
                }
            }
            for verdict in [Verdict::Declined, Verdict::GaveUp, Verdict::Paid] {
                if it.may_call_back(verdict) {
                    acts.push(Act::Callback(push, verdict));
                }
            }
        }
        if self.asks_about(push) {
            if it.queries < 2 {
                acts.push(Act::Query(push));
            }
            if it.query_errors < 1 {
                acts.push(Act::QueryError(push));
            }
        }
    }
}

impl Model for Story {
    type State = World;
    type Action = Act;

    fn init_states(&self) -> Vec<World> {
        let mut world = World::opened();
        for act in self.before {
            world.take(*act).unwrap();
        }
        vec![world]
    }

    fn actions(&self, world: &World, acts: &mut Vec<Act>) {
        if world.truth.made < PUSHES {
            acts.push(Act::Ask);
        }
        for push in 0..world.truth.made {
            world.acts_of(push, acts);
        }
        let echoes = (0..=BY_HAND)
            .filter(|money| world.truth.has_moved(*money) && world.truth.money[*money].echoes < 1);
        acts.extend(echoes.map(Act::Echo));
        if self.has_hand && !world.truth.has_moved(BY_HAND) {
            acts.push(Act::PayByHand);
        }
        if self.has_second {
            let may_come = |push: &usize| world.truth.pushes[*push].may_contradict();
            acts.extend((0..world.truth.made).filter(may_come).map(Act::Second));
        }
        acts.extend([Act::Granted, Act::Declare]);
        if world.pushing.is_some() && !world.truth.has_crashed {
            acts.push(Act::Crash);
        }
        if world.truth.clock + 1 < CLOCK_MS.len() {
            acts.push(Act::Tick);
        }
    }

    fn next_state(&self, world: &World, act: Act) -> Option<World> {
        let mut next = world.clone();
        next.take(act)?;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Story>> {
        vec![
            Property::always("no more is counted than what was proven", |_, w: &World| {
                w.payment.received_kes() <= w.truth.shown_kes()
            }),
            // An echo alone may be taken for another push's money, until that push's own verdict tells them apart.
            Property::always(
                "what a number or a verdict has proved is counted",
                |_, w: &World| {
                    let least_kes = w.truth.named_kes().max(w.truth.decided_kes());
                    w.claim().is_some() || w.payment.received_kes() >= least_kes
                },
            ),
            Property::always(
                "paid when the sum is here, and only then",
                |_, w: &World| {
                    w.payment.is_paid() == (w.payment.received_kes() >= DUE_KES)
                        && !w.truth.has_reverted
                },
            ),
            Property::always(
                "no push leaves beside a live or unknown one",
                |_, w: &World| !w.truth.has_two_prompts,
            ),
            Property::always("the journal tells the same payment", |_, w: &World| {
                Payment::fold(&w.journal) == w.payment
            }),
            Property::always("nothing is forgotten", |_, w: &World| {
                let is_open = (0..w.truth.made)
                    .any(|push| w.truth.pushes[push].is_left && !w.truth.pushes[push].is_told);
                let is_late = w.truth.clock == CLOCK_MS.len() - 1;
                is_late
                    || !is_open
                    || w.payment
                        .next_wake_ms(Terms::default(), w.now_ms())
                        .is_some()
            }),
            Property::sometimes("more than once paid", |story: &Story, w: &World| {
                let is_short = !story.has_hand && story.before.is_empty();
                is_short || w.payment.received_kes() >= 2 * DUE_KES
            }),
        ]
    }
}

fn check(name: &str, story: Story, usual_depth: usize) {
    let deeper = std::env::var("MALIPO_MODEL_DEEPER").map_or(0, |text| text.parse().unwrap());
    let checker = story
        .checker()
        .threads(2)
        .target_max_depth(usual_depth + deeper)
        .spawn_bfs()
        .join();
    println!(
        "{name}: {} states, to a depth of {}",
        checker.unique_state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}

#[test]
fn no_interleaving_of_two_pushes_loses_or_doubles_money() {
    let story = Story {
        has_hand: false,
        has_second: false,
        before: &[],
    };
    check("two pushes", story, 13);
}

#[test]
fn no_interleaving_after_a_prompt_that_was_given_up_loses_or_doubles_money() {
    let before = &[
        Act::Ask,
        Act::Leave(0),
        Act::Arrive(0),
        Act::Accepted(0),
        Act::GiveUp(0),
        Act::Callback(0, Verdict::GaveUp),
        Act::Tick,
    ];
    let story = Story {
        has_hand: false,
        has_second: false,
        before,
    };
    check("a second push after a prompt given up", story, 12);
}

#[test]
fn no_interleaving_with_money_by_hand_loses_or_doubles_what_was_named() {
    let story = Story {
        has_hand: true,
        has_second: false,
        before: &[],
    };
    check("a push and money by hand", story, 11);
}

#[test]
fn no_interleaving_of_contradictory_callbacks_pays_one_push_twice() {
    let before = &[
        Act::Ask,
        Act::Leave(0),
        Act::Arrive(0),
        Act::Accepted(0),
        Act::Pay(0),
    ];
    let story = Story {
        has_hand: true,
        has_second: true,
        before,
    };
    check("a push, its callbacks and money by hand", story, 9);
}
