//! The home page before there is a program: the setup steps in order.

use web::{Button, Empty, Icon, Page, Render as _, html};

use frame::{access::Permission, request::Req};

/// What waits for the first people of a vendor.
pub(super) fn page(req: &Req<'_, '_>) -> Page {
    let may = req.cx.actor.may(Permission::ProgramEdit);
    let first = Empty::new(
        Icon::Program,
        "No program is in force yet",
        "A program document holds every rule: tiers, protection, deadlines, who decides. Start \
         from the supplied document, change what differs, and have a second person approve it.",
    );
    let first =
        if may { first.action(Button::primary("Create program").href("/program")) } else { first };
    Page::new("Welcome").body(html! {
        (first.render())
        h2 { "Next steps" }
        ol {
            li { a href="/people" { "Invite your colleagues" } ": partner managers, operations, direct sales." }
            li { a href="/imports" { "Import accounts" } " and direct opportunities from the CRM." }
            li { a href="/partners" { "Add partners" } ", enrol them, and invite their admins." }
        }
    })
}
