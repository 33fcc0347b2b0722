//! The keys under which M-PESA's bodies lie in the inbox.

use super::MasterKey;

impl MasterKey {
    /// The key that seals a body in the inbox, then the one of the previous master key. Secrets.
    pub fn inbox_keys(&self) -> impl Iterator<Item = [u8; 32]> {
        self.each().map(|key| key.mac(b"inbox/1", &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_previous_key_sealed_can_be_read() {
        let old = MasterKey::new(&[7; 32]).unwrap();
        let new = MasterKey::new(&[8; 32]).unwrap();
        let rotated = new.clone().with_previous(&[7; 32]).unwrap();
        let keys: Vec<[u8; 32]> = rotated.inbox_keys().collect();
        assert_eq!(keys[..1], new.inbox_keys().collect::<Vec<_>>());
        assert_eq!(keys[1..], old.inbox_keys().collect::<Vec<_>>());
    }
}
