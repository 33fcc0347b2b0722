//! What the calls of an initiator have in common: who asks, the acknowledgement, and where the result goes.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;
use serde_json::json;

use crate::{
    daraja::{
        answer::NO_STORE,
        fields::{Fields, invalid, is_callback_url},
    },
    emulation::Shared,
    notices::callback::json_code,
    result_codes::callback_desc,
    world::{call_script::CallStory, story::Refusal},
};

/// Who asks, and whether M-PESA lets it.
pub(crate) struct Initiator {
    name: String,
    /// The password, encrypted.
    sealed: Vec<u8>,
}

/// A code other than 0, with its wording.
pub(crate) type Declined = (String, String);

pub(crate) fn declined(code: &str, desc: &str) -> Declined {
    (code.to_owned(), desc.to_owned())
}

/// What a script lets M-PESA say; `usual` words a code that it gives without words.
pub(crate) fn scripted(story: &CallStory, usual: fn(&str) -> &'static str) -> Result<(), Declined> {
    match &story.ends {
        Some(ending) => {
            let desc = ending.desc.as_deref();
            Err(declined(
                &ending.code,
                desc.unwrap_or_else(|| usual(&ending.code)),
            ))
        }
        None => Ok(()),
    }
}

impl Initiator {
    /// The first fields of every such call.
    pub(crate) fn parse(fields: &Fields, command_id: &str) -> Result<Self, Refusal> {
        let name = fields.given("Initiator")?;
        let sealed = BASE64_STANDARD
            .decode(fields.given("SecurityCredential")?)
            .map_err(|_| invalid("SecurityCredential"))?;
        if fields.given("CommandID")? != command_id {
            return Err(invalid("CommandID"));
        }
        Ok(Self { name, sealed })
    }

    /// 2001 for another name than `--initiator`, or for another password than `--initiator-password`.
    pub(crate) fn check(&self, shared: &Shared) -> Result<(), Declined> {
        let options = &shared.options;
        let is_known = options.initiator.as_ref().is_none_or(|it| *it == self.name);
        let is_right = options.initiator_password.as_ref().is_none_or(|password| {
            shared.opens(&self.sealed).as_deref() == Some(password.as_bytes())
        });
        if is_known && is_right {
            Ok(())
        } else {
            Err(declined("2001", callback_desc("2001")))
        }
    }
}

/// The last fields of every such call: gives `ResultURL`.
pub(crate) fn result_url(fields: &Fields) -> Result<String, Refusal> {
    let url = |key: &str| {
        let url = fields.given(key).ok().filter(|url| is_callback_url(url));
        url.ok_or_else(|| invalid(key))
    };
    let result_url = url("ResultURL")?;
    url("QueueTimeOutURL")?;
    fields.given("Remarks")?;
    Ok(result_url)
}

/// The ids of one call, as it is acknowledged and as its result repeats them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ack {
    #[serde(rename = "OriginatorConversationID")]
    pub(crate) originator_conversation_id: String,
    #[serde(rename = "ConversationID")]
    pub(crate) conversation_id: String,
    #[serde(rename = "ResponseCode")]
    response_code: &'static str,
    #[serde(rename = "ResponseDescription")]
    response_description: &'static str,
}

impl Ack {
    pub(crate) fn new(originator_conversation_id: String, conversation_id: String) -> Self {
        Self {
            originator_conversation_id,
            conversation_id,
            response_code: "0",
            response_description: "Accept the service request successfully.",
        }
    }

    pub(crate) fn response(&self) -> Response {
        ([NO_STORE], Json(self)).into_response()
    }

    /// A result in the order of the pages of Reversal and Account Balance.
    pub(crate) fn result(&self, said: &Said<'_>) -> String {
        let Said {
            code,
            desc,
            transaction_id,
            parameters,
            queue,
            is_text,
        } = said;
        let (result_type, result_code) = if *is_text {
            ("\"0\"", json!(code).to_string())
        } else {
            ("0", json_code(code))
        };
        let parameters = match parameters {
            Some(items) => format!(
                "\"ResultParameters\":{{\"ResultParameter\":[{}]}},",
                items.join(",")
            ),
            None => String::new(),
        };
        let queue = format!("https://internalsandbox.safaricom.co.ke/mpesa/{queue}/v1/submit");
        format!(
            "{{\"Result\":{{\"ResultType\":{result_type},\"ResultCode\":{result_code},\"ResultDesc\":{},\
             \"OriginatorConversationID\":{},\"ConversationID\":{},\"TransactionID\":{},{parameters}\
             \"ReferenceData\":{{\"ReferenceItem\":{}}}}}}}",
            json!(desc),
            json!(self.originator_conversation_id),
            json!(self.conversation_id),
            json!(transaction_id),
            item("QueueTimeoutURL", &queue),
        )
    }
}

/// What a result says.
pub(crate) struct Said<'a> {
    pub(crate) code: &'a str,
    pub(crate) desc: &'a str,
    pub(crate) transaction_id: &'a str,
    /// Already JSON.
    pub(crate) parameters: Option<Vec<String>>,
    /// The queue that Safaricom names in every result.
    pub(crate) queue: &'a str,
    /// Whether ResultType and ResultCode are strings.
    pub(crate) is_text: bool,
}

/// The id of a call that is a transaction of its own but moves nothing.
pub(crate) fn transaction_id(of: &str) -> String {
    let first: String = of.chars().take(3).collect();
    first + "0000000"
}

/// By hand: a JSON map would sort the keys and write 1.00 as 1.0.
pub(crate) fn item(key: &str, value: &str) -> String {
    item_of(key, &json!(value).to_string())
}

/// The same, for a value that is JSON already.
pub(crate) fn item_of(key: &str, value: &str) -> String {
    format!("{{\"Key\":\"{key}\",\"Value\":{value}}}")
}

pub(crate) fn valueless(key: &str) -> String {
    format!("{{\"Key\":\"{key}\"}}")
}
