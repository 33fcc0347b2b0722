//! The answers of a browser, good ones and each of their faults.

mod assertions;
mod client_data;
mod keys;
mod made;
mod registrations;

use super::*;

#[test]
fn each_refusal_is_one_sentence_of_its_own() {
    let all = [
        Refused::ClientData,
        Refused::Type,
        Refused::Challenge,
        Refused::Origin,
        Refused::Framed,
        Refused::Attestation,
        Refused::AuthenticatorData,
        Refused::RpId,
        Refused::NotPresent,
        Refused::NotVerified,
        Refused::Backup,
        Refused::NoCredential,
        Refused::CredentialId,
        Refused::Key,
        Refused::Signature,
        Refused::Copied,
    ];
    let mut sentences: Vec<String> = all.iter().map(Refused::to_string).collect();
    for sentence in &sentences {
        let begins = sentence.starts_with(|c: char| c.is_ascii_uppercase());
        assert!(begins && sentence.ends_with('.'), "{sentence}");
        assert!(!sentence.trim_end_matches('.').contains('.'), "{sentence}");
    }
    sentences.sort_unstable();
    sentences.dedup();
    assert_eq!(sentences.len(), all.len());
}
