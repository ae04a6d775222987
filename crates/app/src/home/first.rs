//! The home page before there is a program: the setup steps in order.

use web::{Button, Empty, Icon, Markup, Page, Render as _, html};

use frame::{access::Permission, request::Req};

/// What waits for the first people of a vendor.
pub(super) fn page(req: &Req<'_, '_>) -> Page {
    let may = |permission| req.cx.actor.may(permission);
    let first = Empty::new(
        Icon::Program,
        "No program is in force yet",
        "A program document holds every rule: tiers, protection, deadlines, who decides. Start \
         from the supplied document, change what differs, and have a second person approve it.",
    );
    let first = if may(Permission::ProgramEdit) {
        first.action(Button::primary("Create program").href("/program"))
    } else {
        first
    };
    Page::new("Welcome").body(html! {
        (first.render())
        h2 { "Next steps" }
        ol {
            li { (step(may(Permission::VendorPeopleManage), "/people", "Invite your colleagues")) ": partner managers, operations, direct sales." }
            li { (step(may(Permission::ImportsRun), "/imports", "Import accounts")) " and direct opportunities from the CRM." }
            li { (step(may(Permission::PartnersManage), "/partners", "Add partners")) ", enrol them, and invite their admins." }
        }
    })
}

/// A step as a link for whoever can take it.
fn step(may: bool, href: &str, label: &str) -> Markup {
    html! { @if may { a href=(href) { (label) } } @else { (label) } }
}
