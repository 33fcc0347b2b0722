//! The keys that seal dashboard sessions.

use super::MasterKey;

impl MasterKey {
    /// The key that seals sessions, then the one of the previous master key. Secrets.
    pub fn session_keys(&self) -> impl Iterator<Item = [u8; 32]> {
        self.each().map(|key| key.mac(b"session/1", &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_have_keys_of_their_own_and_outlive_a_rotation() {
        let old = MasterKey::new(&[7; 32]).unwrap();
        let rotated = MasterKey::new(&[8; 32])
            .unwrap()
            .with_previous(&[7; 32])
            .unwrap();
        let keys: Vec<[u8; 32]> = rotated.session_keys().collect();
        assert_eq!(keys[1..], old.session_keys().collect::<Vec<_>>());
        assert!(rotated.inbox_keys().all(|key| !keys.contains(&key)));
    }
}
