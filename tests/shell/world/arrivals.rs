//! A push that arrives at M-PESA, and what may never be true of it: that it is there already, that another prompt is alive on its handset,
//! or that nobody knows what became of another push of its payment.

use super::mpesa::Mpesa;
use super::plan::Plan;
use super::truth::{Push, Truth};
use crate::host::fate::Fault;
use serde_json::Value;

impl Mpesa {
    /// Enters a push, after the rules of pushes; whether its line is busy.
    pub(super) fn enter(&self, body: &Value, plan: Plan) -> (usize, bool) {
        let now_ms = self.now_ms();
        let text = |name: &str| match &body[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let url = text("CallBackURL");
        let (payment, attempt) = target_of(&url);
        let mut truth = self.truth.borrow_mut();
        let n = truth.pushes.len();
        let push = Push {
            plan,
            url,
            payment,
            attempt,
            id: format!("ws_CO_{n}"),
            phone: text("PhoneNumber"),
            amount: text("Amount").parse().unwrap(),
            account: text("AccountReference"),
            sent_at_ms: now_ms,
            was_dropped: false,
            rang_at_ms: None,
            is_over: false,
            verdict: None,
            money: None,
            is_end_told: false,
            strange_at_ms: None,
            is_declared: false,
            is_contradicted: false,
            is_id_told: false,
        };
        let is_line_busy = |q: &Push| q.phone == push.phone && q.is_prompt_alive(now_ms);
        let is_busy = truth.pushes.iter().any(is_line_busy);
        // M-PESA says too early that a push has ended which came late: from here nobody can know that its prompt lives on.
        let is_late = self.cloud().fate.has_struck(Fault::Late);
        let is_hidden = |q: &Push| is_late && q.plan.early_end_ms.is_some();
        if let Some((rule, what)) = broken_by(&truth, &push, &is_hidden) {
            truth.fail(rule, what);
        }
        truth.pushes.push(push);
        (n, is_busy)
    }
}

fn broken_by(
    truth: &Truth,
    push: &Push,
    is_hidden: &dyn Fn(&Push) -> bool,
) -> Option<(u32, String)> {
    let now_ms = push.sent_at_ms;
    let (phone, url) = (&push.phone, &push.url);
    let others = || truth.pushes.iter().filter(|q| !q.was_dropped);
    if others().any(|q| q.url == push.url) {
        return Some((5, format!("a push to {phone} reached M-PESA twice: {url}")));
    }
    // What its customer has declared as not charged may still live on the handset.
    let is_alive = |q: &&Push| q.is_prompt_alive(now_ms) && !q.is_declared && !is_hidden(q);
    if let Some(q) = others().find(|q| is_alive(q) && q.phone == *phone) {
        let what = format!(
            "a push to {phone} left while the prompt of {} was alive",
            q.url
        );
        return Some((4, what));
    }
    let is_unknown = |q: &&Push| q.payment == push.payment && !q.is_told(now_ms);
    truth.pushes.iter().find(is_unknown).map(|q| {
        let (n, other) = (push.attempt, q.attempt);
        let what = format!("push {n} left while the fate of push {other} was unknown: {url}");
        (4, what)
    })
}

/// The payment and the attempt that the address of a callback names.
pub(crate) fn target_of(url: &str) -> (String, u32) {
    let mut parts = url.rsplit('/');
    let attempt = parts.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let reference = parts.next().map(from_hex).unwrap_or_default();
    let link = parts.nth(2).map(from_hex).unwrap_or_default();
    (format!("production:{link}:{reference}"), attempt)
}

/// The text whose bytes these digits are.
pub(crate) fn from_hex(text: &str) -> String {
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap() as char;
    (0..text.len() / 2).map(|n| byte(2 * n)).collect()
}
