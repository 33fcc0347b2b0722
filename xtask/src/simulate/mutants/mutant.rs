//! `Mutant`: one place of the code, what stands there, and what would be wrong.

pub(crate) struct Mutant {
    pub(crate) rule: &'static str,
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) find: &'static str,
    pub(crate) replace: &'static str,
}

pub(super) const fn mutant(
    rule: &'static str,
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutant {
    Mutant {
        rule,
        name,
        file,
        find,
        replace,
    }
}
