//! The roles of both sides and what each may do.

use super::{
    Permission::{
        self, AccountsRead, AccountsWrite, ApiKeysManage, AuditRead, AvailabilityRead,
        ConflictsDecide, ConflictsTakePart, DirectRead, DirectRecord, EventsRead, ImportsRun,
        OperationsManage, PartnerPeopleManage, PartnersManage, PartnersRead, ProgramApprove,
        ProgramEdit, ProgramRead, RegistrationsDecide, RegistrationsRead, RegistrationsSubmit,
        SettingsManage, VendorPeopleManage,
    },
    Permissions,
};

/// A role of the vendor's people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VendorRole {
    /// Owns the program.
    ChannelChief,
    /// Partner account manager.
    PartnerManager,
    /// Partner operations: keeps rules, tiers, data right; the neutral seat.
    Operations,
    /// Partner marketing and enablement.
    Marketing,
    /// Direct sales representative.
    DirectRep,
    /// Manages direct sales representatives.
    DirectManager,
    /// Sales engineer.
    SalesEngineer,
    /// Finance.
    Finance,
    /// Executive sponsor.
    Executive,
}

const CHANNEL_CHIEF: &[Permission] = &[
    RegistrationsRead,
    RegistrationsDecide,
    AvailabilityRead,
    AccountsRead,
    AccountsWrite,
    ProgramRead,
    ProgramEdit,
    ProgramApprove,
    PartnersRead,
    PartnersManage,
    PartnerPeopleManage,
    VendorPeopleManage,
    DirectRead,
    ImportsRun,
    AuditRead,
    ApiKeysManage,
    SettingsManage,
    EventsRead,
    ConflictsTakePart,
    ConflictsDecide,
];

const OPERATIONS: &[Permission] = &[
    RegistrationsRead,
    RegistrationsDecide,
    AvailabilityRead,
    AccountsRead,
    AccountsWrite,
    ProgramRead,
    ProgramEdit,
    PartnersRead,
    PartnersManage,
    PartnerPeopleManage,
    VendorPeopleManage,
    DirectRead,
    ImportsRun,
    AuditRead,
    OperationsManage,
    ApiKeysManage,
    SettingsManage,
    EventsRead,
    ConflictsTakePart,
    ConflictsDecide,
];

const PARTNER_MANAGER: &[Permission] = &[
    RegistrationsRead,
    RegistrationsDecide,
    AvailabilityRead,
    AccountsRead,
    AccountsWrite,
    ProgramRead,
    PartnersRead,
    PartnersManage,
    PartnerPeopleManage,
    DirectRead,
    ConflictsTakePart,
    ConflictsDecide,
];

impl VendorRole {
    /// Every role of the vendor, in the order shown.
    pub const ALL: [Self; 9] = [
        Self::ChannelChief,
        Self::PartnerManager,
        Self::Operations,
        Self::Marketing,
        Self::DirectRep,
        Self::DirectManager,
        Self::SalesEngineer,
        Self::Finance,
        Self::Executive,
    ];

    /// The word in tables, the API and the program document.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ChannelChief => "channel_chief",
            Self::PartnerManager => "partner_manager",
            Self::Operations => "operations",
            Self::Marketing => "marketing",
            Self::DirectRep => "direct_rep",
            Self::DirectManager => "direct_manager",
            Self::SalesEngineer => "sales_engineer",
            Self::Finance => "finance",
            Self::Executive => "executive",
        }
    }

    /// The label people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ChannelChief => "Channel chief",
            Self::PartnerManager => "Partner manager",
            Self::Operations => "Partner operations",
            Self::Marketing => "Partner marketing",
            Self::DirectRep => "Direct sales rep",
            Self::DirectManager => "Direct sales manager",
            Self::SalesEngineer => "Sales engineer",
            Self::Finance => "Finance",
            Self::Executive => "Executive sponsor",
        }
    }

    /// The role of a word; `None` for an unknown one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::ChannelChief => CHANNEL_CHIEF,
            Self::PartnerManager => PARTNER_MANAGER,
            Self::Operations => OPERATIONS,
            Self::Marketing | Self::SalesEngineer => {
                &[RegistrationsRead, AvailabilityRead, AccountsRead, ProgramRead, PartnersRead]
            }
            Self::DirectRep => &[
                AvailabilityRead,
                AccountsRead,
                ProgramRead,
                DirectRead,
                DirectRecord,
                ConflictsTakePart,
            ],
            Self::DirectManager => &[
                AvailabilityRead,
                AccountsRead,
                ProgramRead,
                PartnersRead,
                DirectRead,
                DirectRecord,
                ConflictsTakePart,
                ConflictsDecide,
            ],
            Self::Finance => {
                &[RegistrationsRead, AccountsRead, ProgramRead, PartnersRead, AuditRead, EventsRead]
            }
            Self::Executive => {
                &[RegistrationsRead, AccountsRead, ProgramRead, PartnersRead, DirectRead]
            }
        }
    }
}

/// A role of a partner's people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartnerRole {
    /// Manages the partner's people, agreements and plan.
    Admin,
    /// Sells: registers deals and works them.
    Seller,
    /// Pre-sales.
    PreSales,
    /// Delivery.
    Delivery,
    /// Marketer.
    Marketer,
    /// Executive.
    Executive,
}

impl PartnerRole {
    /// Every role of a partner, in the order shown.
    pub const ALL: [Self; 6] = [
        Self::Admin,
        Self::Seller,
        Self::PreSales,
        Self::Delivery,
        Self::Marketer,
        Self::Executive,
    ];

    /// The word in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Seller => "seller",
            Self::PreSales => "pre_sales",
            Self::Delivery => "delivery",
            Self::Marketer => "marketer",
            Self::Executive => "executive",
        }
    }

    /// The label people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Admin => "Partner admin",
            Self::Seller => "Seller",
            Self::PreSales => "Pre-sales",
            Self::Delivery => "Delivery",
            Self::Marketer => "Marketer",
            Self::Executive => "Executive",
        }
    }

    /// The role of a word; `None` for an unknown one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Admin => &[
                RegistrationsRead,
                RegistrationsSubmit,
                AvailabilityRead,
                ProgramRead,
                PartnersRead,
                PartnerPeopleManage,
                ApiKeysManage,
                EventsRead,
                ConflictsTakePart,
            ],
            Self::Seller => &[
                RegistrationsRead,
                RegistrationsSubmit,
                AvailabilityRead,
                ProgramRead,
                PartnersRead,
                ConflictsTakePart,
            ],
            Self::PreSales | Self::Delivery => {
                &[RegistrationsRead, AvailabilityRead, ProgramRead, PartnersRead]
            }
            Self::Marketer | Self::Executive => &[RegistrationsRead, ProgramRead, PartnersRead],
        }
    }
}

/// What someone with these roles may do: the union of what each role may.
pub fn permissions_of(vendor: &[VendorRole], partner: &[PartnerRole]) -> Permissions {
    let of_vendor = vendor.iter().map(|role| Permissions::of(role.permissions()));
    let of_partner = partner.iter().map(|role| Permissions::of(role.permissions()));
    of_vendor.chain(of_partner).fold(Permissions::none(), Permissions::either)
}
