//! The verdict of another library on the same answers: `webauthn_rp`, which checks signatures too. Its challenges are its own,
//! 16 bytes, and its ceremonies are for one answer.

use super::authenticator::{Asserted, RP_ID, Registered};
use malipo_engine::passkey::{NewPasskey, PublicKey};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{RegistrationVerificationOptions, UserHandle64};
use webauthn_rp::request::{AsciiDomain, RpId};
use webauthn_rp::response::auth::DiscoverableAuthenticatorAssertion;
use webauthn_rp::response::register::{
    AuthenticatorAttestation, AuthenticatorExtensionOutputStaticState, ClientExtensionsOutputs,
    CompressedP256PubKey, CompressedPubKey, CredentialProtectionPolicy, DynamicState, RsaPubKey,
    StaticState, UncompressedPubKey,
};
use webauthn_rp::response::{AuthTransports, AuthenticatorAttachment, Backup, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication64, DiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, Registration,
};

/// What it reads in a registration, in our words, or why it refuses it.
pub(super) fn registration(
    answer: impl FnOnce(&[u8]) -> Registered,
) -> (Registered, Vec<u8>, Result<NewPasskey, String>) {
    let (rp_id, user) = (rp_id(), UserHandle64::new());
    let options =
        PublicKeyCredentialCreationOptions::first_passkey_with_blank_user_info(&rp_id, &user);
    let challenge = options.challenge.as_data().to_le_bytes().to_vec();
    let (ceremony, _) = options.start_ceremony().unwrap();
    let answer = answer(&challenge);
    let response = AuthenticatorAttestation::new(
        answer.client_data_json.clone(),
        answer.attestation_object.clone(),
        AuthTransports::NONE,
    );
    let extensions = ClientExtensionsOutputs {
        cred_props: None,
        prf: None,
    };
    let response = Registration::new(response, AuthenticatorAttachment::None, extensions);
    let options = RegistrationVerificationOptions::<&str, &str>::default();
    let verdict = ceremony.verify(&rp_id, &response, &options);
    let verdict = verdict
        .map_err(|why| why.to_string())
        .map(|made| NewPasskey {
            credential_id: made.id().as_ref().to_vec(),
            key: key(made.static_state().credential_public_key),
            counter: made.dynamic_state().sign_count,
            is_backed_up: matches!(made.dynamic_state().backup, Backup::Exists),
        });
    (answer, challenge, verdict)
}

/// The counter that it reads in a use of this passkey, or why it refuses it. `backup` is what the registration said.
pub(super) fn assertion(
    passkey: &NewPasskey,
    backup: Backup,
    answer: impl FnOnce(&[u8]) -> Asserted,
) -> (Asserted, Vec<u8>, Result<u32, String>) {
    let (rp_id, user) = (rp_id(), UserHandle64::new());
    let options = DiscoverableCredentialRequestOptions::passkey(&rp_id);
    let challenge = options.0.challenge.as_data().to_le_bytes().to_vec();
    let (ceremony, _) = options.start_ceremony().unwrap();
    let answer = answer(&challenge);
    let id = CredentialId::try_from(passkey.credential_id.as_slice()).unwrap();
    let state = StaticState {
        credential_public_key: compressed(&passkey.key),
        extensions: AuthenticatorExtensionOutputStaticState {
            cred_protect: CredentialProtectionPolicy::None,
            hmac_secret: None,
        },
    };
    let counted = DynamicState {
        user_verified: true,
        backup,
        sign_count: passkey.counter,
        authenticator_attachment: AuthenticatorAttachment::None,
    };
    let mut known = AuthenticatedCredential::new(id, &user, state, counted).unwrap();
    let response = DiscoverableAuthenticatorAssertion::new(
        answer.client_data_json.clone(),
        answer.authenticator_data.clone(),
        answer.signature.clone(),
        user,
    );
    let id = CredentialId::try_from(passkey.credential_id.clone()).unwrap();
    let response = DiscoverableAuthentication64::new(id, response, AuthenticatorAttachment::None);
    let options = AuthenticationVerificationOptions::<&str, &str>::default();
    let verdict = ceremony.verify(&rp_id, &response, &mut known, &options);
    let verdict = verdict.map(|_| known.dynamic_state().sign_count);
    (answer, challenge, verdict.map_err(|why| why.to_string()))
}

fn rp_id() -> RpId {
    RpId::Domain(AsciiDomain::try_from(RP_ID.to_owned()).unwrap())
}

fn key(key: UncompressedPubKey<'_>) -> PublicKey {
    match key {
        UncompressedPubKey::P256(key) => {
            let point = [&[4], key.x(), key.y()].concat();
            PublicKey::Es256(point.try_into().unwrap())
        }
        UncompressedPubKey::Rsa(key) => PublicKey::Rs256 {
            n: key.n().to_vec(),
        },
        other => panic!("{other:?} is of no kind that we ask for"),
    }
}

type Compressed<'k> = CompressedPubKey<&'k [u8], &'k [u8], &'k [u8], &'k [u8]>;

fn compressed(key: &PublicKey) -> Compressed<'_> {
    match key {
        PublicKey::Es256(point) => {
            let is_odd = point[64] & 1 == 1;
            let key = CompressedP256PubKey::<&[u8]>::try_from((&point[1..33], is_odd));
            CompressedPubKey::P256(key.unwrap())
        }
        PublicKey::Rs256 { n } => {
            let key = RsaPubKey::<&[u8]>::try_from((n.as_slice(), 65537));
            CompressedPubKey::Rsa(key.unwrap())
        }
    }
}
