//! `ReceiptRecord`: what M-PESA has shown of one receipt, and which payment it belongs to. The only place that says so.
//! docs/receipts.md draws claims, their ranks, and what becomes of two claims of one receipt.

mod money;
mod named;
mod question;
mod release;
mod retry;
mod unheard;

pub use money::MoneyFacts;
pub use question::{Question, Step};
pub use retry::{ITSELF, LIST, NAMES, Unheard};

use crate::daraja::PayerHint;
use crate::payment::Rank;
use malipo_shared::{LinkId, Msisdn};
use serde::{Deserialize, Serialize};

/// One M-PESA receipt, as this deployment knows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceiptRecord {
    /// What M-PESA has shown of the money by C2B or on being asked; none when only a callback has named it.
    pub facts: Option<MoneyFacts>,
    /// The merchant to whom M-PESA has shown it: no other learns of the money.
    pub link: Option<LinkId>,
    /// Whose it is.
    pub owner: Option<Owner>,
    /// Whether the payment that its reference names was told, or does not exist.
    pub is_offered: bool,
    /// Payments that have lost it to a stronger proof and do not know it yet.
    pub losers: Vec<String>,
    /// Payments whose customers typed it: told when something new is known.
    pub seekers: Vec<String>,
    /// Whether the operator's list of unmatched receipts does not say yet what this record says.
    pub is_unlisted: bool,
    /// When M-PESA was last asked about it, in Unix milliseconds.
    pub asked_at_ms: Option<u64>,
    /// What M-PESA is still to be asked about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// Whom it could not tell something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unheard: Vec<Unheard>,
    /// How often the shop's own references were looked through for what was typed as account number.
    #[serde(default)]
    pub name_looks: u8,
    /// Whether a person has dealt with what cannot be read of it.
    #[serde(default)]
    pub is_settled: bool,
    /// How often what was said of it before was undone: what is listed of it then outdoes all that was.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undone: u32,
    /// Payments from which a person has taken it back, and how often each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<(String, u32)>,
}

/// The payment that a receipt belongs to, and the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// `{env}:{link_id}:{account_reference}`.
    pub address: String,
    /// The strongest proof that it has shown.
    pub rank: Rank,
}

/// The answer to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claimed {
    /// It is the asking payment's.
    Granted {
        /// Whether another payment loses it by that.
        is_contested: bool,
    },
    /// Another payment has it, by a proof at least as strong.
    Denied,
}

fn is_of(address: &str, link: &LinkId) -> bool {
    address.split(':').nth(1) == Some(link.as_str())
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Something that a payment has to be told of a receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct Tell {
    /// The payment: `{env}:{link_id}:{account_reference}`. It may not exist.
    pub address: String,
    /// What it has to be told.
    pub what: News,
}

/// What a payment is told.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Money has come that names it.
    Offered(MoneyFacts),
    /// Another payment has proven that the receipt is its own.
    Taken,
    /// Something new is known of what its customer typed.
    Shown,
}

/// Payments that are told when something new is known of a typed receipt.
const SEEKERS_MAX: usize = 8;

impl ReceiptRecord {
    /// Records what M-PESA has shown to the merchant of `link`. What is sure outdoes what is not, and of sure reports one
    /// that tells the account number outdoes one that does not; a doubtful one gives way to another merchant's once its payment
    /// has heard it. Any other later report changes nothing.
    pub fn show(&mut self, link: &LinkId, facts: MoneyFacts) {
        let is_theirs = self.link.as_ref() == Some(link);
        if is_theirs && self.is_settled && !facts.can_count() {
            // Something that cannot be read has come again: another payment's, perhaps.
            self.is_settled = false;
            self.undo();
        }
        let is_news = match &self.facts {
            None => true,
            // Less is known by it.
            Some(known) if known.can_count() && !facts.can_count() => false,
            // What cannot be read stands in nobody's way.
            Some(known) if facts.can_count() && !known.can_count() => {
                facts.is_trusted || !known.is_trusted
            }
            Some(known) if known.is_trusted => is_theirs && facts.tells_beyond(known),
            // A doubtful report stands in no other merchant's way, once its payment has heard it.
            Some(_) => facts.is_trusted || (!is_theirs && !self.has_offer()),
        };
        if is_news {
            if !is_theirs && self.link.is_some() {
                self.move_to(link, facts.is_trusted);
            }
            let known = self.facts.take().filter(|known| known.is_trusted);
            self.facts = Some(facts.beside(known));
            self.link = Some(link.clone());
            self.name_looks = 0;
            self.is_settled = false;
            self.is_offered = false;
            self.is_unlisted = true;
        }
    }

