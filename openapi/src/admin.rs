//! The calls of the deployment's operator, with `ADMIN_KEY`: merchants and their API keys.
#![allow(dead_code)] // answers are described, not made

use crate::call::{AFTER, Call, Media, admin, body};
use crate::schemas::{self, of};
use malipo_shared::LinkId;
use malipo_shared::api::ErrorCode;
use schemars::JsonSchema;
use serde_json::Value;

/// Every call of the operator's.
pub(crate) const CALLS: &[Call] = &[
    admin(
        "GET",
        "/v1/admin/merchants",
        "listMerchants",
        "All merchants, the default merchant first where it stands in the variables",
        Media::Json(of::<Merchants>),
    ),
    Call {
        body: body(schemas::given_settings, true),
        errors: CHANGE,
        ..admin(
            "POST",
            "/v1/admin/merchants",
            "addMerchant",
            "Adds the merchant that `LINK_ID` names, with its settings",
            Media::Json(of::<Stored>),
        )
    },
    Call {
        errors: &[ErrorCode::ValidationError],
        ..admin(
            "GET",
            "/v1/admin/merchants/{link}",
            "showMerchant",
            "One merchant's settings; of a secret only that it is set",
            Media::Json(of::<Shown>),
        )
    },
    Call {
        body: body(schemas::given_settings, true),
        errors: CHANGE,
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}",
            "changeMerchant",
            "Replaces the settings that are given; the rest stays",
            Media::Json(of::<Stored>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: CHANGE,
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/reseal",
            "resealMerchant",
            "Seals the settings under the newest `MASTER_KEY`",
            Media::Json(of::<Stored>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::ValidationError],
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/activate",
            "activateMerchant",
            "Switches a merchant on",
            Media::Json(of::<Switched>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::ValidationError],
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/deactivate",
            "deactivateMerchant",
            "Switches a merchant off; what is under way goes on",
            Media::Json(of::<Switched>),
        )
    },
    Call {
        parameters: &[AFTER],
        errors: &[ErrorCode::ValidationError],
        ..admin(
            "GET",
            "/v1/admin/merchants/{link}/history",
            "listSettingsVersions",
            "What was changed in a merchant's settings, newest first; of a secret only that it was",
            Media::Json(of::<Versions>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: CHANGE,
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/copy",
            "copyVariables",
            "Copies the variables of the default merchant; the copy holds once `SHOP = \"dashboard\"` is deployed",
            Media::Json(of::<Copied>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::ValidationError],
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/discard",
            "discardCopy",
            "Discards the default merchant's settings of the dashboard, where its variables hold",
            Media::Json(of::<Discarded>),
        )
    },
    Call {
        body: body(of::<NewInvitation>, true),
        errors: &[ErrorCode::ValidationError],
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/invitations",
            "invitePerson",
            "Invites a person to a merchant's dashboard; the address is told this once, and lets one person in, once",
            Media::Json(of::<MadeInvitation>),
        )
    },
    admin(
        "GET",
        "/v1/admin/merchants/{link}/keys",
        "listKeys",
        "A merchant's API keys, oldest first",
        Media::Json(of::<Keys>),
    ),
    Call {
        body: body(of::<NewKey>, false),
        errors: &[ErrorCode::ValidationError],
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/keys",
            "addKey",
            "Makes an API key and tells it, this once",
            Media::Json(of::<MadeKey>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        ..admin(
            "POST",
            "/v1/admin/merchants/{link}/keys/{id}/revoke",
            "revokeKey",
            "Ends an API key at once",
            Media::Json(of::<Keys>),
        )
    },
];

/// `KEY_REUSED`: it was changed meanwhile.
const CHANGE: &[ErrorCode] = &[ErrorCode::ValidationError, ErrorCode::KeyReused];

/// The merchants of a deployment.
#[derive(JsonSchema)]
struct Merchants {
    merchants: Vec<Merchant>,
}

/// A merchant in the list.
#[derive(JsonSchema)]
struct Merchant {
    link: LinkId,
    name: String,
    /// The numbers that name it to M-PESA.
    numbers: Vec<String>,
    is_active: bool,
    /// Whether it stands in `wrangler.toml`; absent for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_of_variables: Option<bool>,
    /// Grows with every change.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at_ms: Option<u64>,
    /// Since when the default merchant works by its settings in the dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at_ms: Option<u64>,
}

