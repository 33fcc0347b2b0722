//! Which addresses a shop may name for its webhook events.

use malipo_engine::webhook::{BadDestination, WebhookUrl};

const OWN: &str = "pay.example";

#[track_caller]
fn check(text: &str, expected: Result<&str, BadDestination>) {
    let url = WebhookUrl::parse(text, false, OWN);
    let host = url.as_ref().map(WebhookUrl::host).map_err(|why| *why);
    assert_eq!(host, expected, "{text}");
    // What we take, another reader takes for the same host.
    if let (Ok(host), Ok(url)) = (host, &url) {
        let read: http::Uri = url.as_str().parse().unwrap();
        assert_eq!(read.host(), Some(host));
    }
}

#[test]
fn a_public_https_address_is_taken() {
    for (text, host) in [
        ("https://shop.example", "shop.example"),
        ("https://shop.example/", "shop.example"),
        (
            "https://shop.example:8443/malipo?shop=1&x=a@b",
            "shop.example",
        ),
        ("https://xn--caf-dma.example/hook", "xn--caf-dma.example"),
        ("https://1.2.3.4.nip.example/x", "1.2.3.4.nip.example"),
        ("https://notpay.example/x", "notpay.example"),
        ("https://pay.example.ke/x", "pay.example.ke"),
        ("https://local.shop.example/x", "local.shop.example"),
    ] {
        check(text, Ok(host));
    }
}

#[test]
fn what_is_not_the_shops_public_server_is_refused() {
    use BadDestination::*;
    for (why, texts) in [
        (
            NotHttps,
            &[
                "",
                "shop.example",
                "http://shop.example",
                "ftp://shop.example",
                "HTTPS:/shop.example",
                "//shop.example",
                "file:///etc/passwd",
                "http://localhost/x",
                "javascript:alert(1)",
            ][..],
        ),
        (
            Credentials,
            &[
                "https://user@shop.example",
                "https://user:pass@shop.example/x",
                "https://shop.example@169.254.169.254/",
                "https://@shop.example",
            ],
        ),
        (
            IpLiteral,
            &[
                "https://127.0.0.1",
                "https://169.254.169.254/latest",
                "https://10.0.0.1:8443/x",
                "https://127.1",
                "https://2130706433",
                "https://0x7f000001",
                "https://0x7f.1",
                "https://017700000001",
                "https://0177.0.0.1",
                "https://127.0.0.1.",
                "https://1.2.3.4.5",
                "https://[::1]",
                "https://[::1]:8443/x",
                "https://[::ffff:127.0.0.1]/",
                "https://[fe80::1%25eth0]/",
                "https://0",
                "https://shop.example.1",
            ],
        ),
        (
            NotPublic,
            &[
                "https://localhost",
                "https://localhost:8443/x",
                "https://localhost.",
                "https://shop.localhost",
                "https://printer.local/x",
                "https://metadata.google.internal",
                "https://router.lan",
                "https://shop",
                "https://shop.local.",
                "https://x.home.arpa",
            ],
        ),
        (
            OurOwn,
            &[
                "https://pay.example",
                "https://pay.example:8443/hook",
                "https://pay.example?x",
            ],
        ),
        (
            Malformed,
            &[
                "https://",
                "https:///x",
                "https://.",
                "https://..",
                "https://shop..example",
                "https://.shop.example",
                "https://shop.example.",
                "https://-shop.example",
                "https://shop_1.example",
                "https://SHOP.example",
                "https://pay.EXAMPLE",
                "https://shop.example:",
                "https://shop.example:x",
                "https://shop.example:0",
                "https://shop.example:65536",
                "https://shop.example:+443",
                "https://shop.example:443:443",
                "https://shop%2eexample",
                "https://shop.example\\@evil.example",
                "https://café.example",
                "https://127。0。0。1",
                "https://shop.example/x y",
                " https://shop.example",
                "https://shop.example\n",
                "https://sh\top.example",
                "https://shop.example/\r\nx: y",
                "https://shop.example/#x",
                "https://*.example",
                "https://shop.example;x",
            ],
        ),
    ] {
        for text in texts {
            check(text, Err(why));
        }
    }
    let long = |n: usize| format!("https://shop.example/{}", "x".repeat(n - 21));
    assert!(WebhookUrl::parse(&long(500), false, OWN).is_ok());
    check(&long(501), Err(TooLong));
    check(
        &format!("https://{}.example", "x".repeat(64)),
        Err(Malformed),
    );
}

#[test]
fn in_the_emulator_a_shop_may_be_on_this_machine() {
    let parse =
        |text| WebhookUrl::parse(text, true, "127.0.0.1:8787").map(|url| url.host().to_owned());
    for (text, host) in [
        ("http://127.0.0.1:9000/hook", "127.0.0.1"),
        ("http://localhost:9000/hook", "localhost"),
        ("http://[::1]:9000/hook", "[::1]"),
        ("https://localhost:9000/hook", "localhost"),
        ("https://shop.example/hook", "shop.example"),
    ] {
        assert_eq!(parse(text), Ok(host.to_owned()), "{text}");
    }
    for (text, why) in [
        ("http://127.0.0.1:8787/hook", BadDestination::OurOwn),
        ("http://127.0.0.2:9000/hook", BadDestination::NotHttps),
        ("http://shop.example/hook", BadDestination::NotHttps),
        (
            "http://localhost.evil.example/hook",
            BadDestination::NotHttps,
        ),
        ("http://u@localhost:9000/hook", BadDestination::Credentials),
        ("https://10.0.0.1/hook", BadDestination::IpLiteral),
    ] {
        assert_eq!(parse(text), Err(why), "{text}");
    }
}

#[test]
fn an_address_is_shown_without_the_shops_tokens() {
    let url = WebhookUrl::parse("https://shop.example/hook/s3cret?t=s3cret", false, OWN).unwrap();
    let shown = format!("{url:?}");
    assert!(
        shown.contains("shop.example") && !shown.contains("s3cret"),
        "{shown}"
    );
}
