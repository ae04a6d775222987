//! The frame of every page: the navigation by permission, and what the slices put around it.

use web::{Chrome, Flash, Page, Theme};

use super::{
    actor::Side,
    error::AppError,
    parts::{NavGroup, NavItem, Sides},
    reply::{FLASH_COOKIE, Reply},
    request::Req,
};

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
        chrome.groups = self.navigation();
        chrome.csrf = self.csrf();
        let fill = self.cx.app.fill_chrome;
        fill(self, &mut chrome)?;
        Ok(chrome)
    }

    /// The zone in which this person reads times.
    pub fn zone(&mut self) -> Result<jiff::tz::TimeZone, AppError> {
        let zone = self.cx.app.authenticator.zone;
        zone(&mut self.cx)
    }

    /// The page in its frame (200), with the message that was left for it.
    pub fn page(&mut self, page: Page) -> Result<Reply, AppError> {
        let chrome = self.chrome()?;
        let https = self.cx.app.config.https();
        // Whoever asks for the head only does not read the message.
        let message = self.input.cookie(FLASH_COOKIE, https).filter(|_| !self.input.is_head());
        match message.map(flash_text) {
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

    fn navigation(&self) -> Vec<web::NavGroup> {
        let actor = &self.cx.actor;
        let mine = if actor.side == Side::Vendor { Sides::Vendor } else { Sides::Partner };
        let mut shown = Vec::new();
        for group in NavGroup::ALL {
            let mut items = self
                .cx
                .app
                .navigation
                .iter()
                .filter(|item| item.group == group)
                .filter(|item| item.side == Sides::Both || item.side == mine)
                .filter(|item| actor.may(item.needs))
                .peekable();
            if items.peek().is_none() {
                continue;
            }
            let with =
                |group: web::NavGroup, item: &NavItem| group.item(item.icon, item.label, item.href);
            shown.push(items.fold(web::NavGroup::new(group.label()), with));
        }
        shown
    }
}

fn flash_text(value: &str) -> String {
    percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
}
