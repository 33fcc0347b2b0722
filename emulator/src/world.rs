//! Everything that is remembered: tokens, registrations, pushes, prompts, the ledger, messages, scripts, what was received and sent.

pub(crate) mod call_script;
pub(crate) mod gateway;
pub(crate) mod ids;
pub(crate) mod ledger;
pub(crate) mod magic;
pub(crate) mod messages;
pub(crate) mod movements;
pub(crate) mod push;
pub(crate) mod registration;
pub(crate) mod script;
pub(crate) mod sent;
pub(crate) mod story;

use std::collections::{HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::options::{Options, Payee};
use call_script::{Call, CallScript, CallStory};
use ids::Ids;
use ledger::{Reversal, Transfer, Withdrawal};
use messages::Message;
use push::{Outcome, Push, PushRequest};
use registration::Registration;
use script::Script;
use sent::{Copies, Received, Sent};
use story::{Story, Submit};

/// Reset forgets all but the ids drawn, the tokens, the registrations and the settings.
pub(crate) struct World {
    pub(crate) ids: Ids,
    pub(crate) tokens: Vec<Token>,
    /// What the next token requests are answered, one each.
    pub(crate) token_answers: VecDeque<Submit>,
    /// At most one for each merchant.
    pub(crate) registrations: Vec<Registration>,
    /// The shortcodes registered for Pull Transactions.
    pub(crate) pulled: HashSet<String>,
    pub(crate) settings: Settings,
    pub(crate) query_allowed_at_ms: u64,
    pub(crate) memory: Memory,
    received: u64,
}

#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) pushes: Vec<Push>,
    pub(crate) ledger: Vec<Transfer>,
    /// In the order they were asked for, the declined ones too.
    pub(crate) reversals: Vec<Reversal>,
    pub(crate) withdrawals: Vec<Withdrawal>,
    pub(crate) messages: Vec<Message>,
    pub(crate) scripts: Vec<Script>,
    pub(crate) call_scripts: Vec<CallScript>,
    pub(crate) requests: Vec<Received>,
    pub(crate) callbacks: Vec<Sent>,
    /// How many pushes each number has made under each story.
    submissions: HashMap<String, usize>,
}

pub(crate) struct Token {
    pub(crate) access_token: String,
    pub(crate) consumer_key: String,
    pub(crate) expires_at_ms: u64,
}

/// What the control plane can switch while running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) is_rule_limited: bool,
    pub(crate) is_single_token: bool,
    pub(crate) query_limit_per_minute: u32,
    pub(crate) prompt_timeout_ms: u64,
    pub(crate) validates_c2b: bool,
    pub(crate) validates_stk: bool,
    /// How results go out: of reversals, balances and transaction status queries.
    pub(crate) status_result: Copies,
    /// Rows in one answer of Pull Transactions.
    pub(crate) pull_rows: u32,
}

