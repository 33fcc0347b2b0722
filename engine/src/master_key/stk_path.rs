//! The secret path of one attempt's callback: M-PESA knows it by the push, and nobody else does.

use super::address::Address;
use super::{MasterKey, from_hex, is_equal};
use malipo_shared::{AccountReference, LinkId};

/// The attempt that a callback path names, its MAC checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackTarget {
    /// Which payment.
    pub address: Address,
    /// Which attempt of it; from 1.
    pub attempt: u32,
}

impl MasterKey {
    /// The path of one attempt's callback. Its variable segments are lower-case hex or digits, so that no
    /// forbidden word can stand in them.
    pub fn stk_callback_path(&self, target: &CallbackTarget) -> String {
        let Address {
            link, reference, ..
        } = &target.address;
        format!(
            "/hooks/{}/{}/stk/{}/{}",
            hex::encode(link.as_str().as_bytes()),
            hex::encode(self.callback_mac(target)),
            hex::encode(reference.as_str().as_bytes()),
            target.attempt,
        )
    }

    /// The attempt that a path names; none when the path is not, to the letter, the one that was made
    /// here for exactly this environment, kind, link, payment and attempt.
    pub fn open_stk_callback_path(&self, env: &str, path: &str) -> Option<CallbackTarget> {
        let mut parts = path.strip_prefix("/hooks/")?.split('/');
        let (link, _mac, _kind) = (parts.next()?, parts.next()?, parts.next()?);
        let (reference, attempt) = (parts.next()?, parts.next()?);
        let address = Address {
            env: env.to_owned(),
            link: LinkId::parse(&from_hex(link)?).ok()?,
            reference: AccountReference::parse(&from_hex(reference)?).ok()?,
        };
        let target = CallbackTarget {
            address,
            attempt: attempt.parse().ok()?,
        };
        let is_ours = self
            .each()
            .any(|key| is_equal(key.stk_callback_path(&target).as_bytes(), path.as_bytes()));
        is_ours.then_some(target)
    }

    fn callback_mac(&self, target: &CallbackTarget) -> [u8; 16] {
        let Address {
            env,
            link,
            reference,
        } = &target.address;
        let attempt = target.attempt.to_string();
        let mac = self.mac(
            b"callback/1",
            &[env, "stk", link.as_str(), reference.as_str(), &attempt],
        );
        let mut short = [0; 16];
        short.copy_from_slice(&mac[..16]);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{address, master};
    use super::*;

    #[test]
    fn a_callback_path_leads_back_and_only_its_own() {
        let target = CallbackTarget {
            address: address(),
            attempt: 2,
        };
        let path = master().stk_callback_path(&target);
        assert_eq!(
            master().open_stk_callback_path("emulator", &path),
            Some(target)
        );
        for forged in [
            path.replace("/stk/", "/c2b/"),
            format!("{}3", &path[..path.len() - 1]),
            format!("{path}/"),
            format!("{}02", &path[..path.len() - 1]),
            path.to_uppercase()
                .replace("/HOOKS/", "/hooks/")
                .replace("/STK/", "/stk/"),
            path.replacen("6d61696e", "6d61696f", 1),
        ] {
            assert_eq!(
                master().open_stk_callback_path("emulator", &forged),
                None,
                "{forged}"
            );
        }
        assert_eq!(master().open_stk_callback_path("production", &path), None);
    }

    #[test]
    fn what_the_previous_key_made_still_leads_back() {
        let rotated = MasterKey::new(&[8; 32]).unwrap();
        let rotated = rotated.with_previous(&[7; 32]).unwrap();
        let target = CallbackTarget {
            address: address(),
            attempt: 1,
        };
        let (old_id, old_path) = (
            master().payment_id(&address()).unwrap(),
            master().stk_callback_path(&target),
        );
        assert_eq!(
            rotated.open_payment_id("emulator", &old_id),
            Some(address())
        );
        assert_eq!(
            rotated.open_stk_callback_path("emulator", &old_path),
            Some(target.clone())
        );
        let new = MasterKey::new(&[8; 32]).unwrap();
        assert_eq!(rotated.payment_id(&address()), new.payment_id(&address()));
        assert_eq!(
            rotated.stk_callback_path(&target),
            new.stk_callback_path(&target)
        );
        assert_eq!(new.open_payment_id("emulator", &old_id), None);
        assert!(new.with_previous(&[7; 31]).is_none());
    }
}
