//! Rows that were changed, put in or taken out.

use serde_json::json;
use testkit::steps::deal_registration::{approved, log_call, path};
use testkit::{World, on_both, on_sqlite};

use super::story;

/// A change, and what must be said of it.
type Planted = (String, Vec<String>);

fn planted(sql: impl Into<String>, words: &[&str]) -> Planted {
    (sql.into(), words.iter().map(|words| (*words).to_owned()).collect())
}

/// Plants each change, alone, and looks for its words in one of the lines.
fn all_found(world: &World, changes: Vec<Planted>) {
    assert_eq!(world.faults(), Vec::<String>::new(), "nothing is planted yet");
    for (sql, words) in changes {
        let found = world.faults_after(&sql);
        assert!(!found.is_empty(), "not found: {sql}");
        for words in words {
            assert!(found.iter().any(|line| line.contains(&words)), "{sql}\n{words}\n{found:#?}");
        }
    }
}

/// 300 days in microseconds.
const DAYS_300: &str = "25920000000000";

#[test]
fn dr_19_a_registration_that_differs_from_its_receipt_is_named_with_both() {
    on_both(async |world| {
        let story = story(&world).await;
        let (one, again) = (&story.renewed, &story.again);
        let is = format!("WHERE registration_id = '{one}'");
        let update = |set: &str| format!("UPDATE deal_registrations SET {set} {is}");
        all_found(
            &world,
            vec![
                planted(
                    update(&format!("submitted_at = submitted_at - {DAYS_300}")),
                    &[
                        "registration R-000001",
                        one,
                        "submitted_at is 2025-03-11T08:00:00Z; receipt 1 says 2026-01-05T08:00:00Z",
                        "submitted_at is 2025-03-11T08:00:00Z; the audit trail says 2026-01-05",
                    ],
                ),
                planted(
                    update(&format!("ranked_at = ranked_at - {DAYS_300}")),
                    &["ranked_at is 2025-03-11", "none of its receipts has that time (DR-04"],
                ),
                planted(
                    update("partner_id = 'par_x'"),
                    &["partner_id is par_x; receipt 1 says par_"],
                ),
                planted(update("policy_version = 1"), &["policy_version is 1; receipt 1 says 2"]),
                planted(
                    update("program_id = 'prg_x'"),
                    &["program_id is prg_x; receipt 1 says prg_"],
                ),
                planted(update("account_name = 'Other'"), &["fingerprint is", "; receipt 1 says"]),
                planted(update("account_domain = 'other.com'"), &["fingerprint is"]),
                planted(
                    update("account_country = 'FR'"),
                    &["account_country is FR", "fingerprint"],
                ),
                planted(update("tier = 'gold'"), &["tier is gold; the audit trail says"]),
                planted(update("track = 'msp'"), &["track is msp; the audit trail says reseller"]),
                planted(
                    format!(
                        "DELETE FROM deal_registration_receipts WHERE registration_id = '{one}'"
                    ),
                    &["receipt 1 is missing", "it has 0 receipts but was submitted once"],
                ),
                planted(
                    format!(
                        "DELETE FROM deal_registration_receipts WHERE number > (SELECT MIN(number) \
                         FROM deal_registration_receipts WHERE registration_id = '{again}')"
                    ),
                    &[
                        "R-000002",
                        "it has 1 receipt but was submitted twice: receipts were removed",
                        "it has 1 receipt; the audit trail records 2 submissions",
                        "/5: the row is missing; the audit trail says it exists",
                    ],
                ),
                planted(
                    format!("DELETE FROM deal_registrations {is}"),
                    &["receipt 1 of program", "is missing", "the row is missing"],
                ),
            ],
        );
    });
}

#[test]
fn dr_01_protection_is_computed_again_from_approval_version_renewal_and_freeze() {
    on_both(async |world| {
        let story = story(&world).await;
        let is = format!("WHERE registration_id = '{}'", story.renewed);
        let update = |set: &str| format!("UPDATE deal_registrations SET {set} {is}");
        all_found(
            &world,
            vec![
                planted(
                    update("protected_until = '2030-01-01'"),
                    &[
                        "protected_until is 2030-01-01; the audit trail says 2026-03-06",
                        "protected_until is 2030-01-01; it should be 2026-03-06 (approved on \
                         2026-01-05, 30 days by version 2, renewed 1 times, DR-01, DR-03)",
                    ],
                ),
                planted(
                    update("approved_on = '2026-01-06'"),
                    &["approved_on is 2026-01-06; approved_at says 2026-01-05 (DR-01)"],
                ),
                planted(
                    update("renewals = 0, renewed_on = ''"),
                    &[
                        "it should be 2026-02-04",
                        "renewed_on is nothing; the audit trail says 2026",
                    ],
                ),
                planted(
                    "UPDATE deal_registrations SET freezes = '' WHERE freezes <> ''",
                    &[
                        "freezes is nothing",
                        "protected_until is 2026-02-16; it should be 2026-02-07",
                    ],
                ),
            ],
        );
    });
}