impl World {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            ids: Ids::from_seed(options.seed),
            tokens: Vec::new(),
            token_answers: VecDeque::new(),
            registrations: Vec::new(),
            pulled: HashSet::new(),
            settings: Settings {
                is_rule_limited: options.is_rule_limited,
                is_single_token: options.is_single_token,
                query_limit_per_minute: options.query_limit_per_minute,
                prompt_timeout_ms: options.prompt_timeout_ms,
                validates_c2b: options.validates_c2b,
                validates_stk: options.validates_stk,
                status_result: Copies::default(),
                pull_rows: 100,
            },
            query_allowed_at_ms: 0,
            memory: Memory::default(),
            received: 0,
        }
    }

    /// Keeps a request, and gives its number.
    pub(crate) fn receive(&mut self, request: Received) -> u64 {
        self.received += 1;
        let number = self.received;
        self.memory.requests.push(Received { number, ..request });
        number
    }

    /// Notes what a request was answered, unless it was forgotten meanwhile.
    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        let mut requests = self.memory.requests.iter_mut();
        if let Some(request) = requests.rfind(|request| request.number == number) {
            request.status = Some(status);
        }
    }

    pub(crate) fn push(&self, checkout_request_id: &str) -> Option<&Push> {
        self.memory
            .pushes
            .iter()
            .rfind(|push| push.checkout_request_id == checkout_request_id)
    }

    pub(crate) fn push_mut(&mut self, checkout_request_id: &str) -> Option<&mut Push> {
        self.memory
            .pushes
            .iter_mut()
            .rfind(|push| push.checkout_request_id == checkout_request_id)
    }

    /// The prompt that a handset shows.
    pub(crate) fn live_prompt(&self, msisdn: &str, now_ms: u64) -> Option<&Push> {
        self.memory
            .pushes
            .iter()
            .rfind(|push| push.request.msisdn == msisdn && push.is_ringing(now_ms))
    }

    /// The story of a push: the newest script that fits, else the number's own, with how often it was begun before.
    pub(crate) fn begin_story(&mut self, request: &PushRequest) -> (Story, usize) {
        let scripts = &self.memory.scripts;
        let script = scripts
            .iter()
            .enumerate()
            .rfind(|(_, script)| script.when.fits(request));
        let (story, key) = match script {
            Some((number, script)) => (
                script.story.clone(),
                format!("script {number} {}", request.msisdn),
            ),
            None => (
                magic::by_msisdn(&request.msisdn)
                    .map(|magic| magic.story())
                    .unwrap_or_default(),
                request.msisdn.clone(),
            ),
        };
        let begun = self.memory.submissions.entry(key).or_default();
        *begun += 1;
        (story, *begun - 1)
    }

    /// The URLs of a merchant, whichever of its numbers they were registered for.
    pub(crate) fn registration(&self, payee: &Payee) -> Option<&Registration> {
        let mut registrations = self.registrations.iter();
        registrations.find(|registration| payee.is_called(&registration.shortcode))
    }

    /// What a shortcode has received up to this transfer, itself included. KES.
    pub(crate) fn balance_kes(&self, transfer: &Transfer) -> u64 {
        let ledger = &self.memory.ledger;
        let last = ledger
            .iter()
            .rposition(|row| row.receipt == transfer.receipt);
        let rows = ledger
            .iter()
            .take(last.map_or(ledger.len(), |last| last + 1));
        rows.filter(|row| row.shortcode == transfer.shortcode)
            .map(|row| row.amount_kes)
            .sum()
    }

    /// What a shortcode has: received, less what went back and what was withdrawn. KES.
    pub(crate) fn utility_kes(&self, shortcode: &str) -> u64 {
        let memory = &self.memory;
        let received = memory.ledger.iter().filter(|it| it.shortcode == shortcode);
        let received: u64 = received
            .map(|it| it.amount_kes - it.reversed.reversed_kes)
            .sum();
        let withdrawn = memory.withdrawals.iter();
        let withdrawn = withdrawn.filter(|it| it.shortcode == shortcode);
        received - withdrawn.map(|it| it.amount_kes).sum::<u64>()
    }

    /// What the customer does with the prompt: settles it, unless the merchant is to be asked first.
    pub(crate) fn answer(&mut self, checkout_request_id: &str, outcome: Outcome) -> bool {
        let is_validated = self.settings.validates_stk
            && self
                .push(checkout_request_id)
                .is_some_and(|push| self.registration(&push.merchant.payee).is_some());
        match (outcome, self.push_mut(checkout_request_id)) {
            (Outcome::Paid { at_ms }, Some(push)) if is_validated && push.outcome.is_none() => {
                push.entered_at_ms = Some(at_ms);
                push.settled.notify_one();
                true
            }
            (outcome, _) => self.settle(checkout_request_id, outcome),
        }
    }

    /// Settles a push once. A decline may still become paid; nothing else changes.
    pub(crate) fn settle(&mut self, checkout_request_id: &str, outcome: Outcome) -> bool {
        let Some(push) = self.push_mut(checkout_request_id) else {
            return false;
        };
        let is_news = match (&push.outcome, &outcome) {
            (None, _) | (Some(Outcome::Declined { .. }), Outcome::Paid { .. }) => true,
            (Some(_), _) => false,
        };
        if is_news {
            push.outcome = Some(outcome.clone());
            push.settled.notify_one();
            let message = push.message(&outcome);
            let transfer = push.transfer(&outcome);
            self.memory.messages.extend(message);
            self.memory.ledger.extend(transfer);
        }
        is_news
    }

    /// The story of a call, from the newest script that fits, and what this one is answered.
    pub(crate) fn begin_call(&mut self, call: &Call) -> (Submit, CallStory) {
        let mut scripts = self.memory.call_scripts.iter_mut();
        let script = scripts.rfind(|script| script.on == call.api && script.when.fits(call));
        let Some(script) = script else {
            return (Submit::Accept, CallStory::default());
        };
        let submits = &script.story.submit;
        let submit = submits.get(script.begun).or(submits.last());
        let submit = submit.cloned().unwrap_or(Submit::Accept);
        script.begun += 1;
        (submit, script.story.clone())
    }

    /// Whether a script hides this payment from Pull Transactions.
    pub(crate) fn is_hidden(&self, payment: &Call) -> bool {
        let mut scripts = self.memory.call_scripts.iter();
        scripts.any(|script| {
            script.on == payment.api && script.story.is_hidden && script.when.fits(payment)
        })
    }
}
