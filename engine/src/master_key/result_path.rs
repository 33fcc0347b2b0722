//! The address at which M-PESA answers a question about one receipt.

use super::{MasterKey, from_hex, is_equal};
use malipo_shared::{LinkId, MpesaReceipt};

impl MasterKey {
    /// The path of the answer to a question about `receipt`. Its variable segments are lower-case hex.
    pub fn result_path(&self, env: &str, link: &LinkId, receipt: &MpesaReceipt) -> String {
        let mac = self.mac(
            b"callback/1",
            &[env, "result", link.as_str(), receipt.as_str()],
        );
        format!(
            "/hooks/{}/{}/result/{}",
            hex::encode(link.as_str().as_bytes()),
            hex::encode(&mac[..16]),
            hex::encode(receipt.as_str().as_bytes()),
        )
    }

    /// The receipt that a path names; none when the path was not made here for exactly this.
    pub fn open_result_path(&self, env: &str, path: &str) -> Option<(LinkId, MpesaReceipt)> {
        let mut parts = path.strip_prefix("/hooks/")?.split('/');
        let (link, _mac, _kind) = (parts.next()?, parts.next()?, parts.next()?);
        let link = LinkId::parse(&from_hex(link)?).ok()?;
        let receipt = MpesaReceipt::parse(&from_hex(parts.next()?)?).ok()?;
        let is_ours = self.each().any(|key| {
            let made = key.result_path(env, &link, &receipt);
            is_equal(made.as_bytes(), path.as_bytes())
        });
        is_ours.then_some((link, receipt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_path_leads_back_and_only_its_own() {
        let key = MasterKey::new(&[7; 32]).unwrap();
        let link = LinkId::parse("main").unwrap();
        let receipt = MpesaReceipt::parse("UJ2V87JLMD").unwrap();
        let path = key.result_path("emulator", &link, &receipt);
        let opened = key.open_result_path("emulator", &path);
        assert_eq!(opened, Some((link, receipt)));
        assert_eq!(key.open_result_path("sandbox", &path), None);
        let other = path.replace(&hex::encode("UJ2V87JLMD"), &hex::encode("UJ2V87JLME"));
        assert_eq!(key.open_result_path("emulator", &other), None);
        let kind = path.replace("/result/", "/stk/");
        assert_eq!(key.open_result_path("emulator", &kind), None);
        assert_eq!(key.open_result_path("emulator", &format!("{path}/")), None);
    }
}
