//! Paying by hand, and the receipt of M-PESA's SMS.

use super::*;

#[test]
fn a_till_has_no_account_number_and_says_how_the_shop_learns() {
    let mut model = model(fixture("confirming_till"), Language::En);
    model.pane = Pane::ByHandAnyway;
    let texts = texts(&model, 0);
    assert_eq!(texts[0], "Pay with Buy Goods");
    assert!(texts[1].starts_with("You may already have paid."));
    assert!(texts[1].ends_with("If an M-PESA prompt appears now, cancel it."));
    assert!(texts.contains(&"Enter till no.".to_owned()));
    assert!(!texts.contains(&"Enter account no.".to_owned()));
    assert!(
        texts
            .iter()
            .any(|text| text.contains("enter the M-PESA code from the SMS here"))
    );
}

#[test]
fn a_typed_receipt_has_a_screen_for_each_of_its_answers() {
    for (fixture, name, heading, has_form) in [
        (
            "ready_receipt_checking",
            Name::ReceiptChecking,
            "We are checking code TKL7XA91QZ with M-PESA…",
            false,
        ),
        (
            "ready_receipt_not_found",
            Name::ReceiptNotFound,
            "M-PESA has not confirmed code TKL7XA91QZ yet.",
            true,
        ),
        (
            "ready_receipt_for_shop",
            Name::ReceiptForShop,
            "The shop will check code TKL7XA91QZ.",
            false,
        ),
        (
            "closed_receipt_for_shop",
            Name::ReceiptForShop,
            "The shop will check code TKL7XA91QZ.",
            false,
        ),
        (
            "part_paid_receipt_counted",
            Name::PartPaid,
            "We received KES 1,000 of KES 1,500.",
            false,
        ),
        (
            "paid_receipt_counted",
            Name::Paid,
            "Payment received.",
            false,
        ),
    ] {
        let screen = shown(fixture);
        assert_eq!((screen.name, &*screen.heading), (name, heading));
        assert_eq!(screen.form == Some(Form::Receipt), has_form, "{fixture}");
        let leads_to_form = actions(&screen)
            .iter()
            .any(|action| action.does == Does::Show(Pane::OtherReceipt));
        let is_open = name != Name::Paid && name != Name::PartPaid;
        assert_eq!(has_form || leads_to_form, is_open, "{fixture}");
    }
    let texts = read("ready_receipt_for_shop").join(" ");
    assert!(texts.contains("Contact the shop and give them account no. M7K2QX90ABC."));
}

#[test]
fn whoever_has_paid_can_always_type_the_receipt() {
    let to_form = |screen: &Screen| {
        let does: Vec<_> = screen.actions.iter().map(|action| action.does).collect();
        does.contains(&Does::Show(Pane::Receipt))
    };
    for name in ["confirming", "ask_charged", "unresolved", "closed"] {
        assert!(to_form(&shown(name)), "{name}");
    }
    for name in [
        "ready",
        "ready_till",
        "awaiting_pin",
        "declined_unreachable",
        "part_paid",
    ] {
        let view = fixture(name);
        let now_ms = view.now_ms;
        let mut model = model(view, Language::En);
        model.pane = Pane::ByHand;
        assert!(to_form(&screen(&model, now_ms)), "{name}");
        model.pane = Pane::Receipt;
        let form = screen(&model, now_ms);
        assert_eq!(
            (form.name, form.form),
            (Name::Receipt, Some(Form::Receipt)),
            "{name}"
        );
    }
}

#[test]
fn a_receipt_that_was_not_taken_is_told_beside_its_field() {
    for (why, says) in [
        (Untaken::Empty, "Enter the M-PESA code from the SMS."),
        (Untaken::NotOne, "This is not an M-PESA code."),
        (Untaken::TooMany, "No more codes can be checked here."),
        (Untaken::Failed, "We could not check the code just now."),
    ] {
        let trouble = Trouble::Receipt(why);
        let told = |form| field_trouble(&trouble, form, Language::En);
        assert!(told(Form::Receipt).unwrap().starts_with(says));
        assert_eq!(told(Form::Phone), None);
    }
}

#[test]
fn a_receipt_on_its_way_is_named_and_asks_for_no_second_payment() {
    let mut model = model(fixture("ready"), Language::En);
    model.pane = Pane::Receipt;
    model.receipt = "TKL7XA91QZ".to_owned();
    model.asking = Some(Asking::Receipt);
    let screen = screen(&model, 0);
    assert_eq!(screen.name, Name::ReceiptChecking);
    assert_eq!(
        screen.heading,
        "We are checking code TKL7XA91QZ with M-PESA…"
    );
    assert!(screen.message.contains("Please do not pay again"));
}

#[test]
fn too_many_prompts_lead_to_paying_by_hand_with_the_wait() {
    let view = fixture("declined_too_many_prompts");
    let now_ms = view.now_ms;
    let declined = shown("declined_too_many_prompts");
    assert_eq!(actions(&declined)[0].does, Does::Show(Pane::ByHand));
    assert!(declined.message.contains("try again in 10 minutes"));
    let mut model = model(view, Language::En);
    model.pane = Pane::ByHand;
    let waits = actions(&screen(&model, now_ms))[1];
    assert_eq!(waits.waiting, Some(Word::AskMyPhoneIn));
    assert!(texts(&model, now_ms).contains(&"Send an M-PESA prompt in 10 minutes".to_owned()));
}

#[test]
fn how_the_shop_learns_of_a_payment_by_hand_is_said() {
    for (name, says) in [
        ("ready", "updates as soon as your payment arrives"),
        ("ready_by_hand_not_noticed", "enter the M-PESA code"),
    ] {
        let mut model = model(fixture(name), Language::En);
        model.pane = Pane::ByHand;
        let all = texts(&model, 0).join(" ");
        assert!(all.contains(says) && all.contains("I have paid"), "{all}");
    }
}
