//! How M-PESA words each outcome. Daraja, M-Pesa Express, "Result codes"; where callbacks on the wire differ from the
//! page, the wire's wording.

/// The ResultDesc of a callback.
pub(crate) fn callback_desc(code: &str) -> &'static str {
    match code {
        "0" => "The service request is processed successfully.",
        "1" => "The balance is insufficient for the transaction.",
        "2" => "Declined due to limit rule.",
        "3" => "Declined due to limit rule: greater than the maximum transaction amount.",
        "4" => "Declined due to limit rule: would exceed daily transfer limit.",
        "8" => "Declined due to limit rule: would exceed the maximum balance.",
        "17" => "Rule limited.",
        "26" => "System busy. The service request is rejected.",
        "1001" => {
            "Unable to lock subscriber, a transaction is already in process for the current subscriber"
        }
        "1019" => "Transaction has expired",
        "1025" | "9999" => "An error occurred while sending a push request.",
        "1031" | "1032" => "Request cancelled by user",
        "1036" => "SMSC ACK timeout.",
        "1037" => "DS timeout user cannot be reached.",
        "2001" => "The initiator information is invalid.",
        "2028" => "The request is not permitted according to product assignment.",
        "2029" => "Failed due to an unresolved reason type.",
        "4999" => "The transaction is still under processing",
        "8006" => "The security credential is locked.",
        "E3008" => "Error, the user has a bad debt contract.",
        "SFC_IC0003" => "The operator does not exist.",
        _ => "An unknown error occurred.",
    }
}

/// The callback's wording of 1037 when the prompt rang and nobody answered; the query keeps to "DS timeout …".
pub(crate) const NO_RESPONSE_FROM_USER: &str = "No response from user.";
