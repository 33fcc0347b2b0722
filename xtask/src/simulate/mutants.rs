//! The rules of ARCHITECTURE.md ("What may never happen"), each broken in one place: what stands there now, and what would be wrong.

mod mutant;
mod shell;

pub(super) use mutant::Mutant;

use mutant::mutant;

/// All mutants.
pub(super) fn all() -> impl Iterator<Item = &'static Mutant> {
    ALL.iter().chain(shell::ALL)
}

const ATTEMPT: &str = "engine/src/payment/attempt.rs";
const BINDING: &str = "engine/src/payment/binding.rs";
const CLAIMS: &str = "engine/src/claims.rs";
const DELIVERIES: &str = "engine/src/payment/deliveries.rs";
const EFFECT: &str = "engine/src/payment/effect.rs";
const FOLD: &str = "engine/src/payment/fold.rs";
const GATEWAY: &str = "engine/src/daraja/gateway.rs";
const PUSH: &str = "engine/src/payment/push.rs";
const RECEIPTS: &str = "engine/src/payment/receipts.rs";
const RELEASE: &str = "engine/src/claims/release.rs";

const ALL: &[Mutant] = &[
    mutant(
        "1",
        "any zero is a success",
        "shared/src/result_code.rs",
        r#"self.0 == "0""#,
        "self.0.trim_matches(['0', '.']).is_empty()",
    ),
    mutant(
        "1",
        "another push's callback is believed",
        FOLD,
        "is_other_push || is_other_amount",
        "is_other_amount",
    ),
    mutant(
        "1",
        "a receipt counts before it is granted",
        "engine/src/payment/receipt.rs",
        "self.is_backed || matches!(self.standing, Standing::Granted(_))",
        "self.is_backed || matches!(self.standing, Standing::Granted(_) | Standing::Asked | Standing::Unverified)",
    ),
    mutant(
        "2",
        "a success after a decline is not heard",
        FOLD,
        "        if callback.code.is_success() {\n            self.succeed(at_ms);",
        "        if callback.code.is_success() && !matches!(self.stage, Stage::Declined { .. }) {\n            self.succeed(at_ms);",
    ),
    mutant(
        "2",
        "a decline that may succeed is not asked about",
        ATTEMPT,
        "decline.is_late_capable => late_at_ms",
        "decline.is_late_capable && *at_ms == 0 => late_at_ms",
    ),
    mutant(
        "2",
        "paid reverts",
        "engine/src/payment.rs",
        "self.paid_at_ms.is_some()",
        "self.opened.is_some() && self.received_kes() >= self.due_kes()",
    ),
    mutant(
        "2",
        "a surer confirmation is not offered anew",
        CLAIMS,
        "self.is_offered = false;\n            self.is_unlisted = true;",
        "self.is_unlisted = true;",
    ),
    mutant(
        "2",
        "an account number that is told after the money is not heard",
        CLAIMS,
        "is_theirs && facts.tells_beyond(known)",
        "false && facts.tells_beyond(known)",
    ),
    mutant(
        "3",
        "two payments are granted one receipt",
        CLAIMS,
        "Some(owner) if owner.rank >= rank => Claimed::Denied,",
        "Some(owner) if owner.rank >= rank => Claimed::Granted { is_contested: false },",
    ),
    mutant(
        "3",
        "who loses a receipt keeps it",
        RECEIPTS,
        "receipt.standing = standing;\n",
        "let _ = standing;\n",
    ),
    mutant(
        "3",
        "a blank stays beside its receipt",
        BINDING,
        "let is_blank = slot.number.is_none();",
        "let is_blank = false;",
    ),
    mutant(
        "3",
        "a callback's number is new every time",
        RECEIPTS,
        "position(|r| r.is(number)) {",
        "position(|r| r.is(number) && r.rank == Rank::Callback) {",
    ),
    mutant(
        "3",
        "a grant that comes too late is believed",
        RECEIPTS,
        "} else if receipt.is_ours() {",
        "} else if receipt.number.is_some() {",
    ),
    mutant(
        "3",
        "one push pays twice",
        "engine/src/payment/second.rs",
        "self.held.pays_once() && self.receipts.iter().any(is_other)",
        "self.held.version == 0 && self.receipts.iter().any(is_other)",
    ),
    mutant(
        "4",
        "an unknown push frees the next",
        ATTEMPT,
        "self.is_declared_not_charged.then_some(0)",
        "Some(0)",
    ),
    mutant(
        "4",
        "an unanswered prompt frees the next at once",
        ATTEMPT,
        "Wait::PromptIsOver => Some(self.started_at_ms() + rules::PROMPT_MS)",
        "Wait::PromptIsOver => Some(*at_ms)",
    ),
    mutant(
        "4",
        "advice is taken for proof",
        ATTEMPT,
        "Some(if refusal.is_proven {",
        "Some(if refusal.is_proven || waited_at_ms > 0 {",
    ),
    mutant(
        "4",
        "two orders prompt one handset",
        "engine/src/subscriber.rs",
        ".filter(|l| l.payment != *payment)",
        ".filter(|l| l.payment.is_empty())",
    ),
    mutant(
        "5",
        "a 503 is sent again",
        GATEWAY,
        "429 => Some((busy(",
        "429 | 503 => Some((busy(",
    ),
    mutant(
        "5",
        "a crash on the way is taken for not sent",
        PUSH,
        "Stage::Reserved => Some(Event::PushRefused {",
        "Stage::Reserved | Stage::Leaving { .. } => Some(Event::PushRefused {",
    ),
    mutant(
        "6",
        "anything pays the whole",
        FOLD,
        "self.unreserved_kes() >= self.due_kes()",
        "self.unreserved_kes() > 0",
    ),
    mutant(
        "6",
        "a stranger's amount stands",
        RECEIPTS,
        "known.amount_kes = seen.amount_kes;",
        "",
    ),
    mutant(
        "7",
        "any callback path leads in",
        "engine/src/master_key/stk_path.rs",
        "is_ours.then_some(target)",
        "(is_ours || target.attempt > 0).then_some(target)",
    ),
    mutant(
        "7",
        "a stranger's confirmation is money",
        RECEIPTS,
        "standing: if is_trusted {",
        "standing: if is_trusted || at_ms > 0 {",
    ),
    mutant(
        "7",
        "a typed receipt counts whoever has paid it",
        "engine/src/payment/typed_search.rs",
        "*is_payer_pushed && *amount_kes",
        "*amount_kes",
    ),
    mutant(
        "7",
        "a payer whom M-PESA hides agrees with everybody",
        "engine/src/daraja/payer_hint.rs",
        "PayerHint::Hashed(_) | PayerHint::Unknown => false,\n        };",
        "PayerHint::Hashed(_) | PayerHint::Unknown => true,\n        };",
    ),
    mutant(
        "7",
        "a number that was only reserved proves its payer",
        "shell/src/objects/payment/claim.rs",
        "turn.payment.pushed_phones().filter_map(of).collect();",
        "phones.iter().flatten().cloned().collect();",
    ),
    mutant(
        "8",
        "an older order changes the price",
        "engine/src/payment/order.rs",
        "theirs > ours && now_ms",
        "theirs != ours && now_ms",
    ),
    mutant(
        "8",
        "the price changes under a push",
        "engine/src/payment/order.rs",
        "&& !self.attempts.iter().any(Attempt::may_succeed)",
        "",
    ),
    mutant(
        "8",
        "anybody signs orders",
        "engine/src/signed_order.rs",
        "if !secrets.have_signed(signed, &signature) {",
        "if signature.is_empty() {",
    ),
    mutant(
        "8",
        "the page pays less than the least",
        "engine/src/order.rs",
        "kes < limits.min_kes ||",
        "",
    ),
    mutant(
        "8",
        "an older signature opens what the shop has closed",
        "engine/src/payment/order.rs",
        "&& is_from_before(at_ms));",
        "&& is_from_before(at_ms) && false);",
    ),
    mutant(
        "9",
        "nothing wakes for what is overdue",
        EFFECT,
        "[a.overdue_at_ms(&held), a.next_query_at_ms()]",
        "[None, a.next_query_at_ms()]",
    ),
    mutant(
        "3",
        "what a person took back stays its payment's",
        RELEASE,
        "if self.owner.as_ref().is_some_and(is_persons) {",
        "if self.owner.as_ref().is_some_and(is_persons) && releases > 9 {",
    ),
    mutant(
        "9",
        "a claim is asked once",
        EFFECT,
        ".chain(by_claims)",
        ".chain(by_claims.take(0))",
    ),
    mutant(
        "9",
        "what fails rings again at once",
        EFFECT,
        "now_ms + age_ms.clamp(rules::AGAIN_MS_MIN, rules::AGAIN_MS_MAX)",
        "now_ms + age_ms.min(0)",
    ),
    mutant(
        "9",
        "an expired order stays open",
        EFFECT,
        ".filter(|_| self.may_close())",
        ".filter(|_| self.may_close() && self.attempts.is_empty())",
    ),
    mutant(
        "10",
        "any answer is an acknowledgement",
        DELIVERIES,
        "_ if is_heard =>",
        "_ if is_heard || status.is_some() =>",
    ),
    mutant(
        "10",
        "newer news displaces paid",
        DELIVERIES,
        "&& older.kind != Kind::Paid",
        "",
    ),
    mutant(
        "10",
        "the shop is called once",
        DELIVERIES,
        "Some(after_secs) => Hearing::Due(at_ms + 1000 * after_secs),",
        "Some(after_secs) if after_secs == 0 => Hearing::Due(at_ms),\n            Some(_) => Hearing::Unheard,",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_fits_the_code() {
        for mutant in all() {
            let path = crate::places::root().join(mutant.file);
            let code = std::fs::read_to_string(&path).unwrap();
            let fits = code.matches(mutant.find).count();
            assert_eq!(fits, 1, "\"{}\" in {}", mutant.name, mutant.file);
        }
    }
}
