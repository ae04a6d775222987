//! The routes of a list.

use super::{Listed, PageOf, api, page};
use crate::{
    access::Access,
    routes::{Doc, Parameters, Routes},
};

impl Routes {
    /// A list: its page and its CSV file for one access, the API's answer for another.
    #[must_use]
    pub fn list<L: Listed>(self, pages: Access, api: Access, summary: &'static str) -> Self {
        let parameters: Parameters = api::parameters::<L>;
        let doc = Doc::new(summary).gives::<PageOf<L::Body>>();
        let doc = Doc { parameters: Some(parameters), ..doc };
        self.page(L::AT.page, pages, page::show::<L>)
            .page(L::AT.file, pages, page::file::<L>)
            .api_get(L::AT.api, api, doc, api::answer::<L>)
    }

    /// The rows of a list as an export of the API: one JSON object per line.
    #[must_use]
    pub fn lines<L: Listed>(self, path: &'static str, api: Access, summary: &'static str) -> Self {
        let parameters: Parameters = api::narrowing::<L>;
        let doc = Doc { parameters: Some(parameters), ..Doc::new(summary) };
        self.api_get(path, api, doc, api::lines::<L>)
    }
}
