//! What the customer reads on each screen, in English and Kiswahili.
//!
//! A sentence may hold `{amount}`, `{name}`, `{receipt}`, `{excess}`, `{received}`, `{due}`,
//! `{rest}`, `{countdown}`, `{payee}`, `{code}`, `{typed_receipt}` and `{account_reference}`; who
//! shows it fills them in.

use crate::Reason;

/// A language that the customer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Kiswahili.
    Sw,
}

/// A screen that has a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// The prompt is on the handset.
    Waiting,
    /// All money is here.
    Paid,
    /// More money is here than was due.
    PaidTooMuch,
    /// Some money is here.
    PartPaid,
    /// Nobody knows yet.
    Confirming,
    /// Nobody knows yet, and the customer may say that no money left.
    AskCharged,
    /// Nobody knows yet, and the customer asks to pay in another way.
    MayHavePaid,
    /// Nobody knew for a day.
    Unresolved,
    /// The order can no longer be paid here.
    OrderExpired,
    /// The order cannot be taken as the shop made it.
    ShopSetUp,
    /// The page is not one of the shop's, as its settings have them.
    PageNotSetUp,
    /// The receipt number in M-PESA's SMS, which customers know as the M-PESA code, is asked for.
    EnterReceipt,
    /// A typed receipt is being looked for.
    ReceiptChecking,
    /// M-PESA has not shown a typed receipt for this payment.
    ReceiptNotFound,
    /// The shop has to look at a typed receipt.
    ReceiptForShop,
    /// An attempt ended without money.
    Declined(Reason),
}

/// A headline and what follows it.
pub type Sentence = (&'static str, &'static str);

/// Said where a prompt may still be on the handset while the customer pays by hand.
pub const CANCEL_A_LATE_PROMPT: Sentence = (
    "If an M-PESA prompt appears now, cancel it.",
    "Ombi la M-PESA likitokea sasa, lighairi.",
);

/// Said instead of "You have not been charged" where M-PESA may still change its mind.
pub const NOT_CHARGED_SO_FAR: Sentence = (
    "M-PESA has not reported a charge. If you get an SMS, keep it.",
    "M-PESA haijasema kuwa umekatwa pesa. Ukipata SMS, ihifadhi.",
);

/// The headline and the rest of a screen, with its placeholders.
pub const fn sentence(screen: Screen, language: Language) -> Sentence {
    let text = text(screen);
    match language {
        Language::En => text.en,
        Language::Sw => text.sw,
    }
}

struct Text {
    en: Sentence,
    sw: Sentence,
}

