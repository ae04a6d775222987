//! A stake is judged as of the submission: what somebody gave away before it frees, what somebody
//! gave away after it does not, to the microsecond.

use serde_json::{Value, json};
use testkit::steps::deal_registration::approved;
use testkit::{Caller, Partner, World, on_both};

use super::{
    Deed, Matter, OF_CASES, OF_REGISTRATIONS, Person, ROLES, accepts, account_of, has_territories,
    invites, is_refused, looks_after, opens_case, owns, patch, somebody, submitted, tries,
};

/// The account of a company before anybody registers it.
async fn account(by: &Person, name: &str) -> String {
    let word: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let body = json!({ "name": name, "domains": [format!("{word}-corp.com")], "country": "DE" });
    let made = by.key.api("POST", "/api/v1/accounts", &body).await.is(201).json();
    made["id"].as_str().unwrap().to_owned()
}

const GIVEN_AWAY: &str = "2026-01-05T08:30:00Z";
const A_MICROSECOND_LATER: &str = "2026-01-05T08:30:00.000001Z";

/// What is submitted at the instant at which something is given away, and a microsecond later.
struct Both {
    before: Matter,
    after: Matter,
}

/// Two registrations: one submitted at the very instant at which a stake is given away, so that it
/// was the insider's at the submission, and one submitted a microsecond later.
async fn around(
    world: &World,
    north: &Partner,
    give_away: impl AsyncFnOnce(&str, &str) -> (),
    accounts: (&str, &str),
) -> Both {
    world.travel_to_instant(GIVEN_AWAY).await;
    let before = matter(world, north, "Globex").await;
    give_away(accounts.0, accounts.1).await;
    world.travel_to_instant(A_MICROSECOND_LATER).await;
    let after = matter(world, north, "Initech").await;
    Both { before, after }
}

/// A submitted registration with a case about it.
async fn matter(world: &World, north: &Partner, name: &str) -> Matter {
    let open = submitted(north, name).await;
    let case = opens_case(north, &open).await;
    let open_account = account_of(world, &open).await;
    Matter {
        held: open.clone(),
        held_account: open_account.clone(),
        open,
        open_account,
        case,
        partner_id: north.id.clone(),
    }
}

const OF_OPEN: [Deed; 4] = [Deed::Approve, Deed::Together, Deed::Return, Deed::Reject];

async fn barred_then_free(insider: &Person, both: &Both, why: &str) {
    is_refused(insider, &OF_OPEN, &both.before, ("DR-14", why)).await;
    is_refused(insider, &OF_CASES, &both.before, ("CF-03", why)).await;
    for (deed, door) in [(Deed::Ask, &insider.child), (Deed::Approve, &insider.key)] {
        tries(door, deed, &both.after).await.unwrap().ok();
    }
}

async fn cast(world: &World) -> (Person, Person, Partner) {
    let insider = somebody(world, "insider@acme.example").await;
    let colleague = somebody(world, "colleague@acme.example").await;
    (insider, colleague, world.partner("North").await)
}

#[test]
fn dr_14_cf_03_an_account_given_away_before_the_submission_frees_and_after_it_does_not() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let (one, other) =
            (account(&colleague, "Globex").await, account(&colleague, "Initech").await);
        for account in [&one, &other] {
            owns(&colleague, account, insider.id()).await;
        }
        let give = async |one: &str, other: &str| {
            for account in [one, other] {
                owns(&colleague, account, "").await;
            }
        };
        let both = around(&world, &north, give, (&one, &other)).await;
        assert_eq!(
            (both.before.open_account.as_str(), both.after.open_account.as_str()),
            (&*one, &*other)
        );
        barred_then_free(&insider, &both, "own quota").await;
    });
}

#[test]
fn dr_14_cf_03_a_territory_given_away_before_the_submission_frees_and_after_it_does_not() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        has_territories(&colleague, insider.id(), &["dach", "france"]).await;
        let give = async |_: &str, _: &str| {
            has_territories(&colleague, insider.id(), &["france"]).await;
        };
        let both = around(&world, &north, give, ("", "")).await;
        barred_then_free(&insider, &both, "own territory").await;
    });
}

