//! Asking the `MerchantsObject` for the operator: its answer, or an error of the API.

use crate::config::Deployment;
use crate::config::directory_object::{self, ToMerchants};
use crate::platform::Env;
use crate::platform::log::{self, Field::Why, What};
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::Value;
use std::rc::Rc;

pub(super) type Outcome = core::result::Result<Value, ApiError>;

/// The merchants' object's answer.
pub(super) async fn ask(
    env: &Env,
    deployment: &Rc<Deployment>,
    message: &ToMerchants,
) -> core::result::Result<String, ApiError> {
    let said = directory_object::ask(env, deployment.env.as_str(), message).await;
    said.map_err(|why| unreached(env, &why))
}

pub(super) async fn call(env: &Env, deployment: &Rc<Deployment>, message: &ToMerchants) -> Outcome {
    let said = ask(env, deployment, message).await?;
    serde_json::from_slice(said.as_bytes()).map_err(|why| unreached(env, &why.into()))
}

pub(super) fn no_merchant() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such merchant.")
}

pub(super) fn unreached(env: &Env, why: &crate::platform::error::Error) -> ApiError {
    log::error(env.as_ref(), What::MerchantsUnreached, &[Why(why)]);
    ApiError::new(
        ErrorCode::InternalError,
        "The merchants cannot be reached now. Whether anything was done is not known: look, and try again.",
    )
}
