//! Every fixture leads to its screen, in both languages, and none is a dead end.

mod by_hand;
mod doubt;

use super::*;
use crate::Reason;
use crate::api::View;
use crate::screens::model::Refusal;
use crate::screens::receipt_field::Untaken;
use crate::sentences::Language;
use std::collections::BTreeMap;

const VIEWS: &str = include_str!("../../fixtures/views.json");

pub(crate) fn fixture(name: &str) -> View {
    let mut views: BTreeMap<String, View> = serde_json::from_str(VIEWS).unwrap();
    views
        .remove(name)
        .unwrap_or_else(|| panic!("no fixture {name}"))
}

const PANES: [Pane; 6] = [
    Pane::Payment,
    Pane::Number,
    Pane::ByHand,
    Pane::ByHandAnyway,
    Pane::Receipt,
    Pane::OtherReceipt,
];

fn fixtures() -> BTreeMap<String, View> {
    serde_json::from_str(VIEWS).unwrap()
}

fn model(view: View, language: Language) -> Model {
    let mut model = Model::new(language);
    model.receive(view);
    model
}

fn shown(name: &str) -> Screen {
    let view = fixture(name);
    let now_ms = view.now_ms;
    screen(&model(view, Language::En), now_ms)
}

fn actions(screen: &Screen) -> Vec<Action> {
    let form = screen.form.map(Form::submit);
    form.into_iter().chain(screen.actions.to_vec()).collect()
}

/// Everything that is read on a screen.
fn texts(model: &Model, now_ms: u64) -> Vec<String> {
    let screen = screen(model, now_ms);
    let fill = |template: &str| filled(model, template, now_ms);
    let say = |word: &Word| fill(word.say(model.language));
    let mut texts = vec![screen.heading.clone(), screen.message.clone()];
    for fact in screen.facts {
        texts.extend([say(&fact.label), fill(fact.value)]);
    }
    for step in screen.steps {
        texts.extend([say(&step.word), fill(step.shown), fill(step.copied)]);
    }
    texts.extend(screen.hints.iter().chain(&screen.note).map(say));
    for action in actions(&screen) {
        texts.extend(
            [Some(action.word), action.waiting]
                .iter()
                .flatten()
                .map(say),
        );
    }
    texts.retain(|text| !text.is_empty());
    texts
}

fn read(name: &str) -> Vec<String> {
    let view = fixture(name);
    let now_ms = view.now_ms;
    texts(&model(view, Language::En), now_ms)
}

fn offers_push(screen: &Screen) -> bool {
    actions(screen).iter().any(|action| match action.does {
        Does::AskPush | Does::AskPushAgain | Does::AskPushNotCharged => true,
        Does::Show(pane) => pane == Pane::Number,
        Does::OpenAgain | Does::StartAfresh | Does::TypeReceipt | Does::Close => false,
    })
}

#[test]
fn each_view_has_its_screen() {
    for (fixture, expected) in [
        ("ready", Name::Phone),
        ("ready_over_limit", Name::ByHand),
        ("sending", Name::Sending),
        ("awaiting_pin", Name::Waiting),
        ("confirming", Name::Confirming),
        ("ask_charged", Name::AskCharged),
        ("declined_wrong_pin", Name::Declined(Reason::WrongPin)),
        ("part_paid", Name::PartPaid),
        ("paid", Name::Paid),
        ("paid_too_much", Name::Paid),
        ("unresolved", Name::Unresolved),
        ("closed", Name::Closed),
    ] {
        assert_eq!(shown(fixture).name, expected, "{fixture}");
    }
}

#[test]
fn every_screen_is_complete_in_both_languages_and_leads_on() {
    for (name, view) in fixtures() {
        let now_ms = view.now_ms;
        for pane in PANES {
            let [(en, en_texts), (sw, sw_texts)] = [Language::En, Language::Sw].map(|language| {
                let mut model = model(view.clone(), language);
                model.pane = pane;
                (screen(&model, now_ms), texts(&model, now_ms))
            });
            for text in en_texts.iter().chain(&sw_texts) {
                assert!(
                    !text.contains(['{', '}']) && !text.trim().is_empty(),
                    "{name}: {text:?}"
                );
            }
            assert_ne!(en.heading, sw.heading, "{name}");
            let waits_for_mpesa = matches!(en.name, Name::Sending | Name::Waiting);
            assert!(
                waits_for_mpesa || !actions(&en).is_empty(),
                "{name}: a dead end"
            );
        }
    }
}

