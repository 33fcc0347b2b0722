//! What D1 and an object's own tables are given: statements and their values.

/// A value of a statement.
#[derive(Debug, Clone, Copy)]
pub enum SqlValue<'v> {
    /// A text.
    Text(&'v str),
    /// A whole number, below 2⁵³. D1 takes it as a double; the tables are strict and keep it whole.
    Number(u64),
}

/// A statement and its values, `?1` first.
pub type Statement<'s> = (&'s str, &'s [SqlValue<'s>]);
