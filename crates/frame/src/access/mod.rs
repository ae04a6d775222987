//! Roles and permissions (ID-02): a role is a set of permissions, and each permission is checked
//! in one place, `dispatch`, from the access row that every route must have.

mod roles;

pub use roles::{PartnerRole, VendorRole, permissions_of};

/// One thing a person may do. The word is what API-key scopes and refusals say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Read deal registrations one may see.
    RegistrationsRead,
    /// Register deals, log activities, renew, withdraw, amend, give consent.
    RegistrationsSubmit,
    /// Decide registrations.
    RegistrationsDecide,
    /// Ask whether an account is free.
    AvailabilityRead,
    /// Read accounts.
    AccountsRead,
    /// Create, change and merge accounts.
    AccountsWrite,
    /// Read the program document and its versions.
    ProgramRead,
    /// Draft and propose program versions.
    ProgramEdit,
    /// Approve and announce program versions.
    ProgramApprove,
    /// Read partners and enrolments.
    PartnersRead,
    /// Create and change partners and enrolments.
    PartnersManage,
    /// Manage the people of one's own partner (or of any, for the vendor).
    PartnerPeopleManage,
    /// Manage the vendor's people and their roles.
    VendorPeopleManage,
    /// Read direct opportunities and activities.
    DirectRead,
    /// Record direct opportunities and activities.
    DirectRecord,
    /// Run imports.
    ImportsRun,
    /// Read the audit trail.
    AuditRead,
    /// See and mend jobs, dead letters and kept mails.
    OperationsManage,
    /// Make and revoke API keys.
    ApiKeysManage,
    /// Change settings of the vendor.
    SettingsManage,
    /// Read the event feed.
    EventsRead,
    /// Open, follow and answer conflict cases.
    ConflictsTakePart,
    /// Decide conflict cases.
    ConflictsDecide,
}

impl Permission {
    /// Every permission, in the order of the access document.
    pub const ALL: [Self; 23] = [
        Self::RegistrationsRead,
        Self::RegistrationsSubmit,
        Self::RegistrationsDecide,
        Self::AvailabilityRead,
        Self::AccountsRead,
        Self::AccountsWrite,
        Self::ProgramRead,
        Self::ProgramEdit,
        Self::ProgramApprove,
        Self::PartnersRead,
        Self::PartnersManage,
        Self::PartnerPeopleManage,
        Self::VendorPeopleManage,
        Self::DirectRead,
        Self::DirectRecord,
        Self::ImportsRun,
        Self::AuditRead,
        Self::OperationsManage,
        Self::ApiKeysManage,
        Self::SettingsManage,
        Self::EventsRead,
        Self::ConflictsTakePart,
        Self::ConflictsDecide,
    ];

    /// The word for it, as scopes of API keys spell it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RegistrationsRead => "registrations:read",
            Self::RegistrationsSubmit => "registrations:submit",
            Self::RegistrationsDecide => "registrations:decide",
            Self::AvailabilityRead => "availability:read",
            Self::AccountsRead => "accounts:read",
            Self::AccountsWrite => "accounts:write",
            Self::ProgramRead => "program:read",
            Self::ProgramEdit => "program:edit",
            Self::ProgramApprove => "program:approve",
            Self::PartnersRead => "partners:read",
            Self::PartnersManage => "partners:manage",
            Self::PartnerPeopleManage => "partner-people:manage",
            Self::VendorPeopleManage => "vendor-people:manage",
            Self::DirectRead => "direct:read",
            Self::DirectRecord => "direct:record",
            Self::ImportsRun => "imports:run",
            Self::AuditRead => "audit:read",
            Self::OperationsManage => "operations:manage",
            Self::ApiKeysManage => "api-keys:manage",
            Self::SettingsManage => "settings:manage",
            Self::EventsRead => "events:read",
            Self::ConflictsTakePart => "conflicts:take-part",
            Self::ConflictsDecide => "conflicts:decide",
        }
    }

    /// The permission that a scope's word names; `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.word() == word)
    }

    /// True when using it decides in somebody's place: a person does that, and no service identity.
    pub const fn decides(self) -> bool {
        matches!(self, Self::RegistrationsDecide | Self::ProgramApprove | Self::ConflictsDecide)
    }

    #[expect(clippy::as_conversions, reason = "the discriminant of a field-less enum")]
    const fn bit(self) -> u64 {
        1_u64 << (self as u32)
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u64);

impl Permissions {
    /// The empty set.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Every permission.
    pub fn all() -> Self {
        Self::of(&Permission::ALL)
    }

    /// What a service identity may be given at most: everything but deciding. Rule ID-04.
    pub fn of_services() -> Self {
        let list: Vec<Permission> =
            Permission::ALL.into_iter().filter(|permission| !permission.decides()).collect();
        Self::of(&list)
    }

    /// The set of these.
    pub fn of(list: &[Permission]) -> Self {
        Self(list.iter().fold(0, |bits, permission| bits | permission.bit()))
    }

    /// True when `permission` is in the set.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// What is in both sets.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either set.
    #[must_use]
    pub const fn either(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this set and not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The permissions of the set, in the order of the access document.
    pub fn list(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.has(*permission)).collect()
    }
}

/// Who may call a route: its row in the access matrix. A route cannot be made without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Public,
    /// Anyone who is signed in, of either side.
    SignedIn,
    /// People and keys of the vendor with this permission; partners are told 404.
    Vendor(Permission),
    /// People and keys of a partner with this permission; the vendor is told 404.
    Partner(Permission),
    /// Either side with this permission; rows are limited by `Visibility`.
    Either(Permission),
    /// The vendor with one permission, a partner with another.
    Sides {
        /// What the vendor's people need.
        vendor: Permission,
        /// What a partner's people need.
        partner: Permission,
    },
    /// The holder of a signed link of this purpose; the handler checks and spends it.
    Link(&'static str),
}

impl Access {
    /// The words of the access document.
    pub fn words(self) -> String {
        match self {
            Self::Public => "anyone".into(),
            Self::SignedIn => "signed in".into(),
            Self::Vendor(permission) => format!("vendor with {}", permission.word()),
            Self::Partner(permission) => format!("partner with {}", permission.word()),
            Self::Either(permission) => format!("either side with {}", permission.word()),
            Self::Sides { vendor, partner } => {
                format!("vendor with {}, partner with {}", vendor.word(), partner.word())
            }
            Self::Link(purpose) => format!("signed link: {purpose}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_02_each_permission_has_its_own_bit_and_word() {
        for permission in Permission::ALL {
            assert_eq!(Permissions::of(&[permission]).list(), vec![permission]);
            assert_eq!(Permission::from_word(permission.word()), Some(permission));
        }
        assert_eq!(Permission::from_word("everything"), None);
    }

    #[test]
    fn id_02_a_role_holds_what_it_lists_and_nothing_else() {
        let rep = permissions_of(&[VendorRole::DirectRep], &[]);
        assert!(rep.has(Permission::DirectRecord));
        assert!(!rep.has(Permission::RegistrationsDecide));
    }
}
