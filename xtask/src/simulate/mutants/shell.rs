//! Faults that the shell once had (B1 to B11), and others of refunds, sweep and inbox, each put back in one place.

use super::mutant::{Mutant, mutant};

const HOOKS: &str = "shell/src/edge/hooks.rs";
const CARRY: &str = "shell/src/objects/payment/turn/carry.rs";
const TURN: &str = "shell/src/objects/payment/turn.rs";
const WORK: &str = "shell/src/objects/payment/work.rs";
const ONCE: &str = "shell/src/objects/payment/once.rs";
const REFUND: &str = "shell/src/objects/payment/refund.rs";
const PROJECTION: &str = "shell/src/objects/payment/projection.rs";
const SWEEP: &str = "shell/src/schedule/sweep.rs";
const DRAIN: &str = "shell/src/intake/inbox/drain.rs";
const REFUNDS: &str = "engine/src/payment/refunds.rs";
const FATE: &str = "engine/src/payment/refund/fate.rs";
const UNHEARD: &str = "engine/src/claims/unheard.rs";
const INBOX: &str = "engine/src/inbox.rs";

pub(super) const ALL: &[Mutant] = &[
    mutant(
        "B1",
        "a probe has a name that an order can have",
        "engine/src/master_key/probe.rs",
        r#"format!("{env}:{link}:health-probe")"#,
        r#"format!("{env}:{link}:HEALTH")"#,
    ),
    mutant(
        "B2",
        "a receipt tells whom it cannot reach at the same short gap for ever",
        UNHEARD,
        "(AGAIN_MS << failures.min(16)).min(AGAIN_MS_MAX)",
        "(AGAIN_MS << failures.min(0)).min(AGAIN_MS_MAX)",
    ),
    mutant(
        "B2",
        "a look-up that fails rings again at once",
        "engine/src/payment/effect.rs",
        ".map(|due_at_ms| again_ms(due_at_ms, now_ms))",
        ".map(|due_at_ms| due_at_ms.max(now_ms))",
    ),
    mutant(
        "B3",
        "what M-PESA posts is dropped when it hangs up",
        HOOKS,
        "    env.keep(Box::pin(async move {\n        // Nobody waits for it any more, if M-PESA has hung up.\n        let _ = tell.send(call.write_down().await);\n    }));",
        "    let _ = tell.send(call.write_down().await);",
    ),
    mutant(
        "B4",
        "what a turn asks for is not begun",
        CARRY,
        "Rc::clone(self).start(left.effects);",
        "drop(left.effects);",
    ),
    mutant(
        "B4",
        "a turn throws away what it has left to be done",
        CARRY,
        "let due = self.carry_out(left, false);",
        "let due = left.due;",
    ),
    mutant(
        "B6",
        "how often the ledger was told in vain is not kept",
        TURN,
        "self.look.store.set_bookings(bookings);",
        "let _ = bookings;",
    ),
    mutant(
        "B6",
        "the queue of questions is forgotten",
        "shell/src/objects/daraja.rs",
        "small_rows::write(home, QUEUE, serde_json::to_string(&queue)?, Alarm::Leave)?;",
        "",
    ),
    mutant(
        "B7",
        "no alarm is set for a question about a receipt",
        UNHEARD,
        "self.question.as_ref().map(|question| question.next_ms)",
        "self.question.as_ref().map(|question| question.next_ms).filter(|at_ms| *at_ms == 0)",
    ),
    mutant(
        "B8",
        "one payment that does not answer has all others wait for the receipt",
        UNHEARD,
        "due.retain(|tell| self.not_before_ms(&tell.address) <= now_ms);",
        "due.retain(|_| self.unheard.iter().all(|unheard| unheard.next_ms <= now_ms));",
    ),
    mutant(
        "B8",
        "the schedule brings one merchant's inbox only",
        SWEEP,
        "inbox::drain(env, deployment, None)",
        "inbox::drain(env, deployment, Some(&deployment.default_link))",
    ),
    mutant(
        "B8",
        "a sweep that passes has the ledger written anew",
        "shell/src/objects/payment/shop.rs",
        "if is_known && enters_anew {",
        "if is_known {",
    ),
    mutant(
        "B9",
        "a message that cannot be delivered is tried for ever",
        INBOX,
        "if !is_brought(tries + 1) {",
        "if tries > 1_000_000 {",
    ),
    mutant(
        "B10",
        "every repeated callback is kept",
        "engine/src/payment/bounds.rs",
        "self.bodies == 0 || (self.bodies < rules::BODIES_MAX && all <= rules::BODIES_BYTES_MAX)",
        "self.bodies == 0 || all > 0",
    ),
    mutant(
        "B10",
        "a payment that was only opened stays",
        "shell/src/objects/payment/turn/look.rs",
        "self.payment.ends_at_ms(terms(self.config), self.now_ms)",
        "self.payment.ends_at_ms(terms(self.config), self.now_ms).filter(|at_ms| *at_ms == 0)",
    ),
    mutant(
        "B11",
        "an alert lacks its payment after a restart",
        "shell/src/objects/payment/inner.rs",
        "self.address().unwrap_or_else(|| self.home.id())",
        r#"self.address.borrow().clone().unwrap_or_else(|| "?".to_owned())"#,
    ),
    mutant(
        "refunds",
        "what leaves once leaves without its line",
        ONCE,
        "turn.record(order.leaving(deadline_ms))?;",
        "let _ = deadline_ms;",
    ),
    mutant(
        "refunds",
        "a reversal whose answer is lost is sent again",
        REFUND,
        "ReversalAck::Accepted { .. } | ReversalAck::Refused(_) | ReversalAck::Unknown(_) => {\n                Resend::Never\n            }",
        "ReversalAck::Unknown(_) => Resend::WithFreshToken,\n            ReversalAck::Accepted { .. } | ReversalAck::Refused(_) => Resend::Never,",
    ),
    mutant(
        "refunds",
        "any path of a refund leads in",
        "engine/src/master_key/refund_path.rs",
        "is_ours.then_some(target)",
        "(is_ours || target.refund > 0).then_some(target)",
    ),
    mutant(
        "refunds",
        "two refunds give back more than was received",
        REFUNDS,
        "() if amount_kes > left_kes => return Err(RefundDenied::TooMuch),",
        "() if amount_kes > receipt.amount_kes => return Err(RefundDenied::TooMuch),",
    ),
    mutant(
        "refunds",
        "a reversal on its way is taken for not sent after a crash",
        REFUNDS,
        "RefundStage::Leaving { .. } => Some(Event::RefundLost {\n                refund: refund.n,\n                why: \"restarted while it was on its way\".to_owned(),\n            }),",
        "RefundStage::Leaving { .. } => Some(Event::RefundRefused {\n                refund: refund.n,\n                detail: NEVER_LEFT.to_owned(),\n            }),",
    ),
    mutant(
        "refunds",
        "a queue's timeout frees the refund",
        FATE,
        r#"self.doubt("it waited too long in M-PESA's queue");"#,
        r#"self.fail(None, "it waited too long in M-PESA's queue", at_ms);"#,
    ),
    mutant(
        "refunds",
        "the same refund asked for twice is two",
        REFUNDS,
        "find(|r| r.ask.key == asked.ask.key) {",
        "find(|r| r.ask.key == asked.ask.key && r.is_live()) {",
    ),
    mutant(
        "refunds",
        "a refund that M-PESA took is never asked about",
        FATE,
        "let after_ms = rules::REFUND_ASKS_MS.get(self.asks)?;",
        "let after_ms = rules::REFUND_ASKS_MS.get(self.asks + 100)?;",
    ),
    mutant(
        "sweep",
        "the sweep reads no roster",
        SWEEP,
        "let missing = d1::texts(env, MISSING, &values).await?;",
        "let mut missing = d1::texts(env, MISSING, &values).await?;\n            missing.clear();",
    ),
    mutant(
        "sweep",
        "a payment counts as in its roster before it is",
        PROJECTION,
        "if is_entered && entry.lacks_name {",
        "if entry.lacks_name {",
    ),
    mutant(
        "sweep",
        "a sweep ends at the first roster that does not answer",
        SWEEP,
        "place = now.skip(env.now_ms());",
        "place = None;",
    ),
    mutant(
        "sweep",
        "a payment that the ledger lacks is only looked at",
        SWEEP,
        "poke_payments(env, config, &missing, true, swept).await;",
        "poke_payments(env, config, &missing, false, swept).await;",
    ),
    mutant(
        "sweep",
        "the sweep looks at nothing that is open",
        SWEEP,
        "poke_payments(env, config, &payments, false, swept).await;",
        "let _ = payments;",
    ),
    mutant(
        "sweep",
        "what the ledger did not take counts as written",
        PROJECTION,
        "if is_projected && is_same {",
        "if is_same {",
    ),
    mutant(
        "inbox",
        "a message goes whatever its object answered",
        DRAIN,
        r#"Ok(status) => Err(format!("it answered {status}")),"#,
        "Ok(_) => Ok(()),",
    ),
    mutant(
        "inbox",
        "a message goes though its object was not reached",
        DRAIN,
        r#"Err(why) => Err(format!("it was not reached: {why}")),"#,
        "Err(_) => Ok(()),",
    ),
    mutant(
        "inbox",
        "a callback that no object took is not put into the inbox",
        "shell/src/intake/stk.rs",
        "if inbox::put(env, deployment, &to, &message).await {",
        "if to.name.len() > 1 {",
    ),
    mutant(
        "inbox",
        "M-PESA is told yes when time is up",
        HOOKS,
        "Some(Err(oneshot::Canceled)) | None => not_recorded(),",
        "Some(Err(oneshot::Canceled)) | None => accepted(),",
    ),
    mutant(
        "work",
        "the alarm begins no claims",
        WORK,
        "self.claims_lane(config, first.clone()).await;",
        "let _ = first;",
    ),
    mutant(
        "work",
        "a turn leaves the alarm as it was",
        TURN,
        "(None, Some(at_ms)) if turn.is_written => Alarm::At(soonest_ms(at_ms)),",
        "",
    ),
    mutant(
        "work",
        "an alarm that rings sets no other before it works",
        "shell/src/objects/payment.rs",
        "let again = Alarm::At(again_at_ms);",
        "let again = Alarm::Off;",
    ),
];
