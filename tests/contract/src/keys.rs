//! The rows of the cases' object that mean something.

use malipo_shell::platform::rows::Key;

/// How often its alarm has rung.
pub const RANG: Key = Key { kind: 9, n: 0 };
/// What it does when its alarm rings.
pub const RINGS: Key = Key { kind: 8, n: 0 };
/// What it writes when it is told to.
pub(crate) const ROW: Key = Key { kind: 1, n: 0 };
