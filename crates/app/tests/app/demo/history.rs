//! Two years of history are made by the product's own actions, always the same.

use std::sync::Arc;

use app::migrations;
use db::{Dialect, scratch::Scratch};
use domain::deal_registration::availability::Availability;
use frame::config::Config;
use frame::{App, AppError, Clock, Cx};
use sell::deal_registration::availability;

/// An empty demo on a fresh database.
pub(crate) fn empty(dialect: Dialect) -> (Scratch, Arc<App>) {
    let scratch = Scratch::migrated(dialect, migrations::ALL);
    let config = Config { demo: true, ..Config::for_tests() };
    let app = app::open(scratch.open(), Clock::machine(), config).expect("an application");
    (scratch, app)
}

pub(crate) const SMALL: demo::Options =
    demo::Options { seed: 5, accounts: 320, registrations: 260 };

#[test]
fn dm_01_the_same_seed_makes_the_same_history() {
    let made = |options| {
        let (_scratch, app) = empty(Dialect::Sqlite);
        let seeded = demo::seed(&app, options, &|_| {}).expect("a demo");
        assert_eq!(seeded.registrations, options.registrations);
        let by_status = app
            .db
            .read_blocking(|tx| {
                tx.query(
                    "SELECT status, COUNT(*) FROM deal_registrations GROUP BY status",
                    &[],
                    |row| Ok((row.text(0)?, row.int(1)?)),
                )
            })
            .unwrap_or_else(|error: db::DbError| panic!("{error}"));
        eprintln!("{seeded:?} {by_status:?}");
        app.db.content_hash(&app.db.table_names().unwrap()).expect("a hash")
    };
    assert_eq!(made(SMALL), made(SMALL));
    assert_ne!(made(SMALL), made(demo::Options { seed: 6, ..SMALL }));
}

/// What the demo is to show, each kind with a question that counts it.
const KINDS: [(&str, &str); 14] = [
    ("a draft", "deal_registrations WHERE status = 'draft'"),
    ("a question to the partner", "deal_registrations WHERE status = 'returned'"),
    ("a decision that is late", "deal_registrations WHERE escalation_level > 0"),
    ("a rejection", "deal_registrations WHERE status = 'rejected'"),
    ("a protected account", "deal_registrations WHERE status = 'approved'"),
    ("a renewal", "deal_registrations WHERE status = 'renewed'"),
    ("an order", "deal_registrations WHERE status = 'won'"),
    ("a loss", "deal_registrations WHERE status = 'lost'"),
    ("an end of protection", "deal_registrations WHERE status = 'expired'"),
    ("a consent that is awaited", "deal_registration_consents WHERE answer = ''"),
    ("a refused attempt", "direct_refusals"),
    ("a partner against direct sales", "conflict_cases WHERE kind = 'partner_direct'"),
    (
        "a partner against a partner after a merge, decided by its submission time",
        "conflict_cases c JOIN conflict_decisions d ON d.vendor_id = c.vendor_id \
         AND d.case_id = c.case_id WHERE c.kind = 'partner_partner' AND c.phase = 'final' \
         AND d.outcome_word = 'award' AND d.rule = 'DR-04'",
    ),
    (
        "two statements in one case",
        "conflict_statements a JOIN conflict_statements b ON a.vendor_id = b.vendor_id \
         AND a.case_id = b.case_id WHERE a.partner_id < b.partner_id AND a.partner_id <> ''",
    ),
];

#[test]
fn dm_01_a_dozen_kinds_of_instructive_cases_are_there() {
    let (_scratch, app) = empty(Dialect::Sqlite);
    demo::seed(&app, SMALL, &|_| {}).expect("a demo");
    for (what, counted) in KINDS {
        let sql = format!("SELECT COUNT(*) FROM {counted}");
        let count = app.db.read_blocking(move |tx| tx.query_one(&sql, &[], |row| row.int(0)));
        let count = count.unwrap_or_else(|error: db::DbError| panic!("{what}: {error}"));
        assert!(count > 0, "no {what}");
    }
}

#[test]
fn dr_18_every_live_registration_of_the_demo_is_found_by_its_own_name_and_domain() {
    let (_scratch, app) = empty(Dialect::Sqlite);
    demo::seed(&app, SMALL, &|_| {}).expect("a demo");
    let vendors = app.db.read_blocking(people::identity::vendors);
    let vendor_id =
        vendors.unwrap_or_else(|error: AppError| panic!("{error}"))[0].vendor_id.clone();
    let (asking, now) = (app.clone(), app.clock.now());
    let (asked, wrong) = app
        .db
        .write_blocking(move |tx| {
            let live: Vec<(String, String)> = tx.query_as(
                "SELECT account_name, account_domain FROM deal_registrations \
                 WHERE holds_account = 1 OR decision_due_at IS NOT NULL ORDER BY number",
                &[],
            )?;
            let mut cx = Cx::system(tx, &asking, vendor_id.clone(), now);
            let mut wrong = Vec::new();
            let questions = live.iter().flat_map(|(name, domain)| [name, domain]);
            let questions: Vec<&String> = questions.filter(|text| !text.is_empty()).collect();
            for question in &questions {
                let answer = availability::ask(&mut cx, question)?;
                if answer.availability == Availability::Free {
                    wrong.push((*question).clone());
                }
            }
            Ok::<_, AppError>((questions.len(), wrong))
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(asked > 50, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked} are called free: {wrong:?}", wrong.len());
}