#[test]
fn confirming_never_offers_another_payment_by_itself() {
    for name in ["confirming", "confirming_till"] {
        assert!(!offers_push(&shown(name)), "{name}");
    }
    let asked = shown("ask_charged");
    let pushes: Vec<_> = actions(&asked).iter().map(|action| action.does).collect();
    assert!(pushes.contains(&Does::AskPushNotCharged) && !pushes.contains(&Does::AskPushAgain));
}

#[test]
fn a_prompt_that_may_be_alive_leaves_no_way_to_a_second_one() {
    for name in [
        "sending",
        "awaiting_pin",
        "awaiting_pin_hints",
        "awaiting_pin_over",
    ] {
        assert!(!offers_push(&shown(name)), "{name}");
    }
}

#[test]
fn where_only_the_shop_can_help_its_contact_and_the_account_are_shown() {
    for name in [
        "below_minimum",
        "above_maximum",
        "payee_limit",
        "merchant_setup",
    ] {
        let screen = shown(&format!("declined_{name}"));
        let texts = read(&format!("declined_{name}"));
        assert!(texts.iter().any(|text| text == "0700 000 000"), "{name}");
        assert!(texts.iter().any(|text| text == "M7K2QX90ABC"), "{name}");
        assert!(!offers_push(&screen), "{name}");
        let by_hand = Does::Show(Pane::ByHand);
        assert!(
            actions(&screen).iter().all(|action| action.does != by_hand),
            "{name}"
        );
    }
}

/// Whether a sentence sends the customer to the shop.
fn sends_to_the_shop(text: &str, language: Language) -> bool {
    let signs = match language {
        Language::En => ["Contact the shop", "tell the shop"],
        Language::Sw => ["Wasiliana na wenye duka", "wajulishe wenye duka"],
    };
    signs.iter().any(|sign| text.contains(sign))
}

#[test]
fn whoever_is_sent_to_the_shop_reads_its_contact_on_a_line_of_its_own() {
    let mut seen = 0;
    for (name, view) in fixtures() {
        for language in [Language::En, Language::Sw] {
            let mut model = model(view.clone(), language);
            for (pane, trouble) in PANES
                .map(|pane| (pane, None))
                .into_iter()
                .chain([(Pane::OtherReceipt, Some(Trouble::Receipt(Untaken::TooMany)))])
            {
                model.pane = pane;
                model.trouble = trouble;
                let shown = screen(&model, view.now_ms);
                let beside = model.trouble.as_ref();
                let beside = beside
                    .zip(shown.form)
                    .and_then(|(trouble, form)| field_trouble(trouble, form, language));
                let texts = [&shown.message, &beside.unwrap_or_default()];
                let contact = shown.facts.iter().filter(|fact| {
                    let value = filled(&model, fact.value, view.now_ms);
                    fact.link(&value).as_deref() == Some("tel:+254700000000")
                });
                let is_sent = texts.iter().any(|text| sends_to_the_shop(text, language));
                seen += usize::from(is_sent);
                assert!(!is_sent || contact.count() == 1, "{name} {pane:?}");
                assert!(texts.iter().all(|text| !text.contains("0700")), "{name}");
            }
        }
    }
    assert!(seen >= 80, "{seen}");
}

#[test]
fn not_charged_is_said_only_as_far_as_it_is_known() {
    let certain = "You have not been charged.";
    let so_far = "M-PESA has not reported a charge. If you get an SMS, keep it.";
    for &reason in Reason::ALL {
        let mut view = fixture(&format!("declined_{}", reason.as_str()));
        for (charge, expected, other) in [
            (crate::api::Charge::None, certain, so_far),
            (crate::api::Charge::NoneSoFar, so_far, certain),
        ] {
            view.charge = Some(charge);
            let now_ms = view.now_ms;
            let all = texts(&model(view.clone(), Language::En), now_ms).join(" ");
            assert_eq!(all.matches(expected).count(), 1, "{reason:?}: {all}");
            assert!(!all.contains(other), "{reason:?}: {all}");
        }
    }
}

#[test]
fn the_wait_is_enforced_and_then_over() {
    let view = fixture("declined_too_soon");
    let now_ms = view.now_ms;
    let model = model(view, Language::En);
    let before = screen(&model, now_ms);
    assert!(model.must_wait(now_ms + 119_999) && !model.must_wait(now_ms + 120_000));
    assert_eq!(actions(&before)[0].waiting, Some(Word::TryAgainIn));
    assert_eq!(
        before.heading,
        "M-PESA asks for a short pause before the same amount is sent again."
    );
    assert!(texts(&model, now_ms)[1].ends_with("You can try again in 2 minutes."));
    let after = screen(&model, now_ms + 120_000);
    assert!(texts(&model, now_ms + 120_000)[1].ends_with("You can try again now."));
    assert_eq!(actions(&after), actions(&before));
}

