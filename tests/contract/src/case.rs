//! `Case`: one promise of a host, under its own name.

use crate::ground::On;
use malipo_shell::platform::host::Soon;

/// One promise.
pub struct Case {
    pub name: &'static str,
    pub holds: fn(On) -> Soon<'static, ()>,
}

/// Cases by their names.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// What is promised here.
        pub(crate) const ALL: &[crate::case::Case] = &[$(crate::case::Case {
            name: stringify!($name),
            holds: |on| Box::pin($name(on)),
        }),*];
    };
}
pub(crate) use cases;
