//! While nobody knows whether the customer has paid, nothing invites to pay once more.

use super::*;
use crate::api::{Charge, TypedStatus};
use crate::screens::data::BACK;

/// Whether money may be on its way or here, by the fields of the view alone.
fn may_have_paid(view: &View) -> bool {
    let is_under_way = matches!(
        view.state,
        State::Sending | State::AwaitingPin | State::Confirming | State::Unresolved
    );
    let is_typed = view.typed_receipt.is_some() && view.typed_status != Some(TypedStatus::Counted);
    let is_late = view.charge == Some(Charge::NoneSoFar) || view.may_prompt_be_alive;
    view.state != State::Paid && (is_under_way || is_typed || is_late)
}

fn at(view: &View, pane: Pane) -> Model {
    let mut model = model(view.clone(), Language::En);
    model.pane = pane;
    model
}

#[test]
fn no_view_of_unknown_fate_shows_how_to_pay_by_hand_unasked() {
    let mut seen = 0;
    for (name, view) in fixtures()
        .into_iter()
        .filter(|(_, view)| may_have_paid(view))
    {
        seen += 1;
        for pane in PANES.into_iter().filter(|&pane| pane != Pane::ByHandAnyway) {
            let shown = screen(&at(&view, pane), view.now_ms);
            assert!(shown.steps.is_empty(), "{name} {pane:?}");
            let leads = actions(&shown)
                .iter()
                .any(|action| action.does == Does::Show(Pane::ByHandAnyway));
            assert_eq!(leads, shown.name == Name::MayHavePaid, "{name} {pane:?}");
        }
    }
    assert!(seen >= 15, "{seen}");
}

#[test]
fn who_asks_for_it_reads_what_to_look_at_and_then_a_warning_above_the_steps() {
    for language in [Language::En, Language::Sw] {
        for (name, view) in fixtures()
            .into_iter()
            .filter(|(_, view)| may_have_paid(view))
        {
            let mut model = at(&view, Pane::ByHand);
            model.language = language;
            let asked = screen(&model, view.now_ms);
            model.pane = Pane::ByHandAnyway;
            let steps = screen(&model, view.now_ms);
            match view.state {
                State::Sending => assert_eq!(asked.name, Name::Sending, "{name}"),
                State::Closed => assert_eq!(asked.name, Name::Closed, "{name}"),
                State::Ready
                | State::AwaitingPin
                | State::Confirming
                | State::Declined
                | State::PartPaid
                | State::Paid
                | State::Unresolved => {
                    assert_eq!(asked.name, Name::MayHavePaid, "{name}");
                    assert_eq!(asked.hints.len(), 2, "{name}");
                    assert_eq!(asked.actions[0].does, Does::Show(Pane::Receipt), "{name}");
                    assert_eq!(steps.name, Name::ByHandInDoubt, "{name}");
                    assert!(
                        !steps.steps.is_empty() && !steps.message.is_empty(),
                        "{name}"
                    );
                }
            }
        }
    }
}

#[test]
fn beside_please_do_not_pay_again_nothing_says_pay() {
    for (name, view) in fixtures() {
        for language in [Language::En, Language::Sw] {
            let model = model(view.clone(), language);
            let shown = screen(&model, view.now_ms);
            let (no, pay) = match language {
                Language::En => ("do not pay again", ["Pay ", "pay with"]),
                Language::Sw => ("usilipe tena", ["Lipa ", "lipa kwa"]),
            };
            if !shown.message.contains(no) || shown.form == Some(Form::Phone) {
                continue;
            }
            for action in actions(&shown) {
                let label = filled(&model, action.word.say(language), view.now_ms);
                assert!(
                    pay.iter().all(|pay| !label.contains(pay)),
                    "{name}: {label}"
                );
            }
        }
    }
}

#[test]
fn no_address_leads_to_another_number_while_a_request_may_be_alive() {
    for state in [State::AwaitingPin, State::Confirming, State::Unresolved] {
        for (name, view) in fixtures()
            .into_iter()
            .filter(|(_, view)| view.state == state)
        {
            let shown = screen(&at(&view, Pane::Number), view.now_ms);
            assert_eq!(shown.form, None, "{name}");
        }
    }
}

#[test]
fn an_order_that_ends_meanwhile_is_not_begun_anew_while_its_fate_is_unknown() {
    let expired = Trouble::Refused(refused("ORDER_EXPIRED"));
    for (name, view) in fixtures()
        .into_iter()
        .filter(|(_, view)| may_have_paid(view))
    {
        let mut model = at(&view, Pane::Payment);
        model.trouble = Some(expired.clone());
        let shown = screen(&model, view.now_ms);
        let afresh = actions(&shown)
            .iter()
            .any(|action| action.does == Does::StartAfresh);
        assert!(!afresh, "{name}");
    }
}

#[test]
fn a_request_without_an_answer_may_have_reached_the_phone() {
    let mut model = at(&fixture("ready"), Pane::ByHand);
    assert_eq!(screen(&model, 0).name, Name::ByHand);
    model.is_push_unanswered = true;
    assert_eq!(screen(&model, 0).name, Name::MayHavePaid);
    // Leaving the screen that said so changes nothing; what the Worker knows meanwhile does.
    model.trouble = None;
    model.receive(fixture("ready"));
    model.pane = Pane::ByHand;
    assert_eq!(screen(&model, 0).name, Name::MayHavePaid);
    let mut newer = fixture("declined_cancelled");
    newer.version = 99;
    model.receive(newer);
    model.pane = Pane::ByHand;
    assert_eq!(screen(&model, 0).name, Name::ByHand);
}

#[test]
fn where_nothing_was_charged_paying_by_hand_is_one_press_away() {
    for name in [
        "ready",
        "ready_over_limit",
        "part_paid",
        "declined_account_rule",
        "declined_no_more",
    ] {
        let shown = screen(&at(&fixture(name), Pane::ByHand), 0);
        assert_eq!((shown.name, &*shown.message), (Name::ByHand, ""), "{name}");
    }
}

#[test]
fn who_has_named_a_receipt_reads_so_above_the_number() {
    let view = fixture("ready_receipt_not_found");
    let shown = screen(&at(&view, Pane::Payment), view.now_ms);
    assert_eq!(shown.name, Name::Phone);
    assert!(shown.message.contains("TKL7XA91QZ"), "{}", shown.message);
}

#[test]
fn a_pause_before_the_next_request_leaves_the_way_back() {
    let declined = |(_, view): &(String, View)| {
        view.state == State::Declined && view.charge == Some(Charge::NoneSoFar)
    };
    let mut fixtures = fixtures().into_iter();
    let (name, mut view) = fixtures.find(declined).unwrap();
    view.retry_at_ms = Some(view.now_ms + 60_000);
    let shown = screen(&at(&view, Pane::ByHand), view.now_ms);
    assert_eq!(shown.name, Name::MayHavePaid, "{name}");
    assert!(actions(&shown).contains(&BACK), "{name}");
}
