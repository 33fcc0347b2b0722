//! What D1 is given: statements and their values.

/// What a statement is given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SqlValue<'v> {
    Text(&'v str),
    /// D1 takes whole numbers as doubles; its tables are strict and keep them whole.
    Number(u64),
}

/// A statement and what it is given, `?1` first.
pub(crate) type Statement<'s> = (&'s str, &'s [SqlValue<'s>]);
