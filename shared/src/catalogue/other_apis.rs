//! Codes of the other APIs: C2B validation, the initiator's APIs, and our own.

use super::{Api, Kind, Row};

const fn row(api: Api, code: &'static str, meaning: &'static str, merchant: &'static str) -> Row {
    Row {
        api,
        code,
        meaning,
        kind: Kind::Answer,
        merchant,
    }
}

pub(super) const ROWS: &[Row] = &[
    row(Api::C2bValidation, "0", "Accept the payment.", ""),
    row(Api::C2bValidation, "C2B00011", "Refuse: unknown payer.", ""),
    row(
        Api::C2bValidation,
        "C2B00012",
        "Refuse: unknown account number.",
        "Given for unknown references only if you opt in.",
    ),
    row(
        Api::C2bValidation,
        "C2B00013",
        "Refuse: wrong amount.",
        "Given when the amount is not what is still due.",
    ),
    row(Api::C2bValidation, "C2B00014", "Refuse: KYC details.", ""),
    row(
        Api::C2bValidation,
        "C2B00015",
        "Refuse: unknown shortcode.",
        "",
    ),
    row(
        Api::C2bValidation,
        "C2B00016",
        "Refuse: another reason.",
        "Given when the order is paid already or a payment of it is under way.",
    ),
    row(Api::Initiator, "0", "The request was processed.", ""),
    // 1, 2028 and 8006: Safaricom's words of a push's result, said here of the organisation that asks.
    row(
        Api::Initiator,
        "1",
        "The organisation's account has too little money for it.",
        "Nothing moved. Put money into the account, then ask again.",
    ),
    row(
        Api::Initiator,
        "11",
        "The debited party is in an invalid state.",
        "",
    ),
    row(
        Api::Initiator,
        "15",
        "A duplicate was found.",
        "The request was made before.",
    ),
    row(
        Api::Initiator,
        "21",
        "The initiator may not do this.",
        "Give the API user its role in the organisation portal.",
    ),
    row(
        Api::Initiator,
        "2001",
        "The initiator's credentials are wrong or expired.",
        "Encrypt the password again with the environment's certificate; it is valid for 90 days.",
    ),
    row(
        Api::Initiator,
        "2006",
        "A rule of the account forbids it.",
        "",
    ),
    row(
        Api::Initiator,
        "2028",
        "The request is not permitted according to product assignment.",
        "Nothing moved. Check the shortcode and its type; Safaricom has to give the organisation the product.",
    ),
    row(
        Api::Initiator,
        "8006",
        "The security credential is locked.",
        "Nothing moved. Unlock the API user in the organisation portal and set its new password's credential.",
    ),
    row(
        Api::Initiator,
        "R000001",
        "The transaction was reversed already.",
        "",
    ),
    row(
        Api::Initiator,
        "R000002",
        "The original transaction's id is invalid.",
        "Check the receipt.",
    ),
    row(
        Api::Malipo,
        "MISSING_HEADERS",
        "`apikey` or `linkid` was not sent.",
        "Send both headers, or `Authorization: Bearer`.",
    ),
    row(
        Api::Malipo,
        "INVALID_API_KEY",
        "The API key is not known.",
        "Take it from the dashboard.",
    ),
    row(
        Api::Malipo,
        "INVALID_LINK_ID",
        "The link id is not known.",
        "Check the link id.",
    ),
    row(
        Api::Malipo,
        "INACTIVE_SHORTCODE",
        "The shortcode was switched off.",
        "Switch it on again.",
    ),
    row(
        Api::Malipo,
        "VALIDATION_ERROR",
        "A field is missing or wrong.",
        "`param` names the field.",
    ),
    row(
        Api::Malipo,
        "INVALID_MSISDN",
        "The phone number cannot be a Kenyan mobile number.",
        "Use 07…, 01… or 254….",
    ),
    row(
        Api::Malipo,
        "INVALID_AMOUNT",
        "The amount is not allowed.",
        "Whole shillings, 1 to 250,000, and within your own limits.",
    ),
    row(
        Api::Malipo,
        "INVALID_CALLBACK",
        "A callback or webhook address cannot be used.",
        "HTTPS, public, without Safaricom's forbidden words.",
    ),
    row(
        Api::Malipo,
        "INTERNAL_ERROR",
        "Our own failure.",
        "Try again; tell us if it stays.",
    ),
    row(
        Api::Malipo,
        "STK_PUSH_FAILED",
        "M-PESA refused the push before sending it.",
        "The payment's timeline says why.",
    ),
    row(
        Api::Malipo,
        "MPESA_UNAVAILABLE",
        "M-PESA cannot be reached; nothing was sent.",
        "Try again later.",
    ),
    row(
        Api::Malipo,
        "TIMEOUT_ERROR",
        "An answer was lost.",
        "Ask again with the same key: nothing is sent twice.",
    ),
];
