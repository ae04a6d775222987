//! Who did what, when, from where (AU-01): an entry in the same transaction as the change, in a
//! chain of hashes. What can hold personal data is kept apart and can be erased.

mod chain;
mod list;
mod order;
mod recompute;
pub mod rows;
mod verify;

pub use chain::{Entry, record, record_many, tell};
pub use order::{behind, confirm_clock, go_on, words as behind_words};
pub use rows::{Column, Key, Table, made, touch};
pub use verify::{Fault, Noted, Verified, erase_person, last_entry_at, verify, verify_since};

use web::Icon;

use frame::{
    access::{Access, Permission},
    parts::{NavGroup, NavItem, Parts, Sides},
    routes::{Doc, Routes},
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
        .list::<list::Trail>(access, access, "List audit entries, newest first")
        .page("/audit/verification", access, recompute::verification)
        .api_get(
            "/api/v1/audit-verification",
            access,
            Doc::new("Verify the whole chain").gives::<recompute::Verification>().query(&[
                ("entry", "The number of an entry recorded elsewhere; send it with `hash`"),
                ("hash", "The hash recorded for that entry"),
            ]),
            recompute::api_verification,
        )
}
