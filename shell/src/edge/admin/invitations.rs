//! Invitations of people, by the deployment's operator: the first owner comes in by one, and an owner who was locked out.

use super::directory::{Outcome, no_merchant};
use crate::calls::desk::{self, Invitation, ToDesk};
use crate::config::{self, Deployment, NoConfig};
use crate::platform;
use crate::platform::Env;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use malipo_engine::body::{self, Fields};
use malipo_engine::permission::Role;
use malipo_engine::session::key_hash;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, text};
use serde_json::json;
use std::rc::Rc;

pub(super) const CREATE: &[&str] = &["name", "role"];
const NAME_CHARS_MAX: usize = 40;
/// So long an invitation may be used, in milliseconds.
const INVITATION_MS: u64 = 48 * 3_600_000;

/// `POST …/merchants/{link}/invitations {name, role?}`: `{url, name, role, ends_at_ms}`. The address is told here and never again, and lets one
/// person in, once; an owner without a role.
pub(super) async fn create(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    fields: &Fields,
) -> Outcome {
    let name = body::text(fields, "name")?.unwrap_or_default().trim();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
        let what = "must say who is invited, in 1 to 40 characters";
        return Err(body::wrong("name", what));
    }
    if let Some(c) = text::hidden(name) {
        return Err(body::wrong("name", &text::holds(c)));
    }
    let role = match body::text(fields, "role")? {
        None => Role::Owner,
        Some(word) => Role::of_word(word)
            .ok_or_else(|| body::wrong("role", "must be viewer, cashier, manager or owner"))?,
    };
    if let Err(NoConfig::UnknownLink) = config::of_link(env, link).await {
        return Err(no_merchant());
    }
    let random = platform::random::<16>(env.as_ref()).ok_or_else(not_made)?;
    let token = format!("{link}.{}", hex::encode(random));
    let ends_at_ms = env.now_ms() + INVITATION_MS;
    let message = ToDesk::Invite {
        token: key_hash(&token),
        invitation: Invitation {
            role: role.word().to_owned(),
            name: name.to_owned(),
            ends_at_ms,
        },
        now_ms: env.now_ms(),
    };
    let kept = desk::call::<()>(env, deployment, link, &message).await;
    kept.map_err(|why| {
        log::error(
            env.as_ref(),
            What::DeskUnreached,
            &[Merchant(link), Why(&why)],
        );
        not_made()
    })?;
    let url = format!("{}/dashboard#join={token}", deployment.public_base_url);
    Ok(json!({ "url": url, "name": name, "role": role.word(), "ends_at_ms": ends_at_ms }))
}

fn not_made() -> ApiError {
    let message = "The invitation could not be made. Please try again.";
    ApiError::new(ErrorCode::InternalError, message)
}