#[test]
fn dr_14_cf_03_an_opportunity_closed_before_the_submission_frees_and_after_it_does_not() {
    on_both(async |world| {
        let (insider, _, north) = cast(&world).await;
        let rep = world.key_of_some("direct_rep", "direct:record direct:read").await;
        let open = async |account: &str| {
            let mut deal = testkit::steps::direct_sales::opportunity(account);
            deal["owner_user_id"] = json!(insider.id());
            let made = rep.api("POST", "/api/v1/direct-opportunities", &deal).await.is(201).json();
            made["id"].as_str().unwrap().to_owned()
        };
        let close = async |deal: &str| {
            let path = format!("/api/v1/direct-opportunities/{deal}/closing");
            rep.api("POST", &path, &json!({ "outcome": "lost" })).await.is(200).ok();
        };
        // Recorded and closed again while the registration waits.
        let before = matter(&world, &north, "Globex").await;
        close(&open(&before.open_account).await).await;
        is_refused(&insider, &OF_OPEN, &before, ("DR-14", "own quota")).await;
        is_refused(&insider, &OF_CASES, &before, ("CF-03", "own quota")).await;
        // Closed before the partner submitted it once more, for another track of work.
        let withdrawal = testkit::steps::deal_registration::path(&before.open, "withdrawal");
        north.key.api("POST", &withdrawal, &json!({})).await.is(200).ok();
        let deal = open(&before.open_account).await;
        world.travel_to_instant(GIVEN_AWAY).await;
        close(&deal).await;
        world.travel_to_instant(A_MICROSECOND_LATER).await;
        let after = matter(&world, &north, "Globex").await;
        assert_eq!(after.open_account, before.open_account);
        tries(&insider.key, Deed::Approve, &after).await.unwrap().is(200).ok();
    });
}

#[test]
fn cf_03_a_partner_given_away_after_the_submission_frees_nobody() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        looks_after(&colleague, &north, insider.id()).await;
        let give = async |_: &str, _: &str| looks_after(&colleague, &north, "").await;
        let both = around(&world, &north, give, ("", "")).await;
        is_refused(&insider, &OF_CASES, &both.before, ("CF-03", "You manage one of the parties"))
            .await;
        tries(&insider.child, Deed::Decide, &both.after).await.unwrap().is(201).ok();
    });
}

#[test]
fn cf_03_who_takes_over_the_other_party_too_becomes_no_neutral_one() {
    on_both(async |world| {
        let insider = somebody(&world, "insider@acme.example").await;
        let colleague = somebody(&world, "colleague@acme.example").await;
        let (north, south, case) = testkit::steps::conflicts::rivals(&world).await;
        looks_after(&colleague, &north, insider.id()).await;
        let other = Matter {
            open: String::new(),
            open_account: String::new(),
            held: String::new(),
            held_account: String::new(),
            case,
            partner_id: north.id.clone(),
        };
        is_refused(&insider, &OF_CASES, &other, ("CF-03", "You manage one of the parties")).await;
        looks_after(&insider, &south, insider.id()).await;
        is_refused(&insider, &OF_CASES, &other, ("CF-03", "You manage one of the parties")).await;
    });
}

#[test]
fn cf_03_a_manager_of_direct_sales_who_changes_seats_stays_a_party_of_it() {
    on_both(async |world| {
        let colleague = somebody(&world, "colleague@acme.example").await;
        let north = world.partner("North").await;
        let session = world.vendor_user("insider@acme.example", "direct_manager").await;
        let open = approved(&world, &north, "Globex").await;
        let body =
            json!({ "kind": "partner_direct", "registration_id": open, "asked": "Who works it?" });
        let made = north.key.api("POST", "/api/v1/conflicts", &body).await.is(201).json();
        let path = format!("/api/v1/vendor-users/{}", session.user_id);
        patch(&colleague.key, &path, &json!({ "roles": ROLES.split(' ').collect::<Vec<_>>() }))
            .await
            .is(200)
            .ok();
        let insider = Person::behind(&world, session).await;
        let matter = Matter {
            open: open.clone(),
            open_account: String::new(),
            held: open,
            held_account: String::new(),
            case: made["id"].as_str().unwrap().to_owned(),
            partner_id: north.id.clone(),
        };
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own quota")).await;
    });
}

#[test]
fn dr_14_cf_03_an_account_that_moves_to_another_country_frees_nobody() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        has_territories(&colleague, insider.id(), &["dach"]).await;
        let matter = Matter::of(&world, &north, 1).await;
        let path = format!("/api/v1/accounts/{}", matter.open_account);
        patch(&insider.key, &path, &json!({ "country": "FR" })).await.is(200).ok();
        is_refused(&insider, &OF_OPEN, &matter, ("DR-14", "own territory")).await;
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own territory")).await;
    });
}

