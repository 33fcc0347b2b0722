//! Refunds against an M-PESA that loses, doubles and delays: whatever it does, never more goes back than came in, no two
//! refunds of one receipt are alive, and in the end both sides agree.

use malipo_engine::daraja::{PaidAmount, ReversalResult};
use malipo_engine::order::{Order, Origin};
use malipo_engine::payment::{
    Ask, Effect, Event, Payment, Rank, Recorded, RefundAsk, RefundTaken, rules,
};
use malipo_shared::{
    AccountReference, IdempotencyKey, Kes, MpesaReceipt, Payee, ResultCode, Shortcode,
};
use proptest::prelude::*;
use std::collections::HashMap;

const T0_MS: u64 = 1_780_000_000_000;
const AMOUNTS: [u32; 3] = [150, 40, 7];

/// What happens next.
#[derive(Debug, Clone)]
enum Act {
    /// The shop asks, perhaps with a key that it used before.
    Ask {
        receipt: usize,
        amount: Option<u32>,
        key: u8,
    },
    /// The shell carries on: the reversal leaves, or what it was answered arrives.
    Leave,
    Answer(Answer),
    /// M-PESA tells an outcome that is on its way, perhaps for the second time.
    Tell {
        which: usize,
        is_kept: bool,
    },
    TimeOut {
        refund: u32,
    },
    Crash,
    Wait {
        secs: u64,
    },
    Judge {
        refund: u32,
    },
}

/// How the answer to a reversal comes.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Taken,
    TakenAndLost,
    Refused,
    NotTakenAndLost,
}

/// Our side and M-PESA's.
struct World {
    payment: Payment,
    journal: Vec<Recorded>,
    now_ms: u64,
    /// What the shell carries, and whether it has left.
    carried: Vec<(u32, bool)>,
    /// How often each refund has left for M-PESA.
    sent: HashMap<u32, u32>,
    /// What M-PESA has given back, by receipt.
    returned: HashMap<String, u32>,
    results: Vec<(u32, ReversalResult)>,
    may_be_partial: bool,
}

fn number(index: usize) -> MpesaReceipt {
    MpesaReceipt::parse(&format!("UJ2V87JLM{index}")).unwrap()
}

fn ask(key: u8, body: &str) -> Ask {
    let key = IdempotencyKey::parse(&format!("key-of-one-request-{key:06}")).unwrap();
    Ask::new(key, body.as_bytes())
}

impl World {
    fn paid(may_be_partial: bool) -> World {
        let mut world = World {
            payment: Payment::default(),
            journal: Vec::new(),
            now_ms: T0_MS,
            carried: Vec::new(),
            sent: HashMap::new(),
            returned: HashMap::new(),
            results: Vec::new(),
            may_be_partial,
        };
        world.record(Event::Opened {
            order: Order {
                amount: Kes::new(150).unwrap(),
                description: "Tea".into(),
                origin: Origin::Open,
                note: None,
            },
            payee: Payee::PayBill {
                shortcode: Shortcode::parse("174379").unwrap(),
            },
            account_reference: AccountReference::parse("M01").unwrap(),
            expires_at_ms: T0_MS + rules::UNSIGNED_ORDER_MS,
            ask: ask(255, ""),
        });
        for (index, amount_kes) in AMOUNTS.into_iter().enumerate() {
            let (receipt, rank) = (number(index), Rank::Reference);
            world.record(Event::ReceiptSeen {
                receipt: receipt.clone(),
                amount_kes,
                paid_at_ms: None,
                rank,
                is_trusted: true,
                said: None,
            });
            world.record(Event::ReceiptGranted {
                receipt,
                rank,
                is_contested: false,
            });
        }
        world
    }

    fn record(&mut self, event: Event) {
        let (line, effects) = self.payment.record(event, self.now_ms);
        for effect in effects {
            if let Effect::SendRefund { refund } = effect {
                self.carried.push((refund, false));
            }
        }
        self.journal.push(line);
    }

