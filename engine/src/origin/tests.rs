//! Every form in which people write a page's address.

use super::*;

#[track_caller]
fn good(text: &str, expected: &str) {
    let read = Origin::parse(text).map(|origin| origin.text);
    assert_eq!(read.as_deref(), Ok(expected), "{text:?}");
}

#[track_caller]
fn bad(text: &str, expected: BadOrigin) {
    assert_eq!(Origin::parse(text), Err(expected), "{text:?}");
}

#[test]
fn what_can_be_meant_in_one_way_only_becomes_what_browsers_send() {
    good("https://shop.example", "https://shop.example");
    good("https://Shop.Example", "https://shop.example");
    good("HTTPS://SHOP.EXAMPLE", "https://shop.example");
    good(" https://shop.example ", "https://shop.example");
    good("https://shop.example/", "https://shop.example");
    good("https://shop.example//", "https://shop.example");
    good("https://shop.example:443", "https://shop.example");
    good("https://shop.example:443/", "https://shop.example");
    good("https://shop.example:0443", "https://shop.example");
    good("https://shop.example:", "https://shop.example");
    good("https://shop.example:80", "https://shop.example:80");
    good("https://shop.example:8443", "https://shop.example:8443");
    good("http://localhost:80", "http://localhost");
    good("http://localhost:3000", "http://localhost:3000");
    good("http://localhost:443", "http://localhost:443");
    good("http://127.0.0.1:8787", "http://127.0.0.1:8787");
    good("http://[::1]:8787", "http://[::1]:8787");
    good("https://xn--caf-dma.example", "https://xn--caf-dma.example");
    good("https://my_shop.example", "https://my_shop.example");
}

#[test]
fn what_no_page_ever_sends_says_what_to_write() {
    let meant = |text: &str| BadOrigin::NoScheme(Some(text.to_owned()));
    let path = || BadOrigin::Path("https://shop.example".to_owned());
    bad("shop.example", meant("https://shop.example"));
    bad("Shop.Example/", meant("https://shop.example"));
    bad("shop.example:8443", meant("https://shop.example:8443"));
    bad("//shop.example", BadOrigin::NoScheme(None));
    bad("https:/shop.example", BadOrigin::NoScheme(None));
    bad("htps://shop.example", BadOrigin::NoScheme(None));
    bad("file:///shop.html", BadOrigin::NoScheme(None));
    bad("ftp://shop.example", BadOrigin::NoScheme(None));
    bad("\"https://shop.example\"", BadOrigin::NoScheme(None));
    bad("https://shop.example/shop", path());
    bad("https://Shop.Example:443/shop/", path());
    bad("https://shop.example?x=1", path());
    bad("https://shop.example#top", path());
    bad("https://shop.example\\shop", path());
    bad("*", BadOrigin::Wildcard);
    bad("https://*.shop.example", BadOrigin::Wildcard);
    bad("null", BadOrigin::Null);
    bad("https://café.example", BadOrigin::NotAscii);
    bad("https://user:pass@shop.example", BadOrigin::Credentials);
    bad("https://", BadOrigin::Host);
    bad("https:///shop", BadOrigin::Host);
    bad("https://shop..example", BadOrigin::Host);
    bad("https://.shop.example", BadOrigin::Host);
    bad("https://shop.example.", BadOrigin::Host);
    bad("https://shop example", BadOrigin::Host);
    bad("https://127.1", BadOrigin::Host);
    bad("https://10.0.0.256", BadOrigin::Host);
    bad("https://[::1", BadOrigin::Host);
    bad("https://[2001:db8::1]", BadOrigin::Host);
    bad("https://shop.example:0", BadOrigin::Port);
    bad("https://shop.example:65536", BadOrigin::Port);
    bad("https://shop.example:80a", BadOrigin::Port);
}

#[test]
fn a_list_takes_each_page_once_and_names_every_other_entry() {
    let (good, wrong) = origins(
        " https://a.example,,https://A.example/ , https://b.example:443\nhttps://c.example, shop.example,*",
        false,
    );
    assert_eq!(
        good,
        [
            "https://a.example",
            "https://b.example",
            "https://c.example"
        ]
    );
    assert_eq!(
        wrong,
        [
            "`shop.example` does not begin with https://; write https://shop.example",
            "`*` is no page's address: list each, for example https://shop.example",
        ]
    );
    assert_eq!(origins("", false), (Vec::new(), Vec::new()));
    assert_eq!(origins(" , ", false), (Vec::new(), Vec::new()));
}

#[test]
fn a_workers_own_address_is_one_that_browsers_and_m_pesa_know() {
    let read = |text: &str| base_url(text, false);
    assert_eq!(
        read("https://Pay.Example:443/").as_deref(),
        Ok("https://pay.example")
    );
    for (text, says) in [
        ("pay.example", "write https://pay.example"),
        ("https://pay.example/base", "write https://pay.example"),
        ("http://pay.example", "HTTPS only"),
        ("https://mpesa.example", "choose another host name"),
        ("https://localhost", "this machine"),
        ("*", "list each"),
    ] {
        let why = read(text).unwrap_err();
        assert!(why.contains(says), "{text}: {why}");
    }
    assert_eq!(
        base_url("http://127.0.0.1:8787", true).as_deref(),
        Ok("http://127.0.0.1:8787")
    );
}

#[test]
fn plain_http_is_for_this_machine() {
    for text in [
        "http://localhost:3000",
        "http://shop.localhost",
        "http://127.0.0.1",
        "http://[::1]:1",
    ] {
        assert_eq!(origins(text, false).1, Vec::<String>::new(), "{text}");
    }
    for text in [
        "http://shop.example",
        "http://10.0.0.7:3000",
        "http://mylocalhost",
    ] {
        assert_eq!(origins(text, false).1.len(), 1, "{text}");
        assert_eq!(origins(text, true).0, [text]);
    }
}
