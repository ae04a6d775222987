//! Who is in a case.

use domain::ids::{CaseId, PartnerId, RegistrationId};

use frame::{ctx::Cx, error::AppError};

db::row! {
    /// A party as its reader may know it.
    #[derive(Debug, Clone)]
    pub(crate) struct PartyRow {
        /// Its number in the case, from 0.
        pub(crate) party: u32
            => |number: i64| u32::try_from(number).unwrap_or(u32::MAX),
        /// Empty for direct sales.
        pub(crate) partner_id: String,
        pub(crate) partner_name: String => Option::unwrap_or_default,
        pub(crate) registration_id: String,
        pub(crate) registration: String
            => |number: Option<i64>| number.map_or(String::new(), |number| format!("R-{number:06}")),
        pub(crate) status: String => Option::unwrap_or_default,
        pub(crate) protected_until: String => Option::unwrap_or_default,
    }
}

impl PartyRow {
    /// True for direct sales.
    pub(crate) fn is_direct(&self) -> bool {
        self.partner_id.is_empty()
    }

    /// The partner; `None` for direct sales.
    pub(crate) fn partner(&self) -> Option<PartnerId> {
        PartnerId::parse(&self.partner_id).ok()
    }

    /// Its registration, where there is one.
    pub(crate) fn claim(&self) -> Option<RegistrationId> {
        RegistrationId::parse(&self.registration_id).ok()
    }
}

const SELECT: &str = "SELECT p.seq, p.partner_id, n.name, p.registration_id, r.number, r.status, \
    r.protected_until FROM conflict_parties p \
    LEFT JOIN partners_v_names n ON n.vendor_id = p.vendor_id AND n.partner_id = p.partner_id \
    LEFT JOIN deal_registration_v_by_account r ON r.vendor_id = p.vendor_id \
     AND r.registration_id = p.registration_id AND p.registration_id <> '' \
    WHERE p.vendor_id = $1 AND p.case_id = $2 ORDER BY p.seq";

/// All parties, for the rules themselves and never for a page.
pub(crate) fn all_parties(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
) -> Result<Vec<PartyRow>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(SELECT, db::params![vendor_id.as_str(), case_id.as_str()])?)
}
