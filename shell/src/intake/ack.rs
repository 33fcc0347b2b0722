//! The two answers that M-PESA understands: what it posted was recorded, or was not.

use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::reply;

pub(crate) fn not_recorded() -> Result<Reply> {
    reply::json(
        500,
        &serde_json::json!({ "ResultCode": 1, "ResultDesc": "Not recorded" }),
    )
}

pub(crate) fn accepted() -> Result<Reply> {
    reply::json(
        200,
        &serde_json::json!({ "ResultCode": 0, "ResultDesc": "Accepted" }),
    )
}