const fn text(screen: Screen) -> Text {
    match screen {
        Screen::Waiting => Text {
            en: (
                "Check your phone.",
                "Enter your PIN in the M-PESA prompt to pay KES {amount} to {name}.",
            ),
            sw: (
                "Angalia simu yako.",
                "Weka PIN yako kwenye ombi la M-PESA ili ulipe KES {amount} kwa {name}.",
            ),
        },
        Screen::Paid => Text {
            en: ("Payment received.", "M-PESA code {receipt}."),
            sw: ("Malipo yamepokelewa.", "Msimbo wa M-PESA {receipt}."),
        },
        Screen::PaidTooMuch => Text {
            en: (
                "Payment received, and KES {excess} too much.",
                "The shop has been told.",
            ),
            sw: (
                "Malipo yamepokelewa, na KES {excess} zimezidi.",
                "Tumewajulisha wenye duka.",
            ),
        },
        Screen::PartPaid => Text {
            en: (
                "We received KES {received} of KES {due}.",
                "Pay the remaining KES {rest}.",
            ),
            sw: (
                "Tumepokea KES {received} kati ya KES {due}.",
                "Lipa KES {rest} zilizobaki.",
            ),
        },
        Screen::Confirming => Text {
            en: (
                "We are still checking with M-PESA.",
                "Please do not pay again; this page will update. If M-PESA sends you an SMS, keep it.",
            ),
            sw: (
                "Bado tunathibitisha na M-PESA.",
                "Tafadhali usilipe tena; ukurasa huu utajisasisha wenyewe. Ukipata SMS ya M-PESA, ihifadhi.",
            ),
        },
        Screen::AskCharged => Text {
            en: ("Did you get an M-PESA confirmation SMS?", ""),
            sw: ("Je, umepata SMS ya M-PESA ya kuthibitisha malipo?", ""),
        },
        Screen::MayHavePaid => Text {
            en: (
                "You may already have paid.",
                "Look first, so that you do not pay twice.",
            ),
            sw: (
                "Huenda umeshalipa.",
                "Angalia kwanza, ili usilipe mara mbili.",
            ),
        },
        Screen::Unresolved => Text {
            en: (
                "M-PESA has not told us the result.",
                "The shop will check. If you have an M-PESA SMS, enter its code.",
            ),
            sw: (
                "M-PESA haijatupa jibu.",
                "Wenye duka wataangalia. Ukiwa na SMS ya M-PESA, weka msimbo wake.",
            ),
        },
        Screen::OrderExpired => Text {
            en: ("This order has expired.", "Reload the shop's page."),
            sw: ("Muda wa agizo hili umeisha.", "Pakia upya ukurasa wa duka."),
        },
        Screen::ShopSetUp => Text {
            en: (
                "There is a problem with this order.",
                "Nothing was charged just now. Contact the shop and give them the error code {code}.",
            ),
            sw: (
                "Kuna tatizo kwenye agizo hili.",
                "Hujakatwa pesa sasa hivi. Wasiliana na wenye duka na uwape msimbo wa hitilafu {code}.",
            ),
        },
        Screen::PageNotSetUp => Text {
            en: ("This shop's page is not set up for payments yet.", ""),
            sw: ("Ukurasa huu wa duka bado haujawekwa tayari kwa malipo.", ""),
        },
        Screen::EnterReceipt => Text {
            en: (
                "Enter your M-PESA code.",
                "It is at the start of M-PESA's SMS.",
            ),
            sw: (
                "Weka msimbo wa M-PESA (M-PESA code).",
                "Uko mwanzoni mwa SMS ya M-PESA.",
            ),
        },
        Screen::ReceiptChecking => Text {
            en: (
                "We are checking code {typed_receipt} with M-PESA…",
                "This can take a few minutes. Please do not pay again; this page will update.",
            ),
            sw: (
                "Tunaangalia msimbo {typed_receipt} na M-PESA…",
                "Inaweza kuchukua dakika chache. Tafadhali usilipe tena; ukurasa huu utajisasisha wenyewe.",
            ),
        },
        Screen::ReceiptNotFound => Text {
            en: (
                "M-PESA has not confirmed code {typed_receipt} yet.",
                "Compare it with the SMS; we will keep checking.",
            ),
            sw: (
                "M-PESA bado haijathibitisha msimbo {typed_receipt}.",
                "Ulinganishe na SMS; tunaendelea kuuangalia.",
            ),
        },
        Screen::ReceiptForShop => Text {
            en: (
                "The shop will check code {typed_receipt}.",
                "Please do not pay again. Contact the shop and give them account no. {account_reference}.",
            ),
            sw: (
                "Wenye duka wataangalia msimbo {typed_receipt}.",
                "Tafadhali usilipe tena. Wasiliana na wenye duka na uwape nambari ya akaunti {account_reference}.",
            ),
        },
        Screen::Declined(Reason::InsufficientFunds) => Text {
            en: (
                "Not enough M-PESA balance.",
                "You have not been charged. Top up, then try again.",
            ),
            sw: (
                "Salio la M-PESA halitoshi.",
                "Hujakatwa pesa. Weka pesa kwenye M-PESA, kisha ujaribu tena.",
            ),
        },
        Screen::Declined(Reason::BelowMinimum) | Screen::Declined(Reason::AboveMaximum) => Text {
            en: (
                "M-PESA cannot take this amount in one payment.",
                "You have not been charged. Contact the shop and give them account no. {account_reference}.",
            ),
            sw: (
                "M-PESA haiwezi kupokea kiasi hiki kwa mara moja.",
                "Hujakatwa pesa. Wasiliana na wenye duka na uwape nambari ya akaunti {account_reference}.",
            ),
        },
        Screen::Declined(Reason::DailyLimit) => Text {
            en: (
                "You have reached your M-PESA daily limit.",
                "You have not been charged. Use another number, or try tomorrow.",
            ),
            sw: (
                "Umefikia kikomo chako cha M-PESA cha leo.",
                "Hujakatwa pesa. Tumia nambari nyingine, au ujaribu kesho.",
            ),
        },
        Screen::Declined(Reason::PayeeLimit) => Text {
            en: (
                "{name} cannot receive more right now.",
                "You have not been charged. Please tell the shop.",
            ),
            sw: (
                "{name} haiwezi kupokea pesa zaidi kwa sasa.",
                "Hujakatwa pesa. Tafadhali wajulishe wenye duka.",
            ),
        },
        Screen::Declined(Reason::TooSoon) => Text {
            en: (
                "M-PESA asks for a short pause",
                "before the same amount is sent again. You have not been charged. You can try again in {countdown}.",
            ),
            sw: (
                "M-PESA inahitaji usubiri kidogo",
                "kabla ya kutuma kiasi kilekile tena. Hujakatwa pesa. Unaweza kujaribu tena baada ya {countdown}.",
            ),
        },
        Screen::Declined(Reason::SystemBusy) => Text {
            en: ("M-PESA is busy.", "You can try again in {countdown}."),
            sw: (
                "M-PESA ina shughuli nyingi.",
                "Unaweza kujaribu tena baada ya {countdown}.",
            ),
        },
        Screen::Declined(Reason::SubscriberBusy) => Text {
            en: (
                "Another M-PESA session is open on your phone.",
                "You have not been charged. Finish or close it, then try again in {countdown}.",
            ),
            sw: (
                "Kuna muamala mwingine wa M-PESA unaoendelea kwenye simu yako.",
                "Hujakatwa pesa. Ukamilishe au uufunge, kisha ujaribu tena baada ya {countdown}.",
            ),
        },
        Screen::Declined(Reason::TooManyPrompts) => Text {
            en: (
                "Too many prompts were sent.",
                "You have not been charged. Pay with {payee}, or try again in {countdown}.",
            ),
            sw: (
                "Maombi mengi mno yametumwa.",
                "Hujakatwa pesa. Lipa kwa {payee}, au ujaribu tena baada ya {countdown}.",
            ),
        },
        Screen::Declined(Reason::Expired) => Text {
            en: (
                "The M-PESA prompt expired.",
                "Try again and enter your PIN promptly. If an old prompt still shows, cancel it.",
            ),
            sw: (
                "Muda wa ombi la M-PESA umeisha.",
                "Jaribu tena na uweke PIN bila kuchelewa. Ombi la awali likiendelea kuonekana, lighairi.",
            ),
        },
        Screen::Declined(Reason::Cancelled) => Text {
            en: (
                "The prompt was cancelled on the phone.",
                "You have not been charged.",
            ),
            sw: (
                "Ombi la M-PESA limeghairiwa kwenye simu.",
                "Hujakatwa pesa.",
            ),
        },
        Screen::Declined(Reason::Unreachable) => Text {
            en: (
                "We could not reach your phone.",
                "Check that it is on and has signal, then try again, or pay with {payee}.",
            ),
            sw: (
                "Hatukuweza kufikia simu yako.",
                "Hakikisha imewashwa na ina mtandao, kisha ujaribu tena, au ulipe kwa {payee}.",
            ),
        },
        Screen::Declined(Reason::WrongPin) => Text {
            en: (
                "The PIN was not right.",
                "You have not been charged. Try again. Is this number registered for M-PESA?",
            ),
            sw: (
                "PIN uliyoweka si sahihi.",
                "Hujakatwa pesa. Jaribu tena. Je, nambari hii imesajiliwa kwa M-PESA?",
            ),
        },
        Screen::Declined(Reason::PinLocked) => Text {
            en: (
                "Your M-PESA PIN is locked.",
                "You have not been charged. Dial *334# (My account, PIN manager), call 100 (prepaid) or 200 (postpaid), or use another number.",
            ),
            sw: (
                "PIN yako ya M-PESA imefungwa.",
                "Hujakatwa pesa. Piga *334#, au 100 (prepaid) au 200 (postpaid), au utumie nambari nyingine.",
            ),
        },
        Screen::Declined(Reason::PromptFailed) => Text {
            en: (
                "M-PESA could not send the prompt to your phone.",
                "Try again, or pay with {payee}.",
            ),
            sw: (
                "M-PESA haikuweza kutuma ombi kwenye simu yako.",
                "Jaribu tena, au ulipe kwa {payee}.",
            ),
        },
        Screen::Declined(Reason::AccountRule) => Text {
            en: (
                "M-PESA does not allow this payment from your line.",
                "You have not been charged. Use another number, or pay with {payee}.",
            ),
            sw: (
                "M-PESA hairuhusu malipo haya kutoka kwa laini yako.",
                "Hujakatwa pesa. Tumia nambari nyingine, au ulipe kwa {payee}.",
            ),
        },
        Screen::Declined(Reason::PhoneRefused) => Text {
            en: (
                "M-PESA does not know this number.",
                "You have not been charged. Check it and try again.",
            ),
            sw: (
                "M-PESA haitambui nambari hii.",
                "Hujakatwa pesa. Hakikisha ni sahihi, kisha ujaribu tena.",
            ),
        },
        Screen::Declined(Reason::Other) => Text {
            en: (
                "M-PESA did not complete the payment",
                "(error {code}). Try again, or pay with {payee}.",
            ),
            sw: (
                "M-PESA haikukamilisha malipo",
                "(hitilafu {code}). Jaribu tena, au ulipe kwa {payee}.",
            ),
        },
        Screen::Declined(Reason::MerchantSetup) => Text {
            en: (
                "The shop's M-PESA set-up has a problem.",
                "You have not been charged. Contact the shop and give them account no. {account_reference}.",
            ),
            sw: (
                "Kuna tatizo kwenye mpangilio wa M-PESA wa duka.",
                "Hujakatwa pesa. Wasiliana na wenye duka na uwape nambari ya akaunti {account_reference}.",
            ),
        },
    }
}

#[cfg(test)]
mod tests;