#[test]
fn au_01_what_a_decision_rests_on_is_compared_with_the_audit_trail() {
    on_both(async |world| {
        let story = story(&world).await;
        let update = |table: &str, set: &str| format!("UPDATE {table} SET {set}");
        let registration = |set: &str| {
            format!(
                "UPDATE deal_registrations SET {set} WHERE registration_id = '{}'",
                story.renewed
            )
        };
        all_found(
            &world,
            vec![
                planted(registration("decided_by = 'user:usr_x'"), &["decided_by is user:usr_x"]),
                planted(
                    registration("status = 'won'"),
                    &["status is won; the audit trail says renewed"],
                ),
                planted(
                    registration("holds_account = 0"),
                    &["holds_account is 0; the audit trail says 1"],
                ),
                planted(
                    registration("co_sell_at = 5"),
                    &["co_sell_at is 1970-01-01T00:00:00.000005Z"],
                ),
                planted(
                    update("deal_registration_activities", "occurred_on = '2026-01-04'"),
                    &[
                        "activity reg_",
                        "occurred_on is 2026-01-04; the audit trail says 2026-01-05",
                    ],
                ),
                planted(
                    "DELETE FROM deal_registration_activities",
                    &["activity reg_", "row is missing"],
                ),
                planted(
                    "INSERT INTO deal_registration_activities (vendor_id, registration_id, \
                     activity_id, kind, occurred_on, contact, note, logged_by, logged_by_name, \
                     logged_at, counts_from) SELECT vendor_id, registration_id, 'act_x', 'call', \
                     '2026-01-05', '', '', '', '', 0, '2026-01-05' FROM deal_registrations",
                    &["act_x: the audit trail does not mention this row"],
                ),
                planted(
                    update("deal_registration_consents", "answered_at = answered_at + 1"),
                    &["consent cns_", "answered_at is 2026-01-05T08:00:00.000001Z"],
                ),
            ],
        );
    });
}

#[test]
fn au_01_cases_versions_accounts_and_partners_are_compared_with_the_audit_trail() {
    on_both(async |world| {
        let story = story(&world).await;
        let case = &story.case;
        let update = |table: &str, set: &str| format!("UPDATE {table} SET {set}");
        all_found(
            &world,
            vec![
                planted(
                    update("conflict_decisions", "decided_by = 'user:usr_x'"),
                    &["decision of case", case, "decided_by is user:usr_x; the audit trail says"],
                ),
                planted(
                    update("conflict_decisions", "outcome = '{\"outcome\":\"release\"}'"),
                    &["outcome is {\"outcome\":\"release\"}", "the sealed evidence says"],
                ),
                planted(
                    update("conflict_remedies", "share_bp = 5000"),
                    &["remedy in case", "share_bp is 5000; the audit trail says 500"],
                ),
                planted(update("conflict_cases", "phase = 'decided'"), &["phase is decided"]),
                planted(
                    update("conflict_statements", "words = 'No.'"),
                    &["words is a text with SHA-256"],
                ),
                planted(
                    update("conflict_bundles", "signed = REPLACE(signed, 'in May', 'in Mai')"),
                    &["evidence of case C-000001", "was altered"],
                ),
                planted(
                    update(
                        "program_versions",
                        "document = REPLACE(document, 'validity_days = 30', 'validity_days = 60')",
                    ),
                    &[
                        "program version prg_",
                        "document is a text with SHA-256",
                        "protected_until is 2026-03-06; it should be",
                    ],
                ),
                planted(
                    update("program_versions", "effective_at = 0"),
                    &["effective_at is 1970-01-01"],
                ),
                planted(update("accounts", "owner_user_id = 'usr_x'"), &["owner_user_id is usr_x"]),
                planted(update("accounts", "merged_into = ''"), &["merged_into is nothing"]),
                planted(update("account_merges", "merged_at = 0"), &["merge of accounts mrg_"]),
                planted(
                    update("partner_enrolments", "tier = 'gold'"),
                    &["enrolment prg_", "tier is gold"],
                ),
                planted(update("partners", "status = 'left'"), &["partner par_", "status is left"]),
            ],
        );
    });
}

#[test]
fn au_01_a_change_that_a_later_write_went_over_stays_on_record() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        world.tamper(|tx| {
            tx.batch("UPDATE deal_registrations SET protected_until = '2026-04-30', tier = 'gold'")
        });
        // The product writes the row anew, with what it read of it.
        log_call(&north, &id, "2026-01-05").await.is(201).ok();
        world.tamper(|tx| tx.batch("UPDATE deal_registrations SET protected_until = '2026-04-05'"));
        let found = world.faults();
        let says = |words: &str| found.iter().any(|line| line.contains(words));
        assert!(says("detected by a write on 2026-01-05T08:00:00Z: tier is gold"), "{found:#?}");
        assert!(
            says("protected_until is 2026-04-30; the audit trail says 2026-04-05"),
            "{found:#?}"
        );
        assert!(
            says("protected_until is 2026-04-05; the audit trail says 2026-04-30"),
            "{found:#?}"
        );
        // Somebody answers for it: it stays in the chain, and what is changed later is found.
        let taken = world
            .act(|cx| people::audit::rows::accept(cx, &app::kept_tables(), "Repaired by hand."))
            .await;
        assert_eq!(taken, found.len());
        assert_eq!(world.faults(), Vec::<String>::new());
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_rows WHERE found = 1").await, 2);
        let again = world.faults_after("UPDATE deal_registrations SET tier = 'silver'");
        assert_eq!(again.len(), 1, "{again:#?}");
    });
}

#[test]
fn au_01_a_row_that_was_taken_out_and_put_back_says_what_it_said() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let given = json!({ "purpose": "A joint demo." });
        let given = north.key.api("POST", &path(&id, "consents"), &given).await.is(201).json();
        let consent = given["id"].as_str().unwrap().to_owned();
        let kept = "CREATE TEMPORARY TABLE held AS SELECT * FROM deal_registration_consents; \
                    DELETE FROM deal_registration_consents;";
        let found = world.faults_after(kept);
        assert_eq!(
            found,
            [format!("consent {consent}: the row is missing; the audit trail says it exists")]
        );
        let back = format!("{kept} INSERT INTO deal_registration_consents SELECT * FROM held");
        assert_eq!(world.faults_after(&back), Vec::<String>::new());
    });
}
