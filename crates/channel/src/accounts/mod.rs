//! Accounts: the companies a vendor sells to, each once. Everything that names a company passes
//! through `resolve`, so that the same company is recognised under another spelling (AC-01 to
//! AC-05).

mod api;
mod bulk;
mod create;
mod duplicates;
mod edit;
mod exact;
mod index;
mod kept;
mod known;
mod learned;
mod learning;
mod list;
mod merge;
mod pages;
mod questions;
mod resolve;
mod speaks;
mod stakes;
mod store;

use std::sync::Arc;

pub use bulk::{best_probabilities, create_many};
pub use edit::update;
pub use exact::still_is;
pub use index::{AccountIndex, IndexState};
pub use kept::KEPT;
pub use known::{Exactly, Known, last_change};
pub use learned::{bought, find_by_external_id, learn_more};
pub use list::search;
pub use merge::{MergeAccounts, MergeFollower, MergeId, Merging, UndoMerge};
pub use questions::{
    Answer, AnswerQuestion, QuestionId, Settled, SettledHow, remember_decision, settle,
    waiting_count,
};
pub use resolve::{
    Asked, CandidateView, Resolution, candidates, candidates_of, resolve, thresholds,
};
pub use speaks::{is_named_alike, tells_a_company};
pub use stakes::past_addresses;
pub use store::{AccountView, NewAccount, create, exists, get, name_key, other_names};

use http::Method;

use web::Icon;

use frame::{
    access::{Access, Permission},
    error::AppError,
    list::PageOf,
    parts::{NavGroup, NavItem, Parts, Sides},
    routes::{Doc, Routes},
    state::App,
};

/// What this slice brings; `followers` move along when two accounts become one, in this order.
pub fn parts(followers: Vec<MergeFollower>) -> Parts {
    Parts::of(routes())
        .jobs(jobs)
        .schedule(schedule)
        .shares(AccountIndex::default())
        .shares(Followers(followers))
        .nav(NavItem {
            group: NavGroup::Sell,
            icon: Icon::Account,
            label: "Accounts",
            href: "/accounts",
            needs: Permission::AccountsRead,
            side: Sides::Vendor,
            place: 60,
        })
}

/// Accounts move along with these, in this order, when two become one.
struct Followers(Vec<MergeFollower>);

fn followers(app: &App) -> Result<&[MergeFollower], AppError> {
    app.shared::<Followers>().map(|kept| kept.0.as_slice())
}

/// The index that recognises companies, on this node.
pub fn index(app: &App) -> Result<&AccountIndex, AppError> {
    app.shared()
}

/// The routes of this slice.
fn routes() -> Routes {
    merging_routes(matching_routes(record_routes(Routes::of("accounts"))))
}

/// Merges by hand and their undoing.
fn merging_routes(routes: Routes) -> Routes {
    let read = Access::Vendor(Permission::AccountsRead);
    let write = Access::Vendor(Permission::AccountsWrite);
    routes
        .page("/accounts/{account_id}/merge", write, pages::merge::choose)
        .page("/accounts/{account_id}/merge/{other_id}", write, pages::merge::confirm)
        .form("/accounts/{account_id}/merge/{other_id}", write, pages::merge::merge)
        .page("/accounts/merges/{merge_id}", read, pages::merge::show)
        .form("/accounts/merges/{merge_id}/undoing", write, pages::merge::undo)
        .api(
            (Method::POST, "/api/v1/accounts/{account_id}/merges"),
            write,
            Doc::new(
                "Merge another account into this one; two active holders open a conflict case",
            )
            .takes_input::<api::merging::MergeInput>()
            .gives::<api::merging::MergeBody>()
            .status(201),
            api::merging::merge,
        )
        .api_get(
            "/api/v1/account-merges/{merge_id}",
            read,
            Doc::new("Read a merge and whether it can be undone")
                .gives::<api::merging::MergeBody>(),
            api::merging::show,
        )
        .api(
            (Method::POST, "/api/v1/account-merges/{merge_id}/undoing"),
            write,
            Doc::new("Undo a merge within 30 days, unless later changes conflict with it")
                .gives::<api::merging::MergeBody>(),
            api::merging::undo,
        )
}

