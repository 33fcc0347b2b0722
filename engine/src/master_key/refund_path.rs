//! The addresses at which M-PESA tells what became of one refund.

use super::{Address, MasterKey, from_hex, is_equal};
use malipo_shared::{AccountReference, LinkId};
use serde::{Deserialize, Serialize};

/// The refund that a path names, its MAC checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundTarget {
    /// Which payment.
    pub address: Address,
    /// Which refund of it; from 1.
    pub refund: u32,
    /// What is told there.
    pub word: RefundWord,
}

/// What is told at an address: each has a secret of its own, so that none passes for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundWord {
    /// The outcome of the reversal.
    Result,
    /// That it waited too long in M-PESA's queue: no outcome.
    Timeout,
    /// The answer to a question about it.
    Answer,
}

impl RefundWord {
    const ALL: [RefundWord; 3] = [RefundWord::Result, RefundWord::Timeout, RefundWord::Answer];

    const fn segments(self) -> &'static str {
        match self {
            RefundWord::Result => "result/reversal",
            RefundWord::Timeout => "timeout/reversal",
            RefundWord::Answer => "answer/reversal",
        }
    }
}

impl MasterKey {
    /// The path where this is told. Its variable segments are lower-case hex or digits, so that no forbidden word can stand
    /// in them.
    pub fn refund_path(&self, target: &RefundTarget) -> String {
        let Address {
            env,
            link,
            reference,
        } = &target.address;
        let (kind, refund) = (target.word.segments(), target.refund.to_string());
        let mac = self.mac(
            b"callback/1",
            &[env, kind, link.as_str(), reference.as_str(), &refund],
        );
        format!(
            "/hooks/{}/{}/{kind}/{}/{refund}",
            hex::encode(link.as_str().as_bytes()),
            hex::encode(&mac[..16]),
            hex::encode(reference.as_str().as_bytes()),
        )
    }

    /// The refund that a path names; none when the path is not, to the letter, the one that was made here for exactly this
    /// environment, kind, link, payment and refund.
    pub fn open_refund_path(&self, env: &str, path: &str) -> Option<RefundTarget> {
        let (link, rest) = path.strip_prefix("/hooks/")?.split_once('/')?;
        let (_mac, rest) = rest.split_once('/')?;
        let mut words = RefundWord::ALL.into_iter();
        let (word, rest) = words.find_map(|word| {
            let rest = rest.strip_prefix(word.segments())?.strip_prefix('/')?;
            Some((word, rest))
        })?;
        let (reference, refund) = rest.split_once('/')?;
        let target = RefundTarget {
            address: Address {
                env: env.to_owned(),
                link: LinkId::parse(&from_hex(link)?).ok()?,
                reference: AccountReference::parse(&from_hex(reference)?).ok()?,
            },
            refund: refund.parse().ok()?,
            word,
        };
        let is_ours = self
            .each()
            .any(|key| is_equal(key.refund_path(&target).as_bytes(), path.as_bytes()));
        is_ours.then_some(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daraja::has_forbidden_word;

    fn target(word: RefundWord) -> RefundTarget {
        let address = Address {
            env: "emulator".into(),
            link: LinkId::parse("main").unwrap(),
            reference: AccountReference::parse("M0123ABC").unwrap(),
        };
        RefundTarget {
            address,
            refund: 2,
            word,
        }
    }

    #[test]
    fn a_refunds_path_leads_back_and_only_its_own() {
        let key = MasterKey::new(&[7; 32]).unwrap();
        for word in RefundWord::ALL {
            let path = key.refund_path(&target(word));
            assert!(!has_forbidden_word(&path), "{path}");
            assert_eq!(key.open_refund_path("emulator", &path), Some(target(word)));
            let reference = hex::encode("M0123ABC");
            for forged in [
                path.replace("/result/", "/timeout/"),
                path.replace("/timeout/", "/answer/"),
                path.replace("/answer/", "/result/"),
                path.replace(&reference, &hex::encode("M0123ABD")),
                path.replace(&reference, &reference.to_uppercase()),
                path.replacen("6d61696e", "6d61696f", 1),
                format!("{}3", &path[..path.len() - 1]),
                format!("{}02", &path[..path.len() - 1]),
                format!("{path}/"),
                format!("{path}0"),
            ] {
                if forged != path {
                    assert_eq!(key.open_refund_path("emulator", &forged), None, "{forged}");
                }
            }
            assert_eq!(key.open_refund_path("production", &path), None);
            let other = MasterKey::new(&[8; 32]).unwrap();
            assert_eq!(other.open_refund_path("emulator", &path), None);
            let rotated = other.with_previous(&[7; 32]).unwrap();
            assert_eq!(
                rotated.open_refund_path("emulator", &path),
                Some(target(word))
            );
        }
    }

    #[test]
    fn a_refunds_path_is_no_other_hooks() {
        let key = MasterKey::new(&[7; 32]).unwrap();
        for word in RefundWord::ALL {
            let path = key.refund_path(&target(word));
            assert_eq!(key.open_stk_callback_path("emulator", &path), None);
            assert_eq!(key.open_result_path("emulator", &path), None);
        }
    }
}
