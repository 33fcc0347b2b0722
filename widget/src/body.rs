//! The bodies that are sent to the Worker, as JSON. Written here, because pages replace what `JSON.stringify` goes by
//! (`toJSON` of texts and lists).

use crate::order::Order;
use malipo_shared::screens::spoken::digits;

/// The body that opens a payment; with a number its first push is sent, at the price that the customer has seen.
pub(crate) fn open(order: &Order, phone: Option<&str>, seen_kes: u32, key: &str) -> String {
    let mut body = Body::default();
    for (name, value) in order.fields() {
        body.text(name, value.as_deref());
    }
    body.text("phone", phone);
    body.name("expect_kes");
    body.0.push_str(&digits(u64::from(seen_kes)));
    body.text("key", Some(key));
    body.end()
}

/// The body that asks for a push.
pub(crate) fn push(phone: Option<&str>, key: &str, not_charged: bool) -> String {
    let mut body = Body::default();
    body.text("phone", phone);
    body.text("key", Some(key));
    if not_charged {
        body.name("not_charged");
        body.0.push_str("true");
    }
    body.end()
}

/// The body that has a receipt checked.
pub(crate) fn receipt(receipt: &str) -> String {
    let mut body = Body::default();
    body.text("receipt", Some(receipt));
    body.end()
}

/// An object that is being written.
#[derive(Default)]
struct Body(String);

impl Body {
    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.quote(name);
        self.0.push(':');
    }

    /// A field that is there if there is a text.
    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.name(name);
            self.quote(text);
        }
    }

    fn quote(&mut self, text: &str) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.0.extend(['\\', c]),
                '\0'..='\x1f' => {
                    let [high, low] = [c as usize >> 4, c as usize & 15].map(|at| HEX[at]);
                    self.0.push_str("\\u00");
                    self.0.extend([char::from(high), char::from(low)]);
                }
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_json_whatever_is_in_it() {
        let order = Order {
            item: Some("tea".to_owned()),
            amount: None,
            signed: None,
            note: Some("for \"M\\\n\u{1}é".to_owned()),
        };
        assert_eq!(
            open(&order, Some("0712 345 678"), 150, "KEY"),
            r#"{"item":"tea","note":"for \"M\\\u000a\u0001é","phone":"0712 345 678","expect_kes":150,"key":"KEY"}"#
        );
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!(push(None, "KEY", false), r#"{"key":"KEY"}"#);
        let charged = r#"{"phone":"07","key":"KEY","not_charged":true}"#;
        assert_eq!(push(Some("07"), "KEY", true), charged);
        assert_eq!(receipt("TKL7XA91QZ"), r#"{"receipt":"TKL7XA91QZ"}"#);
    }
}
