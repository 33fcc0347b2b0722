//! An object's rows: texts under numbered keys.

/// Where a row lies: what it is of, and which of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What it is of.
    pub kind: u8,
    /// Which of that kind.
    pub n: u32,
}

/// Keys from the first to the last, both included.
pub type Span = (Key, Key);

impl Key {
    /// The `n`th of a kind.
    #[must_use]
    pub fn new(kind: u8, n: u32) -> Key {
        Key { kind, n }
    }

    /// All rows of these kinds.
    #[must_use]
    pub fn span(first: u8, last: u8) -> Span {
        (Key::new(first, 0), Key::new(last, u32::MAX))
    }

    /// Both as one number of at most 40 bits, in the same order.
    #[must_use]
    pub fn id(self) -> u64 {
        u64::from(self.kind) << 32 | u64::from(self.n)
    }

    /// The key of this number; none where no key has it.
    #[must_use]
    pub fn of(id: u64) -> Option<Key> {
        let kind = u8::try_from(id >> 32).ok()?;
        Some(Key::new(kind, (id & u64::from(u32::MAX)) as u32))
    }
}
