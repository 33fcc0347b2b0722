//! The address to which the doctor posts as M-PESA would, and the proof of what arrived there. It reaches no payment.

use super::{MasterKey, from_hex, is_equal};
use malipo_shared::LinkId;

/// How long such an address is answered, in milliseconds.
pub const CHECK_MS: u64 = 600_000;

impl MasterKey {
    /// The path that is answered until `expires_at_ms`, in Unix milliseconds, formed as a callback's.
    pub fn doctor_path(&self, env: &str, link: &LinkId, expires_at_ms: u64) -> String {
        let until = format!("{expires_at_ms:016x}");
        let mac = self.mac(b"callback/1", &[env, "check", link.as_str(), &until]);
        format!(
            "/hooks/{}/{}/check/{until}",
            hex::encode(link.as_str().as_bytes()),
            hex::encode(&mac[..16]),
        )
    }

    /// Whether a path was made here, and its time is not over.
    pub fn is_doctor_path(&self, env: &str, path: &str, now_ms: u64) -> bool {
        let opened = || {
            let mut parts = path.strip_prefix("/hooks/")?.split('/');
            let link = LinkId::parse(&from_hex(parts.next()?)?).ok()?;
            let until = u64::from_str_radix(parts.nth(2)?, 16).ok()?;
            Some((link, until))
        };
        opened().is_some_and(|(link, until)| {
            let made = self.doctor_path(env, &link, until);
            now_ms < until && is_equal(made.as_bytes(), path.as_bytes())
        })
    }

    /// What only this deployment can answer to a body that arrived at `path`; its SHA-256 in hex.
    pub fn check_proof(&self, path: &str, body_sha256: &str) -> String {
        hex::encode(&self.mac(b"check-proof/1", &[path, body_sha256])[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doctor_path_is_answered_for_its_time_and_only_where_it_was_made() {
        let key = MasterKey::new(&[7; 32]).unwrap();
        let path = key.doctor_path("emulator", &LinkId::parse("main").unwrap(), 1000);
        assert!(key.is_doctor_path("emulator", &path, 999));
        assert!(!key.is_doctor_path("emulator", &path, 1000));
        assert!(!key.is_doctor_path("sandbox", &path, 999));
        assert!(!key.is_doctor_path("emulator", &format!("{path}/"), 999));
        let later = path.replace("00000000000003e8", "00000000000003e9");
        assert!(!key.is_doctor_path("emulator", &later, 999));
        let kind = path.replace("/check/", "/stk/");
        assert!(!key.is_doctor_path("emulator", &kind, 999));
        assert!(!crate::daraja::has_forbidden_word(&path), "{path}");
    }

    #[test]
    fn a_proof_is_of_one_path_and_one_body() {
        let key = MasterKey::new(&[7; 32]).unwrap();
        let other = MasterKey::new(&[8; 32]).unwrap();
        let proof = key.check_proof("/a", "00");
        assert_eq!(proof, key.check_proof("/a", "00"));
        for wrong in [
            key.check_proof("/b", "00"),
            key.check_proof("/a", "01"),
            other.check_proof("/a", "00"),
        ] {
            assert_ne!(proof, wrong);
        }
    }
}
