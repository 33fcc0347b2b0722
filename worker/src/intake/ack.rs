//! The two answers that M-PESA understands: what it posted was recorded, or was not.

use crate::platform::reply;
use worker::{Response, Result};

pub(crate) fn not_recorded() -> Result<Response> {
    reply::json(
        500,
        &serde_json::json!({ "ResultCode": 1, "ResultDesc": "Not recorded" }),
    )
}

pub(crate) fn accepted() -> Result<Response> {
    reply::json(
        200,
        &serde_json::json!({ "ResultCode": 0, "ResultDesc": "Accepted" }),
    )
}
