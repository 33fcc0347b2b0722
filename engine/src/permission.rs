//! Permissions: what people and API keys may do at a shop, and the roles that people have.

use crate::eat::DAY_MS;
use crate::session::SESSION_MS;

/// One thing that may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Look at payments, sums, files and what needs attention.
    Read,
    /// Ask customers for money, and look at the payments of the last two days.
    Charge,
    /// Say whose money is whose, and see to what needs attention.
    Assign,
    /// Give money back, and see or forget who a customer is.
    Refund,
    /// Change what can be bought.
    Items,
    /// Say who is paid, who may come in, and whom the shop tells. Never a key's.
    Owner,
}

/// Several of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions(u8);

/// What a person is at a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Charges.
    Cashier,
    /// All but what is the owner's.
    Manager,
    /// All.
    Owner,
}

impl Permission {
    /// All of them, with the words of the API.
    pub const ALL: [(Permission, &'static str); 6] = [
        (Permission::Read, "read"),
        (Permission::Charge, "charge"),
        (Permission::Assign, "assign"),
        (Permission::Refund, "refund"),
        (Permission::Items, "items"),
        (Permission::Owner, "owner"),
    ];

    /// The word of the API.
    pub fn word(self) -> &'static str {
        let mut all = Permission::ALL.into_iter();
        all.find(|(known, _)| *known == self)
            .map_or("", |(_, word)| word)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Permissions {
    /// What every API key could do before keys had permissions, and can without any being named.
    pub const OF_A_KEY: Permissions = Permissions(
        Permission::Read.bit()
            | Permission::Charge.bit()
            | Permission::Assign.bit()
            | Permission::Refund.bit(),
    );

    /// This one alone.
    pub const fn one(permission: Permission) -> Permissions {
        Permissions(permission.bit())
    }

    /// Of these, and of those.
    pub const fn and(self, other: Permission) -> Permissions {
        Permissions(self.0 | other.bit())
    }

    /// Whether this one is among them.
    pub fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether one of these is among them.
    pub fn has_any(self, of: Permissions) -> bool {
        self.0 & of.0 != 0
    }

    /// As a number, to be stored.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// What was stored; what this version does not know is none.
    pub fn of_bits(bits: u64) -> Permissions {
        let known = Permission::ALL.iter().fold(0, |all, (p, _)| all | p.bit());
        Permissions(u8::try_from(bits).unwrap_or(0) & known)
    }

    /// The words of the API.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let all = Permission::ALL.into_iter();
        all.filter(move |(permission, _)| self.has(*permission))
            .map(|(_, word)| word)
    }

    /// The permissions of these words.
    ///
    /// # Errors
    /// The first word that is none.
    pub fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Permissions, &'w str> {
        words.into_iter().try_fold(Permissions(0), |all, word| {
            let mut known = Permission::ALL.into_iter();
            let found = known.find(|(_, known)| *known == word).ok_or(word)?;
            Ok(all.and(found.0))
        })
    }
}

impl Role {
    /// All of them, with the words of the API.
    pub const ALL: [(Role, &'static str); 4] = [
        (Role::Viewer, "viewer"),
        (Role::Cashier, "cashier"),
        (Role::Manager, "manager"),
        (Role::Owner, "owner"),
    ];

    /// The word of the API.
    pub fn word(self) -> &'static str {
        let mut all = Role::ALL.into_iter();
        all.find(|(known, _)| *known == self)
            .map_or("", |(_, word)| word)
    }

    /// The role of this word.
    pub fn of_word(word: &str) -> Option<Role> {
        let mut all = Role::ALL.into_iter();
        all.find(|(_, known)| *known == word).map(|(role, _)| role)
    }

    /// How long a person of this role stays signed in, in milliseconds: a cashier's phone for a month, all others a working day.
    pub fn session_ms(self) -> u64 {
        match self {
            Role::Cashier => 30 * DAY_MS,
            Role::Viewer | Role::Manager | Role::Owner => SESSION_MS,
        }
    }

    /// What a person of this role may do.
    pub fn permissions(self) -> Permissions {
        let manager = Permissions::OF_A_KEY.and(Permission::Items);
        match self {
            Role::Viewer => Permissions::one(Permission::Read),
            Role::Cashier => Permissions::one(Permission::Charge),
            Role::Manager => manager,
            Role::Owner => manager.and(Permission::Owner),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_do_what_the_next_one_may_and_the_cashier_charges_alone() {
        let words = |role: Role| role.permissions().words().collect::<Vec<_>>();
        assert_eq!(words(Role::Viewer), ["read"]);
        assert_eq!(words(Role::Cashier), ["charge"]);
        let manager = ["read", "charge", "assign", "refund", "items"];
        assert_eq!(words(Role::Manager), manager);
        assert_eq!(
            words(Role::Owner),
            [manager.as_slice(), &["owner"]].concat()
        );
    }

    #[test]
    fn words_and_bits_lead_back() {
        for bits in 0..64 {
            let permissions = Permissions::of_bits(bits);
            assert_eq!(u64::from(permissions.bits()), bits);
            assert_eq!(Permissions::of_words(permissions.words()), Ok(permissions));
        }
        assert_eq!(Permissions::of_words(["read", "all"]), Err("all"));
        assert_eq!(
            Permissions::of_bits(64),
            Permissions(0),
            "of a later version"
        );
        assert_eq!(Permissions::of_bits(256), Permissions(0));
    }
}