/// Duplicates, questions and weights.
fn matching_routes(routes: Routes) -> Routes {
    let read = Access::Vendor(Permission::AccountsRead);
    let write = Access::Vendor(Permission::AccountsWrite);
    let settings = Access::Vendor(Permission::SettingsManage);
    let routes = routes
        .page("/accounts/duplicates", read, pages::duplicates::show)
        .form("/accounts/duplicates/searches", write, pages::duplicates::search)
        .form("/accounts/duplicates/different", write, pages::duplicates::different)
        .page("/accounts/questions", read, pages::questions::show)
        .form("/accounts/questions/{question_id}/answer", write, pages::questions::answer)
        .page("/accounts/matching", read, pages::matching::show)
        .form("/accounts/matching/trials", settings, pages::matching::trial)
        .form("/accounts/matching/adoption", settings, pages::matching::adopt)
        .form("/accounts/matching/shipped", settings, pages::matching::shipped);
    routes
        .api_get(
            "/api/v1/accounts/{account_id}/candidates",
            read,
            Doc::new("List accounts that may be the same company as this one")
                .gives::<api::CandidatePage>(),
            api::merging::candidates,
        )
        .api_get(
            "/api/v1/account-duplicates",
            read,
            Doc::new("List possible duplicates, most likely first")
                .gives::<api::merging::DuplicatePage>()
                .query(&[
                    ("cursor", "The cursor of the previous page"),
                    ("limit", "Page size, 1 to 200; 50 by default"),
                ]),
            api::merging::duplicates,
        )
        .api(
            (Method::POST, "/api/v1/account-duplicates/searches"),
            write,
            Doc::new("Search for duplicates now").status(202),
            api::merging::search,
        )
        .api(
            (Method::POST, "/api/v1/account-duplicates/different"),
            write,
            Doc::new("Mark two accounts as different companies")
                .takes_input::<api::merging::PairInput>()
                .status(204),
            api::merging::different,
        )
        .api_get(
            "/api/v1/account-questions",
            read,
            Doc::new("List accounts that may already exist and need a person's decision")
                .gives::<PageOf<api::merging::QuestionBody>>()
                .query(&[
                    ("cursor", "The cursor of the previous page"),
                    ("limit", "Page size, 1 to 100; 20 by default"),
                ]),
            api::merging::questions,
        )
        .api(
            (Method::POST, "/api/v1/account-questions/{question_id}/answer"),
            write,
            Doc::new("Answer a question: `same` merges the accounts, `different` keeps both")
                .takes_input::<api::merging::AnswerInput>()
                .status(204),
            api::merging::answer,
        )
}

/// The accounts themselves.
fn record_routes(routes: Routes) -> Routes {
    let read = Access::Vendor(Permission::AccountsRead);
    let write = Access::Vendor(Permission::AccountsWrite);
    let account = |summary| Doc::new(summary).gives::<api::AccountDetail>();
    routes
        .list::<list::Accounts>(read, read, "List accounts")
        .form_of::<create::Add>("/accounts/new", "/accounts", write)
        .page("/accounts/{account_id}", read, pages::detail::show)
        .form_of::<edit::Edit>("/accounts/{account_id}/edit", "/accounts/{account_id}/edit", write)
        .api_get(
            "/api/v1/accounts.ndjson",
            read,
            Doc::new("Export all accounts, one JSON object per line"),
            api::export::ndjson,
        )
        .api_post_of::<create::Add>("/api/v1/accounts", write, account("Create an account"))
        .api_get("/api/v1/accounts/{account_id}", read, account("Read an account"), api::get_one)
        .api_patch_of::<edit::Edit>(
            "/api/v1/accounts/{account_id}",
            write,
            account("Change an account"),
        )
        .api_get(
            "/api/v1/account-candidates",
            read,
            Doc::new("Find accounts that may be a given company, with probability and reasons")
                .gives::<api::CandidatePage>()
                .query(&[
                    ("name", "The company's name"),
                    ("domain", "A domain, URL or e-mail address of the company"),
                    ("country", "ISO 3166 alpha-2"),
                    ("postal_code", "The postal code"),
                    ("city", "The city"),
                ]),
            api::get_candidates,
        )
}

/// The jobs of this slice.
fn jobs(app: &Arc<App>, handlers: jobs::Handlers) -> jobs::Handlers {
    let (searching, learning) = (app.clone(), app.clone());
    handlers
        .blocking_effect(duplicates::FIND_DUPLICATES, move |job, now| {
            duplicates::search(&searching, job, now)
        })
        .blocking_effect(learning::LEARN, move |job, now| learning::learn(&learning, job, now))
}

/// Puts the nightly search for duplicates in place; harmless when repeated.
fn schedule(tx: &mut db::Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    let new = jobs::NewSchedule {
        vendor_id: "",
        name: duplicates::FIND_DUPLICATES,
        kind: duplicates::FIND_DUPLICATES,
        payload: "{}",
        every_seconds: 86_400,
        offset_seconds: 10_800,
        max_attempts: 3,
    };
    Ok(jobs::schedule(tx, &new, now_micros)?)
}
