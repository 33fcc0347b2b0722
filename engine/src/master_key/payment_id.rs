//! Payment ids: what the browser holds of a payment. They lead to it and cannot be guessed.

use super::address::Address;
use super::{MAC_LEN, MasterKey, is_equal, short};
use malipo_shared::{AccountReference, LinkId, PaymentId};

impl MasterKey {
    /// What the browser holds: routes to the payment, and cannot be guessed.
    pub fn payment_id(&self, address: &Address) -> Option<PaymentId> {
        let mac = self.mac(
            b"payment-id/1",
            &[
                &address.env,
                address.link.as_str(),
                address.reference.as_str(),
            ],
        );
        let text = format!(
            "pay_{}_{}_{}",
            address.link,
            address.reference.as_str().to_ascii_lowercase(),
            short(&mac)
        );
        PaymentId::parse(&text).ok()
    }

    /// The address behind a payment id; none when it was not made here.
    pub fn open_payment_id(&self, env: &str, id: &PaymentId) -> Option<Address> {
        let mut parts = id.as_str().strip_prefix("pay_")?.split('_');
        let (link, reference, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let address = Address {
            env: env.to_owned(),
            link: LinkId::parse(link).ok()?,
            reference: AccountReference::parse(&reference.to_ascii_uppercase()).ok()?,
        };
        let is_same = self.each().any(|key| {
            key.payment_id(&address)
                .is_some_and(|made| is_equal(made.as_str().as_bytes(), id.as_str().as_bytes()))
        });
        (parts.next().is_none() && mac.len() == MAC_LEN && is_same).then_some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{address, master};
    use super::*;

    #[test]
    fn an_id_leads_back_and_only_its_own() {
        let id = master().payment_id(&address()).unwrap();
        assert_eq!(master().open_payment_id("emulator", &id), Some(address()));
        assert_eq!(
            master().open_payment_id("sandbox", &id),
            None,
            "another environment"
        );
        assert_eq!(
            MasterKey::new(&[8; 32])
                .unwrap()
                .open_payment_id("emulator", &id),
            None,
            "another key"
        );
        let other = id.as_str().replace("m0123abc", "m0123abd");
        assert_eq!(
            master().open_payment_id("emulator", &PaymentId::parse(&other).unwrap()),
            None,
            "another payment"
        );
        let longer = format!("{id}_x");
        assert_eq!(
            master().open_payment_id("emulator", &PaymentId::parse(&longer).unwrap()),
            None,
            "a tail"
        );
    }
}
