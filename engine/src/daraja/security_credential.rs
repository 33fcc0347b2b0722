//! `SecurityCredential`: the initiator's password as Safaricom takes it, made outside and kept as it is.

use core::fmt;

/// A password of an M-PESA initiator, encrypted to Safaricom's certificate of one environment, in base64.
/// Never shown.
///
/// The operator makes it in Safaricom's portal (APIs, "Encrypt initiator password"), or from the
/// environment's certificate:
///
/// ```text
/// printf %s "$PASSWORD" \
///   | openssl pkeyutl -encrypt -certin -inkey ProductionCertificate.cer -pkeyopt rsa_padding_mode:pkcs1 \
///   | openssl base64 -A
/// ```
///
/// The password lives 90 days; `@` and `.` in it are known to fail.
///
/// Source: Daraja, "Security Credentials".
#[derive(Clone)]
pub struct SecurityCredential(String);

/// A text that cannot be an encrypted password: the password itself, or a part of the base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadSecurityCredential;

/// Base64 of 128 bytes: the shortest RSA key that anyone was given. Today's is 344.
const LEN_MIN: usize = 172;

impl SecurityCredential {
    /// Reads the base64, in one line; white space around it is dropped.
    ///
    /// # Errors
    /// [`BadSecurityCredential`] for what is no base64 of an RSA block.
    pub fn parse(text: &str) -> Result<SecurityCredential, BadSecurityCredential> {
        let text = text.trim();
        let digits = text.trim_end_matches('=');
        let is_base64 = digits
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
        let is_whole =
            text.len() >= LEN_MIN && text.len().is_multiple_of(4) && text.len() - digits.len() <= 2;
        (is_base64 && is_whole)
            .then(|| SecurityCredential(text.to_owned()))
            .ok_or(BadSecurityCredential)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecurityCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityCredential(…)")
    }
}

impl fmt::Display for BadSecurityCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a security credential is the base64 of the encrypted password, 344 characters in one line")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_taken_for_its_encryption() {
        let good = format!("{}==", "aB3+".repeat(85) + "/w");
        let credential = SecurityCredential::parse(&format!(" {good}\n")).unwrap();
        assert_eq!(credential.as_str(), good);
        assert_eq!(format!("{credential:?}"), "SecurityCredential(…)");
        for bad in [
            "",
            "Safaricom999!*!",
            &good[..340 / 4 * 2],
            &good[1..],
            &good.replace('+', " "),
        ] {
            assert_eq!(
                SecurityCredential::parse(bad).err(),
                Some(BadSecurityCredential),
                "{bad}"
            );
        }
    }
}
