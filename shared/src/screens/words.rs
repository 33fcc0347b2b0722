//! The checkout's own words, in English and Kiswahili: labels, buttons, hints. What each outcome
//! says is in `crate::sentences`.

use crate::BadMsisdn;
use crate::screens::receipt_field::Untaken;
use crate::sentences::Language;

macro_rules! words {
    ($($name:ident = $en:literal, $sw:literal;)*) => {
        /// A text of the checkout.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Word { $(#[doc = $en] $name,)* }

        impl Word {
            #[cfg(test)]
            const ALL: &[Word] = &[$(Word::$name,)*];

            /// The text, with its placeholders.
            pub const fn say(self, language: Language) -> &'static str {
                let (en, sw) = match self { $(Word::$name => ($en, $sw),)* };
                match language {
                    Language::En => en,
                    Language::Sw => sw,
                }
            }
        }
    };
}

words! {
    // Facts
    Amount = "Amount", "Kiasi";
    Shop = "Shop", "Duka";
    For = "For", "Malipo ya";
    Phone = "Phone", "Simu";
    Account = "Account no.", "Nambari ya akaunti";
    Receipt = "M-PESA code", "Msimbo wa M-PESA";
    Contact = "Contact the shop", "Wasiliana na wenye duka";

    // Opening and failing
    Opening = "Opening the checkout…", "Tunafungua ukurasa wa malipo…";
    OpenFailed = "The checkout could not be opened.", "Ukurasa wa malipo haukuweza kufunguliwa.";
    CheckConnection = "Check your internet connection, then try again.", "Angalia mtandao wako, kisha ujaribu tena.";
    TellTheShop = "Nothing was charged just now. Please tell the shop ({code}).", "Hujakatwa pesa sasa hivi. Tafadhali wajulishe wenye duka ({code}).";
    NothingSent = "Nothing was sent to M-PESA and you have not been charged. Please try again.", "Hakuna kilichotumwa kwa M-PESA na hujakatwa pesa. Tafadhali jaribu tena.";
    GoOn = "Continue", "Endelea";
    PriceChanged = "The price has changed. Check it before you pay.", "Bei imebadilika. Iangalie kabla ya kulipa.";
    WaitABit = "Another prompt cannot be sent just yet.", "Bado huwezi kutuma ombi lingine.";
    NoAnswer = "There was no answer. Check your internet connection, then try again. You will not be asked to pay twice.", "Hatukupata jibu. Angalia mtandao wako, kisha ujaribu tena. Hutaombwa kulipa mara mbili.";
    CutOff = "No answer yet. We keep trying…", "Hakuna jibu bado. Tunaendelea kujaribu…";
    TestMode = "Test mode: no real money moves.", "Majaribio: hakuna pesa halisi zitakazokatwa.";

    // The phone form
    PayWithMpesa = "Pay with M-PESA", "Lipa na M-PESA";
    PhoneNumber = "M-PESA phone number", "Nambari ya simu ya M-PESA";
    PhoneHelp = "M-PESA will show a prompt on this phone. Enter your PIN there, never here.", "Ombi la M-PESA litatokea kwenye simu hii. Weka PIN yako kwenye ombi hilo tu, kamwe si hapa.";
    OtherPrefix = "This does not look like a Safaricom number. If it is registered for M-PESA, continue.", "Nambari hii haionekani kuwa ya Safaricom. Ikiwa imesajiliwa kwa M-PESA, endelea.";
    Remember = "Remember this number on this device", "Kumbuka nambari hii kwenye kifaa hiki";
    PayAmount = "Pay KES {amount}", "Lipa KES {amount}";
    PayAmountIn = "Pay KES {amount} in {countdown}", "Lipa KES {amount} baada ya {countdown}";

    NumberIsEmpty = "Enter your M-PESA phone number.", "Weka nambari yako ya simu ya M-PESA.";
    NumberIsNone = "Use digits only, for example 0712 345 678.", "Tumia tarakimu pekee, kwa mfano 0712 345 678.";
    NumberIsTooShort = "This number is too short. It has 10 digits, for example 0712 345 678.", "Nambari hii ni fupi mno. Inapaswa kuwa na tarakimu 10, kwa mfano 0712 345 678.";
    NumberIsTooLong = "This number is too long. It has 10 digits, for example 0712 345 678.", "Nambari hii ni ndefu mno. Inapaswa kuwa na tarakimu 10, kwa mfano 0712 345 678.";
    NumberIsForeign = "M-PESA needs a Kenyan number, which begins with 07, 01 or +254.", "M-PESA inahitaji nambari ya Kenya, inayoanza na 07, 01 au +254.";
    NumberIsNotMobile = "This is not a mobile number. Those begin with 07 or 01.", "Nambari za simu za mkononi huanza na 07 au 01.";

    // Waiting
    Sending = "Sending the prompt…", "Tunatuma ombi…";
    SendingTo = "M-PESA will show a prompt on {phone}.", "Ombi la M-PESA litatokea kwenye {phone}.";
    SendingToPhone = "M-PESA will show a prompt on your phone.", "Ombi la M-PESA litatokea kwenye simu yako.";
    TimeLeft = "Time left: {countdown}", "Muda uliobaki: {countdown}";
    SecondsLeft = "{countdown} left to enter your PIN.", "Umebakisha {countdown} kuweka PIN yako.";
    TimeOver = "Waiting for M-PESA's answer…", "Tunasubiri jibu la M-PESA…";
    NoPrompt = "No M-PESA prompt on your phone?", "Hujaona ombi la M-PESA kwenye simu yako?";
    HintWake = "Wake and unlock the screen.", "Washa simu na ufungue skrini.";
    HintSession = "Close other M-PESA or USSD menus, such as *334#.", "Funga menyu nyingine za M-PESA au USSD, kama *334#.";
    HintSim = "If your SIM card is old, dial *234# to update it.", "Kama SIM kadi yako ni ya zamani, piga *234# ili uisasishe.";

    // Paying by hand
    ByHand = "Pay with {payee}", "Lipa kwa {payee}";
    StepMenu = "Open the M-PESA menu or app.", "Fungua menyu au app ya M-PESA.";
    StepLipa = "Choose Lipa na M-PESA.", "Chagua Lipa na M-PESA.";
    StepPayBill = "Choose Pay Bill.", "Chagua Pay Bill.";
    StepBuyGoods = "Choose Buy Goods and Services.", "Chagua Buy Goods and Services.";
    StepBusiness = "Enter business no.", "Weka nambari ya biashara";
    StepTill = "Enter till no.", "Weka nambari ya till";
    StepAccount = "Enter account no.", "Weka nambari ya akaunti";
    StepAmount = "Enter amount", "Weka kiasi";
    StepPin = "Enter your M-PESA PIN and confirm.", "Weka PIN yako ya M-PESA, kisha uthibitishe.";
    Noticed = "This page updates as soon as your payment arrives.", "Ukurasa huu utajisasisha mara tu malipo yako yatakapofika.";
    NotNoticed = "This page cannot see your payment by itself. After you pay, enter the M-PESA code from the SMS here.", "Ukurasa huu hauwezi kuona malipo yako wenyewe. Ukishalipa, weka hapa msimbo wa M-PESA ulio kwenye SMS.";

    // Before paying by hand, while money may be on its way
    CheckFirst = "Check first", "Angalia kwanza";
    CheckSms = "Your SMS from MPESA, and your balance.", "SMS zako za MPESA, na salio lako.";

    // The form for the receipt number: customers know it as the M-PESA code
    ReceiptHelp = "10 letters and digits, for example TKL7XA91QZ.", "Jumla ya herufi na tarakimu 10, kwa mfano TKL7XA91QZ.";
    CheckReceipt = "Check the code", "Angalia msimbo";
    ReceiptIsEmpty = "Enter the M-PESA code from the SMS.", "Weka msimbo wa M-PESA ulio kwenye SMS.";
    ReceiptIsNone = "This is not an M-PESA code. Look at the start of the SMS.", "Huu si msimbo wa M-PESA. Angalia mwanzo wa SMS.";
    TooManyReceipts = "No more codes can be checked here. Contact the shop and give them account no. {account_reference} and the M-PESA code.", "Hakuna msimbo mwingine unaoweza kuangaliwa hapa. Wasiliana na wenye duka na uwape nambari ya akaunti {account_reference} na msimbo wa M-PESA.";
    ReceiptUnread = "We could not check the code just now. Please try again.", "Hatukuweza kuangalia msimbo huu kwa sasa. Tafadhali jaribu tena.";

    // Outcomes
    NotCharged = "You have not been charged.", "Hujakatwa pesa.";
    ReceiptComes = "Your M-PESA code is in the SMS.", "Msimbo wako wa M-PESA uko kwenye SMS.";
    NoMoreRequests = "No more prompts can be sent for this payment.", "Hakuna ombi lingine linaloweza kutumwa kwa malipo haya.";
    Now = "now", "sasa";
    InAMoment = "in a moment", "baada ya muda mfupi";
    In = "in {countdown}", "baada ya {countdown}";
    CanTryNow = "You can try again now.", "Unaweza kujaribu tena sasa.";

    // Buttons
    TryAgain = "Try again", "Jaribu tena";
    TryAgainIn = "Try again in {countdown}", "Jaribu tena baada ya {countdown}";
    OtherNumber = "Use another number", "Tumia nambari nyingine";
    CorrectNumber = "Correct the number", "Sahihisha nambari";
    PayRest = "Pay the remaining KES {rest}", "Lipa KES {rest} zilizobaki";
    PayRestIn = "Pay the remaining KES {rest} in {countdown}", "Lipa KES {rest} zilizobaki baada ya {countdown}";
    YesReceipt = "Yes, enter the M-PESA code", "Ndiyo, weka msimbo wa M-PESA";
    NoMoneyLeft = "No, I wasn't charged. Try again", "Hapana, sijakatwa pesa. Jaribu tena";
    IHaveAnSms = "I have an M-PESA SMS", "Nina SMS ya M-PESA";
    IHaveNoSms = "I have no M-PESA SMS", "Sina SMS ya M-PESA";
    NoSmsByHand = "I have not paid. Pay with {payee}", "Sijalipa. Lipa kwa {payee}";
    IHavePaid = "I have paid", "Nimelipa";
    OtherReceipt = "Enter another code", "Weka msimbo mwingine";
    AskMyPhone = "Send an M-PESA prompt to my phone", "Tuma ombi la M-PESA kwenye simu yangu";
    AskMyPhoneIn = "Send an M-PESA prompt in {countdown}", "Tuma ombi la M-PESA baada ya {countdown}";
    StartAfresh = "Start again", "Anza upya";
    Back = "Back", "Rudi";
    Close = "Close", "Funga";
    Done = "Done", "Maliza";
    Copy = "Copy", "Nakili";
    Copied = "Copied", "Imenakiliwa";
}

