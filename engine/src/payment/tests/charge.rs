//! What may be said of the customer's money: not "you have not been charged" while an earlier push may still take it.

use super::*;

#[test]
fn a_proven_decline_says_nothing_of_an_earlier_push_that_may_still_succeed() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1037"));
    assert_eq!(story.view(9).charge, Some(Charge::NoneSoFar));
    story.push(70);
    story.at(71, accepted(2));
    story.at(75, decline(2, "1032"));
    let view = story.view(75);
    assert_eq!(view.reason, Some(Reason::Cancelled));
    assert_eq!(view.charge, Some(Charge::NoneSoFar));
}

#[test]
fn a_push_that_the_customer_gave_up_stays_in_doubt() {
    let mut story = Story::opened();
    story.push(1);
    story.at(3, lost(1));
    story.at(190, Event::CustomerDeclaredNotCharged { attempt: 1 });
    story.check(190, State::Ready, 0);
    assert_eq!(story.view(190).charge, Some(Charge::NoneSoFar));
    story.push(191);
    story.at(192, accepted(2));
    story.at(199, decline(2, "2001"));
    assert_eq!(story.view(199).charge, Some(Charge::NoneSoFar));
}

#[test]
fn two_proven_declines_charged_nothing() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1032"));
    story.push(12);
    story.at(13, accepted(2));
    story.at(19, decline(2, "2001"));
    assert_eq!(story.view(19).charge, Some(Charge::None));
}
