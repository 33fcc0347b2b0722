//! `AuthenticatorData`: what the authenticator says itself, and signs.
//!
//! Source: W3C, "Web Authentication: Level 3", 6.1 and 6.5.1.

use super::cbor;
use super::cose;
use super::public_key::PublicKey;
use super::refused::Refused;
use core::ops::RangeInclusive;
use sha2::{Digest as _, Sha256};

/// The longest, in bytes: an id and an RSA key at their longest, and 2 KB of extensions.
const LEN_MAX: usize = 4096;
const ID_LENS: RangeInclusive<usize> = 16..=1023;

// The flags, by their names in the specification.
const UP: u8 = 0x01;
const UV: u8 = 0x04;
const BE: u8 = 0x08;
const BS: u8 = 0x10;
const AT: u8 = 0x40;
const ED: u8 = 0x80;

pub(super) struct AuthenticatorData<'b> {
    pub(super) counter: u32,
    pub(super) is_backed_up: bool,
    /// The credential that was made.
    pub(super) attested: Option<Attested<'b>>,
}

pub(super) struct Attested<'b> {
    pub(super) credential_id: &'b [u8],
    pub(super) key: PublicKey,
}

impl<'b> AuthenticatorData<'b> {
    /// Reads them to their end. Extensions are read and ignored.
    pub(super) fn read(bytes: &'b [u8], rp_id: &str) -> Result<AuthenticatorData<'b>, Refused> {
        let malformed = Refused::AuthenticatorData;
        if bytes.len() > LEN_MAX {
            return Err(malformed);
        }
        let (hash, rest) = bytes.split_first_chunk::<32>().ok_or(malformed)?;
        let ([flags, counter @ ..], rest) = rest.split_first_chunk::<5>().ok_or(malformed)?;
        if hash[..] != Sha256::digest(rp_id)[..] {
            return Err(Refused::RpId);
        }
        let has = |flag| flags & flag != 0;
        if !has(UP) {
            return Err(Refused::NotPresent);
        }
        if !has(UV) {
            return Err(Refused::NotVerified);
        }
        if has(BS) && !has(BE) {
            return Err(Refused::Backup);
        }
        let (attested, rest) = match has(AT) {
            true => Attested::read(rest).map(|(attested, rest)| (Some(attested), rest))?,
            false => (None, rest),
        };
        let rest = match has(ED) {
            true => after_map(rest).ok_or(malformed)?,
            false => rest,
        };
        if !rest.is_empty() {
            return Err(malformed);
        }
        Ok(AuthenticatorData {
            counter: u32::from_be_bytes(*counter),
            is_backed_up: has(BS),
            attested,
        })
    }
}

impl<'b> Attested<'b> {
    /// The credential, and what stands after it. Before its id stands the make of the authenticator (AAGUID, 16 bytes).
    fn read(bytes: &'b [u8]) -> Result<(Attested<'b>, &'b [u8]), Refused> {
        let malformed = Refused::AuthenticatorData;
        let (_, rest) = bytes.split_first_chunk::<16>().ok_or(malformed)?;
        let (len, rest) = rest.split_first_chunk::<2>().ok_or(malformed)?;
        let len = usize::from(u16::from_be_bytes(*len));
        if !ID_LENS.contains(&len) {
            return Err(Refused::CredentialId);
        }
        let (credential_id, rest) = rest.split_at_checked(len).ok_or(malformed)?;
        let (key, rest) = cbor::first(rest).ok_or(malformed)?;
        let key = cose::public_key(key).ok_or(Refused::Key)?;
        Ok((Attested { credential_id, key }, rest))
    }
}

fn after_map(bytes: &[u8]) -> Option<&[u8]> {
    let (item, rest) = cbor::first(bytes)?;
    item.into_map().map(|_| rest)
}
