//! The schema, one numbered step after the other; one text for both databases.

use db::{Fill, Migration};

use crate::search_keys;

macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        &[jobs::MIGRATION, $(Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("../../../migrations/", $name, ".sql")),
            fill: filled_by($number),
        }),*]
    };
}

/// What the program computes after the statements of a migration.
const fn filled_by(number: u32) -> Option<Fill> {
    match number {
        26 => Some(search_keys::fill_26),
        _ => None,
    }
}

/// Every migration, in order.
pub const ALL: &[Migration] = migrations![
    2 "0002_core_idempotency",
    3 "0003_identity_people",
    4 "0004_audit_events",
    5 "0005_program_versions",
    6 "0006_partners_enrolments",
    7 "0007_accounts_accounts",
    8 "0008_deal_registration",
    9 "0009_notifications_imports_demo",
    10 "0010_account_views",
    11 "0011_conflict_desk",
    12 "0012_look_ups",
    13 "0013_conflict_bundles",
    14 "0014_people_behind_keys",
    15 "0015_answers_about_accounts",
    16 "0016_identity_devices",
    17 "0017_audit_rows",
    18 "0018_mailed_links",
    19 "0019_identity_service_owners",
    20 "0020_one_pair_of_eyes",
    21 "0021_one_receipt_key",
    22 "0022_core_last_writes",
    23 "0023_identity_secrets_by_vendor",
    24 "0024_search_keys",
    25 "0025_lists_of_a_partner",
    26 "0026_search_keys_of_every_list",
    27 "0027_deal_registration_statuses_of_a_partner",
    28 "0028_audit_sums_of_rows",
];
