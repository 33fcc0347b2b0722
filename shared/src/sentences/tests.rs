//! Both languages of every sentence.

use super::*;

const SCREENS: [Screen; 15] = [
    Screen::Waiting,
    Screen::Paid,
    Screen::PaidTooMuch,
    Screen::PartPaid,
    Screen::Confirming,
    Screen::AskCharged,
    Screen::MayHavePaid,
    Screen::Unresolved,
    Screen::OrderExpired,
    Screen::ShopSetUp,
    Screen::PageNotSetUp,
    Screen::EnterReceipt,
    Screen::ReceiptChecking,
    Screen::ReceiptNotFound,
    Screen::ReceiptForShop,
];

fn placeholders((headline, rest): Sentence) -> Vec<String> {
    let text = format!("{headline} {rest}");
    let mut found: Vec<String> = text
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next().map(str::to_owned))
        .collect();
    found.sort();
    found
}

#[test]
fn both_languages_say_the_same_things() {
    let declined = Reason::ALL.iter().map(|&reason| Screen::Declined(reason));
    for screen in SCREENS.into_iter().chain(declined) {
        let (en, sw) = (
            sentence(screen, Language::En),
            sentence(screen, Language::Sw),
        );
        assert!(!en.0.is_empty() && !sw.0.is_empty(), "{screen:?}");
        assert_ne!(en, sw, "{screen:?}");
        assert_eq!(placeholders(en), placeholders(sw), "{screen:?}");
    }
}