    fn act(&mut self, act: &Act) {
        self.now_ms += 1000;
        if self.payment.is_overdue(self.now_ms) {
            self.record(Event::AlarmRang);
        }
        match act {
            Act::Ask {
                receipt,
                amount,
                key,
            } => {
                let receipt = number(*receipt);
                let asked = RefundAsk {
                    ask: ask(*key, &format!("{receipt} {amount:?}")),
                    receipt,
                    amount_kes: *amount,
                    reason: None,
                };
                let before = self.payment.refunds().len();
                match self.payment.request_refund(asked, self.may_be_partial) {
                    Ok(RefundTaken::New(event)) => self.record(event),
                    Ok(RefundTaken::Same(_)) | Err(_) => {
                        assert_eq!(self.payment.refunds().len(), before);
                    }
                }
            }
            Act::Leave => self.leave(),
            Act::Answer(answer) => self.answer(*answer),
            Act::Tell { which, is_kept } => self.tell(*which, *is_kept),
            Act::TimeOut { refund } if self.sent.contains_key(refund) => {
                self.record(Event::RefundTimedOut { refund: *refund });
            }
            Act::Crash => {
                // What has left may arrive all the same.
                for (refund, has_left) in core::mem::take(&mut self.carried) {
                    if has_left && refund % 2 == 0 {
                        self.reverse(refund);
                    }
                }
                if let Some(event) = self.payment.refund_after_restart() {
                    self.record(event);
                }
            }
            Act::Wait { secs } => {
                // No answer is waited for so long.
                while let Some(&(refund, _)) = self.carried.iter().find(|(_, has_left)| *has_left) {
                    self.answer(if refund % 2 == 0 {
                        Answer::TakenAndLost
                    } else {
                        Answer::NotTakenAndLost
                    });
                }
                self.now_ms += secs * 1000;
                if self.payment.is_overdue(self.now_ms) {
                    self.record(Event::AlarmRang);
                }
            }
            // A person looks at the statement, and it is right.
            Act::Judge { refund } => {
                let refund = *refund;
                let mut results = self.results.iter().filter(|(n, _)| *n == refund);
                let is_refunded = results.any(|(_, result)| result.is_success());
                if self
                    .payment
                    .may_judge_refund(refund, is_refunded, self.now_ms)
                {
                    self.record(Event::RefundJudged {
                        refund,
                        is_refunded,
                    });
                }
            }
            Act::TimeOut { .. } => {}
        }
    }

    fn leave(&mut self) {
        let Some(index) = self.carried.iter().position(|(_, has_left)| !has_left) else {
            return;
        };
        let (refund, _) = self.carried[index];
        if self.payment.may_refund_leave(refund) {
            let deadline_ms = self.now_ms + rules::LEAVING_MS;
            self.record(Event::RefundLeaving {
                refund,
                deadline_ms,
            });
            *self.sent.entry(refund).or_default() += 1;
            self.carried[index].1 = true;
        } else {
            self.carried.remove(index);
        }
    }

    fn answer(&mut self, answer: Answer) {
        let Some(index) = self.carried.iter().position(|(_, has_left)| *has_left) else {
            return;
        };
        let (refund, _) = self.carried.remove(index);
        let is_taken = matches!(answer, Answer::Taken | Answer::TakenAndLost);
        if is_taken {
            self.reverse(refund);
        }
        self.record(match answer {
            Answer::Taken => Event::RefundAccepted {
                refund,
                conversation_id: format!("AG_{refund}"),
                originator_conversation_id: format!("f1e2-{refund}"),
            },
            Answer::TakenAndLost | Answer::NotTakenAndLost => Event::RefundLost {
                refund,
                why: "timeout".into(),
            },
            Answer::Refused => Event::RefundRefused {
                refund,
                detail: "HTTP 400".into(),
            },
        });
    }

