//! Who did what, when, from where (AU-01): an entry in the same transaction as the change, in a
//! chain of hashes. What can hold personal data is kept apart and can be erased.

mod chain;
mod pages;
pub mod rows;
mod verify;

pub use chain::{Entry, record, record_many, tell};
pub use rows::{Column, Key, Table, made, touch};
pub use verify::{Fault, Noted, Verified, erase_person, last_entry_at, verify, verify_since};

use web::Icon;

use crate::{
    access::{Access, Permission},
    core::parts::{NavGroup, NavItem, Parts, Sides},
    core::routes::{Doc, Routes},
};

/// What this slice brings.
pub fn parts(kept_tables: Vec<&'static Table>) -> Parts {
    Parts::of(routes())
        .jobs(rows::jobs)
        .schedule(rows::schedule)
        .shares(rows::Tables(kept_tables))
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::Audit,
            label: "Audit",
            href: "/audit",
            needs: Permission::AuditRead,
            side: Sides::Vendor,
            place: 80,
        })
}

/// The routes of this slice.
fn routes() -> Routes {
    let access = Access::Vendor(Permission::AuditRead);
    Routes::of("audit")
        .page("/audit", access, pages::list)
        .page("/audit.csv", access, pages::export)
        .page("/audit/verification", access, pages::verification)
        .api_get(
            "/api/v1/audit-entries",
            access,
            Doc::new("Who did what, newest first").gives::<pages::AuditPage>().query(&[
                ("cursor", "The cursor of the page before"),
                ("limit", "How many entries at most: 1 to 200, 50 by default"),
                ("object", "Only entries about this thing, by its id"),
            ]),
            pages::api_list,
        )
        .api_get(
            "/api/v1/audit-verification",
            access,
            Doc::new("Recomputes the whole chain").gives::<pages::Verification>().query(&[
                ("entry", "The number of an entry that was noted elsewhere; `hash` comes with it"),
                ("hash", "The hash that was noted of this entry"),
            ]),
            pages::api_verification,
        )
}