#[test]
fn hints_come_after_twenty_seconds_and_change_nothing_else() {
    let view = fixture("awaiting_pin");
    let sent_at_ms = view.sent_at_ms.unwrap();
    let model = model(view, Language::En);
    let early = screen(&model, sent_at_ms + 19_999);
    let later = screen(&model, sent_at_ms + 20_000);
    assert!(early.hints.is_empty() && !later.hints.is_empty());
    assert_eq!((early.heading, early.facts), (later.heading, later.facts));
}

#[test]
fn what_is_left_is_what_is_asked_for() {
    let mut model = model(fixture("part_paid"), Language::En);
    let has = |model: &Model, text: &str| texts(model, 0).iter().any(|known| known == text);
    assert!(has(&model, "Pay the remaining KES 500"));
    model.pane = Pane::ByHand;
    assert!(has(&model, "KES 500") && has(&model, "500"));
}

fn refused(code: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        message: "…".to_owned(),
        param: None,
        retry_at_ms: None,
        is_ours: false,
        shop_contact: None,
    }
}

#[test]
fn a_failure_to_open_says_so_and_can_be_tried_again() {
    let mut model = Model::new(Language::En);
    assert_eq!(screen(&model, 0).name, Name::Opening);
    let ours = Refusal {
        is_ours: true,
        ..refused("INTERNAL_ERROR")
    };
    let later = Refusal {
        retry_at_ms: Some(60_000),
        ..refused("TOO_MANY_REQUESTS")
    };
    let refused = [ours, later].map(Trouble::Refused);
    for trouble in refused.into_iter().chain([Trouble::NoConnection]) {
        model.trouble = Some(trouble);
        let screen = screen(&model, 0);
        assert_eq!(screen.name, Name::OpenFailed);
        assert_eq!(actions(&screen)[0].does, Does::OpenAgain);
        assert!(texts(&model, 0).contains(&"Try again".to_owned()));
    }
}

#[test]
fn an_order_that_only_the_shop_can_solve_leads_to_the_shop() {
    for code in [
        "VALIDATION_ERROR",
        "INVALID_ORDER",
        "ORDER_CHANGED",
        "REFERENCE_COLLISION",
        "REFERENCE_PAID",
    ] {
        for contact in [None, Some("0700 000 000")] {
            let mut model = Model::new(Language::En);
            model.trouble = Some(Trouble::Refused(Refusal {
                shop_contact: contact.map(str::to_owned),
                ..refused(code)
            }));
            let screen = screen(&model, 0);
            let told = format!(
                "Nothing was charged just now. Contact the shop and give them the error code {code}."
            );
            assert_eq!((screen.name, &screen.message), (Name::ShopSetUp, &told));
            assert_eq!(actions(&screen)[0].does, Does::Close);
            let facts = screen.facts.iter();
            let shown: Vec<_> = facts.map(|fact| filled(&model, fact.value, 0)).collect();
            assert_eq!(shown, Vec::from_iter(contact));
        }
    }
}

#[test]
fn a_page_that_is_not_the_shops_says_so() {
    for (language, says) in [
        (
            Language::En,
            "This shop's page is not set up for payments yet.",
        ),
        (
            Language::Sw,
            "Ukurasa huu wa duka bado haujawekwa tayari kwa malipo.",
        ),
    ] {
        let mut model = Model::new(language);
        model.trouble = Some(Trouble::Refused(refused("ORIGIN_NOT_ALLOWED")));
        let screen = screen(&model, 0);
        assert_eq!((screen.name, &*screen.heading), (Name::ShopSetUp, says));
        assert!(
            screen.message.ends_with("(ORIGIN_NOT_ALLOWED)."),
            "{}",
            screen.message
        );
        assert_eq!(actions(&screen)[0].does, Does::Close);
    }
}

#[test]
fn an_expired_order_is_expired_before_and_after_it_was_opened() {
    let mut model = Model::new(Language::En);
    model.trouble = Some(Trouble::Refused(refused("ORDER_EXPIRED")));
    let never_opened = screen(&model, 0);
    model.is_signed = true;
    model.receive(fixture("ready"));
    let opened = screen(&model, 0);
    for screen in [never_opened, opened] {
        assert_eq!(screen.name, Name::Closed);
        assert_eq!(screen.heading, "This order has expired.");
        assert!(screen.note.is_none() && !offers_push(&screen));
        assert!(actions(&screen).iter().all(|a| a.does != Does::StartAfresh));
    }
    let mut paid = fixture("paid");
    paid.version = 99;
    model.receive(paid);
    assert_eq!(screen(&model, 0).name, Name::Paid);
}