    /// A callback of a push of this payment has named it, and another receipt has paid that push: it is nobody's, and a person
    /// looks.
    pub fn set_aside(&mut self, address: &str, link: &LinkId, facts: MoneyFacts) {
        self.show(link, facts);
        if self
            .owner
            .as_ref()
            .is_some_and(|owner| owner.address == address)
        {
            self.owner = None;
            self.undo();
        }
    }

    /// M-PESA has shown it to the merchant of `link`, and another one's people had it until now.
    fn move_to(&mut self, link: &LinkId, is_trusted: bool) {
        let is_persons = |owner: &mut Owner| {
            is_trusted && owner.rank == Rank::Person && !is_of(&owner.address, link)
        };
        let loser = self.owner.take_if(is_persons);
        self.losers.extend(loser.map(|owner| owner.address));
        let releases = self.releases();
        self.undo();
        self.undone = self.undone.saturating_add(releases);
    }

    fn undo(&mut self) {
        self.undone = self.undone.saturating_add(1);
        self.is_unlisted = true;
    }

    /// Whether M-PESA has surely shown it to another merchant than the payment's.
    pub(super) fn is_anothers(&self, address: &str) -> bool {
        let is_sure = self.facts.as_ref().is_some_and(|facts| facts.is_trusted);
        is_sure && self.link.as_ref().is_some_and(|link| !is_of(address, link))
    }

    /// As the merchant of `link` may know it: the money that came to another and the payments of another are not there.
    pub fn seen_by(&self, link: &LinkId) -> ReceiptRecord {
        let is_theirs = |address: &str| is_of(address, link);
        let is_shown = self.link.as_ref() == Some(link);
        ReceiptRecord {
            facts: self.facts.clone().filter(|_| is_shown),
            link: self.link.clone().filter(|_| is_shown),
            owner: self.owner.clone().filter(|owner| is_theirs(&owner.address)),
            losers: Vec::new(),
            seekers: Vec::new(),
            question: None,
            unheard: Vec::new(),
            released: self.released_to(link),
            ..self.clone()
        }
    }

    /// Decides whose the receipt is: the stronger proof wins, the first of equals keeps it.
    pub fn claim(&mut self, address: &str, rank: Rank) -> Claimed {
        match &mut self.owner {
            Some(owner) if owner.address == address => {
                owner.rank = owner.rank.max(rank);
                Claimed::Granted {
                    is_contested: false,
                }
            }
            Some(owner) if owner.rank >= rank => Claimed::Denied,
            held => {
                let loser = held.replace(Owner {
                    address: address.to_owned(),
                    rank,
                });
                let is_contested = loser.is_some();
                self.losers.retain(|told| told != address);
                self.losers.extend(loser.map(|owner| owner.address));
                // What M-PESA has not shown is on nobody's list.
                self.is_unlisted |= self.facts.is_some();
                Claimed::Granted { is_contested }
            }
        }
    }

    /// Remembers that a customer of `address` typed it.
    pub fn seek(&mut self, address: &str) {
        if self.seekers.len() < SEEKERS_MAX && !self.seekers.iter().any(|known| known == address) {
            self.seekers.push(address.to_owned());
        }
    }

