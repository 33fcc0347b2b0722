//! Where the customer is led after paying: a page of the shop's, never anybody else's.

/// The page to lead to, with the payment's id in its query; none where it does not lie below one of the shop's own `origins`.
pub fn page<'a>(
    asked: &str,
    origins: impl IntoIterator<Item = &'a str>,
    id: &str,
) -> Option<String> {
    let is_plain = asked.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let is_own = |origin: &str| {
        let rest = asked.strip_prefix(origin);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    if !is_plain || !origins.into_iter().any(is_own) {
        return None;
    }
    let (address, fragment) = match asked.split_once('#') {
        Some((address, fragment)) => (address, ["#", fragment].concat()),
        None => (asked, String::new()),
    };
    let mark = if address.contains('?') { "&" } else { "?" };
    Some([address, mark, "payment_id=", id, &fragment].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(asked: &str) -> Option<String> {
        page(
            asked,
            ["https://shop.example", "http://localhost:3000"],
            "pay_1",
        )
    }

    #[test]
    fn a_page_of_the_shops_is_told_the_payment() {
        for (asked, led_to) in [
            (
                "https://shop.example/thanks.html",
                "https://shop.example/thanks.html?payment_id=pay_1",
            ),
            (
                "https://shop.example/?page_id=7",
                "https://shop.example/?page_id=7&payment_id=pay_1",
            ),
            (
                "http://localhost:3000/t#top",
                "http://localhost:3000/t?payment_id=pay_1#top",
            ),
            (
                "https://shop.example",
                "https://shop.example?payment_id=pay_1",
            ),
        ] {
            assert_eq!(led(asked).as_deref(), Some(led_to));
        }
    }

    #[test]
    fn nobody_is_led_to_a_stranger() {
        for asked in [
            "https://evil.example/thanks",
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "https://shop.example:8443/",
            "//shop.example/",
            "/thanks.html",
            "javascript:alert(1)//https://shop.example/",
            "https://shop.example\\@evil.example/",
            "https://shop.example/\r\nSet-Cookie: a=b",
            "https://shop.example/ x",
            "http://shop.example/",
            "",
        ] {
            assert_eq!(led(asked), None, "{asked}");
        }
    }
}
