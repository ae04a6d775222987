//! What people are told: notices in the inbox, and the same by mail. A use case writes both in
//! its own transaction; a job sends the mail.

mod deliver;
mod forget;
mod inbox;
mod kept;
mod mail_links;
mod outbox;

pub use deliver::{Letter, try_server, write_out};
pub use forget::{forget_old_texts, take_out_links, tidy};
pub use mail_links::{MailLink, MailLinks, OpenedLink};
pub use outbox::{Mail, Notice, SEND_MAIL, finish, mail, notify, unread};

use std::sync::Arc;

use http::Method;

use frame::{
    access::{Access, Permission},
    parts::Parts,
    routes::{Doc, Routes},
    state::App,
};

/// What this slice brings.
pub fn parts(links: MailLinks) -> Parts {
    Parts::of(routes()).jobs(jobs).shares(links)
}

/// The routes of this slice.
fn routes() -> Routes {
    let operator = Access::Vendor(Permission::OperationsManage);
    Routes::of("notifications")
        .list::<inbox::Notices>(
            Access::SignedIn,
            Access::SignedIn,
            "The inbox of the signed-in person, newest first",
        )
        .form("/inbox/{notice_id}/open", Access::SignedIn, inbox::open)
        .form("/inbox/read", Access::SignedIn, inbox::read_all)
        .list::<kept::Mails>(operator, operator, "List outgoing mails, newest first")
        .page("/operations/mails/{mail_id}", operator, kept::show)
        .api(
            (Method::POST, "/api/v1/mails/{mail_id}/resending"),
            operator,
            Doc::new("Resend a failed mail").status(202),
            kept::resend,
        )
}

/// The jobs of this slice.
fn jobs(app: &Arc<App>, handlers: jobs::Handlers) -> jobs::Handlers {
    [SEND_MAIL, outbox::SEND_OLD_MAIL].into_iter().fold(handlers, |handlers, kind| {
        let app = app.clone();
        handlers.blocking_effect(kind, move |job, now| deliver::send(&app, job, now))
    })
}
