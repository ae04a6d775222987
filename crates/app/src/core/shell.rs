//! The frame of every page: navigation by permission, the inbox's count, the demo's clock.

use web::{Chrome, Flash, Icon, NavGroup, Page, Person, Theme};

use super::{
    actor::{Side, Who},
    error::AppError,
    reply::Reply,
    request::{FLASH_COOKIE, Req},
};
use crate::{access::Permission, notifications};

struct Item {
    icon: Icon,
    label: &'static str,
    href: &'static str,
    needs: Permission,
    side: Sides,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sides {
    Both,
    Vendor,
    Partner,
}

const fn item(
    icon: Icon,
    label: &'static str,
    href: &'static str,
    needs: Permission,
    side: Sides,
) -> Item {
    Item { icon, label, href, needs, side }
}

fn groups() -> [(&'static str, Vec<Item>); 3] {
    use Permission as P;
    [
        (
            "Sell",
            vec![
                item(
                    Icon::Deal,
                    "Registrations",
                    "/registrations",
                    P::RegistrationsRead,
                    Sides::Both,
                ),
                item(
                    Icon::Check,
                    "Decision queue",
                    "/registrations/queue",
                    P::RegistrationsDecide,
                    Sides::Vendor,
                ),
                item(
                    Icon::Shield,
                    "Is it free?",
                    "/availability",
                    P::AvailabilityRead,
                    Sides::Both,
                ),
                item(Icon::Conflict, "Conflicts", "/conflicts", P::ConflictsTakePart, Sides::Both),
                item(
                    Icon::Bolt,
                    "Direct sales",
                    "/direct-opportunities",
                    P::DirectRead,
                    Sides::Vendor,
                ),
                item(Icon::Account, "Accounts", "/accounts", P::AccountsRead, Sides::Vendor),
            ],
        ),
        (
            "Know",
            vec![item(Icon::Book, "Rules of engagement", "/rules", P::ProgramRead, Sides::Both)],
        ),
        ("Run", run()),
    ]
}

/// What one looks after.
fn run() -> Vec<Item> {
    use Permission as P;
    vec![
        item(Icon::Program, "Program", "/program", P::ProgramRead, Sides::Vendor),
        item(Icon::Partner, "Partners", "/partners", P::PartnersRead, Sides::Vendor),
        item(Icon::Partner, "My company", "/partner", P::PartnersRead, Sides::Partner),
        item(Icon::People, "People", "/people", P::PartnerPeopleManage, Sides::Both),
        item(Icon::Import, "Imports", "/imports", P::ImportsRun, Sides::Vendor),
        item(Icon::Key, "API keys", "/api-keys", P::ApiKeysManage, Sides::Both),
        item(
            Icon::System,
            "Service identities",
            "/service-identities",
            P::ApiKeysManage,
            Sides::Both,
        ),
        item(Icon::Job, "Jobs and mail", "/operations", P::OperationsManage, Sides::Vendor),
        item(Icon::Audit, "Audit", "/audit", P::AuditRead, Sides::Vendor),
        item(Icon::Settings, "Settings", "/settings/vendor", P::SettingsManage, Sides::Vendor),
    ]
}

impl Req<'_, '_> {
    /// The frame for this person.
    pub fn chrome(&mut self) -> Result<Chrome, AppError> {
        let mut chrome = Chrome {
            product: "Entente".into(),
            theme: Theme::from_cookie(self.input.cookie(web::THEME_COOKIE, false)),
            now: Some(self.cx.now),
            path: self.input.path.clone(),
            ..Chrome::default()
        };
        if !self.signed_in {
            return Ok(chrome);
        }
        let about = crate::identity::about_me(&mut self.cx)?;
        chrome.organisation = about.organisation;
        chrome.person = Some(Person {
            name: self.cx.actor.name.clone(),
            detail: about.detail,
            links: vec![
                ("My settings".into(), "/settings".into()),
                ("My sessions".into(), "/settings/sessions".into()),
            ],
        });
        chrome.groups = self.navigation();
        chrome.csrf = self.csrf();
        chrome.unread = notifications::unread(&mut self.cx)?;
        if self.cx.app.config.demo && matches!(self.cx.actor.who, Who::User { .. }) {
            chrome.banners.push(crate::demo::banner(&self.cx, &chrome.csrf));
        }
        Ok(chrome)
    }

    /// The zone in which this person reads times.
    pub fn zone(&mut self) -> Result<jiff::tz::TimeZone, AppError> {
        crate::identity::zone_of(&mut self.cx)
    }

    /// The page in its frame (200), with the message that was left for it.
    pub fn page(&mut self, page: Page) -> Result<Reply, AppError> {
        let chrome = self.chrome()?;
        let https = self.cx.app.config.https();
        match self.input.cookie(FLASH_COOKIE, https).map(flash_text) {
            Some(text) if !text.is_empty() => {
                let shown = chrome.page(&page.flash(Flash::done(text)));
                Ok(Reply::page(shown).cookie(web::Cookie::expired(FLASH_COOKIE, https).build()))
            }
            Some(_) | None => Ok(Reply::page(chrome.page(&page))),
        }
    }

    /// The page in its frame with status 409: a rule refuses, and what the handler wrote stays.
    pub fn page_refused(&mut self, page: &Page) -> Result<Reply, AppError> {
        let chrome = self.chrome()?;
        Ok(Reply::page_with(http::StatusCode::CONFLICT, chrome.page(page)))
    }

    /// The page in its frame with status 422, and everything the handler wrote undone: a form
    /// that comes back with its errors.
    pub fn page_undone(&mut self, page: &Page) -> AppError {
        match self.chrome() {
            Ok(chrome) => {
                Reply::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, chrome.page(page)).undone()
            }
            Err(error) => error,
        }
    }

    fn navigation(&self) -> Vec<NavGroup> {
        let actor = &self.cx.actor;
        let mine = if actor.side == Side::Vendor { Sides::Vendor } else { Sides::Partner };
        let mut shown = Vec::new();
        for (label, items) in groups() {
            let visible: Vec<Item> = items
                .into_iter()
                .filter(|item| item.side == Sides::Both || item.side == mine)
                .filter(|item| actor.may(item.needs))
                .collect();
            if visible.is_empty() {
                continue;
            }
            let group = visible
                .into_iter()
                .fold(NavGroup::new(label), |group, i| group.item(i.icon, i.label, i.href));
            shown.push(group);
        }
        shown
    }
}

fn flash_text(value: &str) -> String {
    percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
}
