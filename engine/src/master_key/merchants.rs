//! The keys under which merchants' settings lie at rest.

use super::MasterKey;

impl MasterKey {
    /// The key that seals merchants' settings, then the one of the previous master key. Secrets.
    pub fn settings_keys(&self) -> impl Iterator<Item = [u8; 32]> {
        self.each().map(|key| key.mac(b"settings/1", &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_a_key_of_their_own_and_the_previous_one_still_opens() {
        let old = MasterKey::new(&[7; 32]).unwrap();
        let rotated = MasterKey::new(&[8; 32])
            .unwrap()
            .with_previous(&[7; 32])
            .unwrap();
        let keys: Vec<[u8; 32]> = rotated.settings_keys().collect();
        assert_eq!(keys[1..], old.settings_keys().collect::<Vec<_>>());
        assert!(rotated.inbox_keys().all(|key| !keys.contains(&key)));
    }
}