/// A merchant whose settings were stored.
#[derive(JsonSchema)]
struct Stored {
    merchant: StoredMerchant,
}

/// What was stored.
#[derive(JsonSchema)]
struct StoredMerchant {
    link: LinkId,
    name: String,
    /// The numbers that name it to M-PESA.
    numbers: Vec<String>,
    version: u64,
    /// The address of its script.
    embed: String,
}

/// One merchant.
#[derive(JsonSchema)]
struct Shown {
    link: LinkId,
    is_active: bool,
    version: u64,
    /// What today's rules find amiss.
    wrong: Vec<String>,
    #[schemars(schema_with = "schemas::settings")]
    settings: String,
}

/// The versions of a merchant's settings, newest first.
#[derive(JsonSchema)]
struct Versions {
    versions: Vec<Version>,
    /// For the next page: `after`. Null on the last one.
    next: Option<u64>,
}

/// What was changed at once.
#[derive(JsonSchema)]
struct Version {
    version: u64,
    at_ms: u64,
    changed: Vec<Changed>,
}

/// One setting that was changed.
#[derive(JsonSchema)]
struct Changed {
    name: String,
    /// What it was; absent for a secret, and where it was not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Value>,
    /// What it is; absent for a secret, and where it is not set any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Value>,
}

/// What is left to do once the variables were copied.
#[derive(JsonSchema)]
struct Copied {
    /// The copy's version; the same as before where nothing has changed.
    version: u64,
    /// Variables to take out of `wrangler.toml`, in the same deploy as `add`.
    remove: Vec<String>,
    /// Secrets to delete after that deploy.
    secrets: Vec<String>,
    /// The line to put into `[vars]`.
    add: String,
}

/// A copy that is gone.
#[derive(JsonSchema)]
struct Discarded {
    link: LinkId,
    discarded: bool,
}

/// Whether a merchant is switched on.
#[derive(JsonSchema)]
struct Switched {
    link: LinkId,
    is_active: bool,
}

/// `POST …/invitations`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NewInvitation {
    /// Who is invited.
    #[schemars(length(min = 1, max = 40))]
    name: String,
    /// `owner` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<RoleWord>,
}

/// An invitation that was just made.
#[derive(JsonSchema)]
struct MadeInvitation {
    /// Told here and never again.
    url: String,
    name: String,
    role: RoleWord,
    /// After two days it lets nobody in.
    ends_at_ms: u64,
}

/// What a person is at a shop.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum RoleWord {
    /// Looks.
    Viewer,
    /// Charges.
    Cashier,
    /// All but what is the owner's.
    Manager,
    /// All.
    Owner,
}

/// A merchant's API keys.
#[derive(JsonSchema)]
struct Keys {
    keys: Vec<Key>,
}

/// An API key.
#[derive(JsonSchema)]
struct Key {
    id: String,
    name: String,
    /// Its beginning.
    shown: String,
    created_at_ms: u64,
    /// Null while it stands.
    revoked_at_ms: Option<u64>,
    permissions: Vec<PermissionWord>,
    /// The beginning of the day (UTC) on which it was last used; null before.
    used_at_ms: Option<u64>,
}

/// One thing that a key may do.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PermissionWord {
    /// Look at payments, sums, files and what needs attention.
    Read,
    /// Ask customers for money, and look at the payments of the last two days.
    Charge,
    /// Say whose money is whose, and see to what needs attention.
    Assign,
    /// Give money back, and forget customers.
    Refund,
    /// Change what can be bought.
    Items,
}

/// `POST …/keys`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NewKey {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    name: Option<String>,
    /// `read`, `charge`, `assign` and `refund` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<PermissionWord>>,
}

/// An API key that was just made.
#[derive(JsonSchema)]
struct MadeKey {
    /// The key itself: told here and never again.
    key: String,
    id: String,
    name: String,
    /// Its beginning.
    shown: String,
    permissions: Vec<PermissionWord>,
}