    /// M-PESA's own books: it would give back whatever is asked for, and more than once. Keeping count is ours.
    fn reverse(&mut self, refund: u32) {
        let known = self.payment.refund(refund).unwrap();
        let (receipt, amount_kes) = (known.receipt.clone(), known.amount.shillings());
        let is_done = !refund.is_multiple_of(3);
        if is_done {
            *self.returned.entry(receipt.to_string()).or_default() += amount_kes;
        }
        let result = ReversalResult {
            code: ResultCode::new(if is_done { "0" } else { "2006" }),
            text: String::new(),
            is_preliminary: false,
            reversal: MpesaReceipt::parse(&format!("SKE00000{refund:02}")).ok(),
            original: Some(receipt),
            amount: is_done.then_some(PaidAmount::Whole(amount_kes)),
            conversation_id: Some(format!("AG_{refund}")),
            originator_conversation_id: Some(format!("f1e2-{refund}")),
        };
        self.results.push((refund, result));
    }

    fn tell(&mut self, which: usize, is_kept: bool) {
        if self.results.is_empty() {
            return;
        }
        let index = which % self.results.len();
        let (refund, result) = if is_kept {
            self.results[index].clone()
        } else {
            self.results.remove(index)
        };
        self.record(Event::RefundResult { refund, result });
    }

    /// What holds after every act.
    fn check(&self) {
        for (index, paid_kes) in AMOUNTS.into_iter().enumerate() {
            let receipt = number(index);
            let returned_kes = self.returned.get(receipt.as_str()).copied().unwrap_or(0);
            assert!(
                returned_kes <= paid_kes,
                "{receipt}: KES {returned_kes} of {paid_kes} went back"
            );
            let refunds = self.payment.refunds().iter();
            let live = refunds
                .filter(|r| r.receipt == receipt && r.is_live())
                .count();
            assert!(live <= 1, "{receipt}: {live} refunds are alive");
        }
        assert!(
            self.sent.values().all(|times| *times == 1),
            "{:?}",
            self.sent
        );
        let gross_kes: u32 = AMOUNTS.iter().sum();
        assert!(self.payment.refunded_kes() <= gross_kes);
        assert_eq!(
            self.payment.received_kes() + self.payment.refunded_kes(),
            gross_kes
        );
        assert!(self.payment.is_paid(), "paid never reverts");
        assert_eq!(self.payment.remaining(), None);
        // What is believed to have gone back has gone back.
        let returned_kes: u32 = self.returned.values().sum();
        assert!(self.payment.refunded_kes() <= returned_kes);
    }
}

fn act() -> impl Strategy<Value = Act> {
    let answer = prop_oneof![
        3 => Just(Answer::Taken),
        1 => Just(Answer::TakenAndLost),
        1 => Just(Answer::Refused),
        1 => Just(Answer::NotTakenAndLost),
    ];
    prop_oneof![
        4 => (0..3_usize, prop::option::of(1..200_u32), 0..12_u8)
            .prop_map(|(receipt, amount, key)| Act::Ask { receipt, amount, key }),
        5 => Just(Act::Leave),
        5 => answer.prop_map(Act::Answer),
        3 => (0..8_usize, any::<bool>()).prop_map(|(which, is_kept)| Act::Tell { which, is_kept }),
        1 => (1..6_u32).prop_map(|refund| Act::TimeOut { refund }),
        1 => Just(Act::Crash),
        1 => prop_oneof![Just(30_u64), Just(90), Just(90_000)].prop_map(|secs| Act::Wait { secs }),
        1 => (1..6_u32).prop_map(|refund| Act::Judge { refund }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_more_goes_back_than_came_in(
        acts in prop::collection::vec(act(), 1..60),
        may_be_partial in any::<bool>(),
    ) {
        let mut world = World::paid(may_be_partial);
        for act in &acts {
            world.act(act);
            world.check();
        }
        // Every outcome that is still on its way arrives.
        while !world.results.is_empty() {
            world.tell(0, false);
            world.check();
        }
        let returned_kes: u32 = world.returned.values().sum();
        prop_assert_eq!(world.payment.refunded_kes(), returned_kes);
        let written: Vec<Recorded> = world
            .journal
            .iter()
            .map(|r| Recorded { at_ms: r.at_ms, times: r.times, last_at_ms: r.last_at_ms, ..Recorded::read(&r.text()).unwrap() })
            .collect();
        prop_assert_eq!(Payment::fold(&written), world.payment);
    }
}