/// Why the number cannot be one.
pub const fn bad_number(bad: BadMsisdn, language: Language) -> &'static str {
    let word = match bad {
        BadMsisdn::Empty => Word::NumberIsEmpty,
        BadMsisdn::NotANumber => Word::NumberIsNone,
        BadMsisdn::TooShort => Word::NumberIsTooShort,
        BadMsisdn::TooLong => Word::NumberIsTooLong,
        BadMsisdn::NotKenyan => Word::NumberIsForeign,
        BadMsisdn::NotMobile => Word::NumberIsNotMobile,
    };
    word.say(language)
}

/// Why the receipt was not taken.
pub const fn untaken(why: Untaken, language: Language) -> &'static str {
    let word = match why {
        Untaken::Empty => Word::ReceiptIsEmpty,
        Untaken::NotOne => Word::ReceiptIsNone,
        Untaken::TooMany => Word::TooManyReceipts,
        Untaken::Failed => Word::ReceiptUnread,
    };
    word.say(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<_> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split('}').next())
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn the_english_is_that_of_the_worker() {
        for bad in [
            BadMsisdn::Empty,
            BadMsisdn::NotANumber,
            BadMsisdn::TooShort,
            BadMsisdn::TooLong,
            BadMsisdn::NotKenyan,
            BadMsisdn::NotMobile,
        ] {
            assert_eq!(bad_number(bad, Language::En), bad.to_string());
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        for &word in Word::ALL {
            let (en, sw) = (word.say(Language::En), word.say(Language::Sw));
            assert_ne!(en, sw, "{word:?}");
            assert_eq!(placeholders(en), placeholders(sw), "{word:?}");
        }
    }
}