#[test]
fn dr_14_cf_03_an_account_that_is_merged_and_parted_again_frees_nobody() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let matter = Matter::of(&world, &north, 1).await;
        owns(&colleague, &matter.open_account, insider.id()).await;
        let kept = account(&colleague, "Globex Worldwide").await;
        owns(&colleague, &kept, colleague.id()).await;
        let body =
            json!({ "merged_account_id": matter.open_account, "reason": "One register number." });
        let merges = format!("/api/v1/accounts/{kept}/merges");
        let merge = insider.key.api("POST", &merges, &body).await.is(201).json();
        // Now the account is a colleague's; it was the insider's when the deal was submitted.
        is_refused(&insider, &OF_OPEN, &matter, ("DR-14", "own quota")).await;
        is_refused(&colleague, &OF_OPEN, &matter, ("DR-14", "own quota")).await;
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own quota")).await;
        let undo = format!("/api/v1/account-merges/{}/undoing", merge["id"].as_str().unwrap());
        insider.key.api("POST", &undo, &json!({})).await.is(200).ok();
        is_refused(&colleague, &OF_OPEN, &matter, ("DR-14", "own quota")).await;
        is_refused(&insider, &OF_OPEN, &matter, ("DR-14", "own quota")).await;
    });
}

/// Who is suspended has the territory still, and decides by no second address meanwhile.
#[test]
fn dr_14_cf_03_who_is_suspended_keeps_the_stake_for_every_address_of_theirs() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        has_territories(&colleague, insider.id(), &["dach"]).await;
        invites(&insider.key, "", "private@gmail.com", ROLES).await.is(201).ok();
        let second = Person::behind(&world, accepts(&world, "private@gmail.com").await).await;
        let path = format!("/api/v1/vendor-users/{}", insider.id());
        patch(&colleague.key, &path, &json!({ "suspended": true })).await.is(200).ok();
        let matter = Matter::of(&world, &north, 1).await;
        is_refused(&second, &OF_OPEN, &matter, ("DR-14", "own territory")).await;
        is_refused(&second, &OF_CASES, &matter, ("CF-03", "own territory")).await;
    });
}

#[test]
fn dr_14_who_is_removed_and_invited_again_has_the_territory_of_before() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        has_territories(&colleague, insider.id(), &["dach"]).await;
        let matter = Matter::of(&world, &north, 1).await;
        let gone = format!("/api/v1/vendor-users/{}", insider.id());
        colleague.key.api("DELETE", &gone, &Value::Null).await.is(204).ok();
        invites(&colleague.key, "", "insider@acme.example", ROLES).await.is(201).ok();
        let session = accepts(&world, "insider@acme.example").await;
        let insider = Person::behind(&world, session).await;
        is_refused(&insider, &OF_REGISTRATIONS, &matter, ("DR-14", "own territory")).await;
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own territory")).await;
    });
}

#[test]
fn cf_03_a_case_counts_from_the_submission_when_that_was_before_the_opening() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let account = account(&colleague, "Globex").await;
        owns(&colleague, &account, insider.id()).await;
        let open = submitted(&north, "Globex").await;
        world.travel_to_instant(GIVEN_AWAY).await;
        owns(&colleague, &account, "").await;
        world.travel_to_instant("2026-01-06T08:30:00Z").await;
        let case = opens_case(&north, &open).await;
        let matter = Matter {
            held: open.clone(),
            held_account: account.clone(),
            open,
            open_account: account,
            case,
            partner_id: north.id.clone(),
        };
        is_refused(&insider, &OF_CASES, &matter, ("CF-03", "own quota")).await;
    });
}

/// An import changes the owner as a page does.
#[test]
fn dr_14_an_owner_changed_by_a_file_frees_nobody() {
    on_both(async |world| {
        let (insider, colleague, north) = cast(&world).await;
        let matter = matter(&world, &north, "Globex").await;
        owns(&colleague, &matter.open_account, insider.id()).await;
        let scopes = "imports:run accounts:read accounts:write";
        let importer: Caller = world.key_of(&insider.session, "", scopes).await;
        let file = "name,website,account owner\nGlobex,globex-corp.com,colleague\n";
        let settings = json!({ "known_rows": "overwrite" });
        testkit::steps::imports::imported(
            &world,
            &importer,
            ("accounts", file.as_bytes()),
            settings,
        )
        .await;
        let seen = colleague.key.get(&format!("/api/v1/accounts/{}", matter.open_account)).await;
        assert_eq!(seen.is(200).json()["owner_user_id"], colleague.id());
        is_refused(&insider, &OF_OPEN, &matter, ("DR-14", "own quota")).await;
    });
}