    /// What may be matched by a customer's word: shown by M-PESA for certain, in whole shillings, and nobody's.
    pub fn unmatched(&self) -> Option<&MoneyFacts> {
        self.facts
            .as_ref()
            .filter(|facts| facts.is_trusted && facts.amount.kes().is_some())
            .filter(|facts| facts.can_count() && self.owner.is_none())
    }

    /// What payments do not know yet, in the deployment's environment `env`.
    pub fn to_tell(&self, env: &str) -> Vec<Tell> {
        let tell = |address: &String, what| Tell {
            address: address.clone(),
            what,
        };
        let losers = self.losers.iter().map(|loser| tell(loser, News::Taken));
        let seekers = self.seekers.iter().filter(|_| self.facts.is_some());
        let seekers = seekers.map(|seeker| tell(seeker, News::Shown));
        let offer = self.to_offer(env).into_iter();
        offer.chain(losers).chain(seekers).collect()
    }

    /// To the payment that the account number names.
    fn to_offer(&self, env: &str) -> Option<Tell> {
        let facts = self.facts.as_ref().filter(|_| !self.is_offered)?;
        let (link, reference) = (self.link.as_ref()?, facts.reference.as_ref()?);
        Some(Tell {
            address: format!("{env}:{link}:{reference}"),
            what: News::Offered(facts.clone()),
        })
    }

    fn has_offer(&self) -> bool {
        let named = |facts: &MoneyFacts| facts.reference.is_some();
        !self.is_offered && self.link.is_some() && self.facts.as_ref().is_some_and(named)
    }

    /// The payment has heard it, or does not exist. What became known meanwhile is still to be told.
    pub fn heard(&mut self, tell: &Tell) {
        self.reached(&tell.address);
        match &tell.what {
            News::Offered(facts) => self.is_offered |= self.facts.as_ref() == Some(facts),
            News::Taken => self.losers.retain(|loser| *loser != tell.address),
            News::Shown => self.seekers.retain(|seeker| *seeker != tell.address),
        }
    }

    /// A person has dealt with what cannot be read. Money that can be counted is not settled so: whether it may be.
    pub fn settle(&mut self) -> bool {
        let is_unread = self.facts.as_ref().is_some_and(|facts| !facts.can_count());
        let may_settle = is_unread && self.owner.is_none();
        self.is_unlisted |= may_settle && !self.is_settled;
        self.is_settled |= may_settle;
        may_settle
    }

    /// Forgets that it was told, where the money has no place yet: a payment opened since then may be meant. With `lists_anew`
    /// also that it was listed.
    pub fn tell_again(&mut self, lists_anew: bool) {
        self.is_offered &= self.owner.is_some();
        self.look_again();
        self.is_unlisted |= lists_anew;
        self.unheard.clear();
    }

    /// Forgets who paid, once the money has a place: what was said of the payer, and a number typed as an account.
    pub fn forget_payer(&mut self) {
        if let Some(facts) = self.facts.as_mut().filter(|_| self.owner.is_some()) {
            facts.payer = PayerHint::Unknown;
            if Msisdn::parse(&facts.bill_ref).is_ok() {
                facts.bill_ref.clear();
            }
            self.is_unlisted = true;
        }
    }

    /// When M-PESA was asked about it, in Unix milliseconds, if nothing has come of that: neither shown nor anybody's.
    pub fn asked_in_vain_at_ms(&self) -> Option<u64> {
        let is_known = self.facts.is_some() || self.owner.is_some() || !self.losers.is_empty();
        self.asked_at_ms.filter(|_| !is_known)
    }

    /// Whether something is left to be told, to a payment or to the ledger, or to be asked.
    pub fn has_work(&self) -> bool {
        self.is_unlisted
            || self.question.is_some()
            || self.has_offer()
            || self.seeks_name().is_some()
            || !self.losers.is_empty()
            || (self.facts.is_some() && !self.seekers.is_empty())
    }
}

#[cfg(test)]
mod tests;
