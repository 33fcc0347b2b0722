//! The name of a payment that no order can have: a probe asks for it.

use malipo_shared::LinkId;

/// Names the object that a probe calls: `{env}:{link_id}:health-probe`. An account reference holds no hyphen, so no order has
/// this name, and what is stored under it says nothing about a payment.
pub fn probe_name(env: &str, link: &LinkId) -> String {
    format!("{env}:{link}:health-probe")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master_key::Address;

    #[test]
    fn no_order_has_the_name_of_a_probe() {
        let name = probe_name("emulator", &LinkId::parse("main").unwrap());
        assert_eq!(Address::parse(&name), None);
        let of_an_order = Address::parse("emulator:main:HEALTH").unwrap();
        assert_ne!(name, of_an_order.to_string());
    }
}
