//! Styles, script and icon: part of the binary, named by the hash of their content, and compressed
//! once.

use std::io::Write as _;
use std::sync::LazyLock;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use sha2::{Digest, Sha256};

use crate::http::ETag;

/// The style sheet.
pub(crate) const STYLE: &str = "entente.css";
/// The script.
pub(crate) const SCRIPT: &str = "entente.js";
/// The icon of the window.
pub(crate) const ICON: &str = "mark.svg";

/// The style sheet, from one file per subject.
const STYLE_TEXT: &str = concat!(
    include_str!("assets/css/1-tokens.css"),
    include_str!("assets/css/2-base.css"),
    include_str!("assets/css/3-shell.css"),
    include_str!("assets/css/4-controls.css"),
    include_str!("assets/css/5-lists.css"),
    include_str!("assets/css/6-pieces.css"),
    include_str!("assets/css/7-marks.css"),
    include_str!("assets/css/8-print.css"),
    include_str!("assets/css/9-guide.css"),
);

/// The script, from one file per subject, in one strict scope.
const SCRIPT_TEXT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/js/1-start.js"),
    include_str!("assets/js/2-theme.js"),
    include_str!("assets/js/3-lists.js"),
    include_str!("assets/js/4-forms.js"),
    include_str!("assets/js/5-palette.js"),
    "})();\n",
);

/// A file of the product itself. Its path changes with its content, so browsers keep it for good.
#[derive(Debug)]
pub struct Asset {
    /// The path under which it is served, with the hash: `/assets/entente.1a2b3c4d5e6f.css`.
    pub path: String,
    /// Its content type.
    pub content_type: &'static str,
    /// The tag of its content.
    pub etag: ETag,
    /// Its content.
    pub bytes: &'static [u8],
    /// Its content, compressed.
    pub gzip: Bytes,
    name: &'static str,
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let hash = HEXLOWER.encode(Sha256::digest(bytes).get(..6).unwrap_or_default());
        let path = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("/assets/{stem}.{hash}.{extension}"),
            None => format!("/assets/{name}.{hash}"),
        };
        let gzip = Bytes::from(gzip(bytes));
        Self { path, content_type, etag: ETag::of_bytes(bytes), bytes, gzip, name }
    }

    /// The answer that carries it, for keeping a year without asking again.
    pub fn respond(&self, accepts_gzip: bool) -> Response<Bytes> {
        let compressed = accepts_gzip && !self.gzip.is_empty();
        let body = if compressed { self.gzip.clone() } else { Bytes::from_static(self.bytes) };
        let mut builder = Response::builder()
            .header(CONTENT_TYPE, self.content_type)
            .header(CACHE_CONTROL, "public, max-age=31536000, immutable")
            .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
            .header(VARY, "Accept-Encoding")
            .header(ETAG, self.etag.header())
            .header(CONTENT_LENGTH, body.len());
        if compressed {
            builder = builder.header(CONTENT_ENCODING, "gzip");
        }
        builder.body(body).unwrap_or_default()
    }
}

/// Compresses as well as gzip can. Writing to memory does not fail; if it did, the empty result would
/// have the content sent as it is.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        Asset::new(STYLE, "text/css; charset=utf-8", STYLE_TEXT.as_bytes()),
        Asset::new(SCRIPT, "text/javascript; charset=utf-8", SCRIPT_TEXT.as_bytes()),
        Asset::new(ICON, "image/svg+xml", include_bytes!("assets/mark.svg")),
    ]
});

/// The asset served at this path, if it is one; the path may be given with or without `/assets/`.
pub fn asset(path: &str) -> Option<&'static Asset> {
    let file = path.strip_prefix("/assets/").unwrap_or(path);
    ASSETS.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(file))
}

/// Every asset, for writing them to a folder.
pub fn assets() -> &'static [Asset] {
    &ASSETS
}

/// The path of the asset with this plain name.
pub(crate) fn asset_href(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.path.as_str())
}

/// The style sheet as text, for tests of other modules.
#[cfg(test)]
pub(crate) fn style_text() -> &'static str {
    STYLE_TEXT
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn assets_are_found_by_the_path_with_their_hash_only() {
        let style = asset(asset_href(STYLE)).unwrap();
        assert_eq!(style.content_type, "text/css; charset=utf-8");
        assert!(asset("/assets/entente.css").is_none());
        let file = style.path.strip_prefix("/assets/").unwrap();
        assert_eq!(asset(file).unwrap().path, style.path);
        let answer = style.respond(true);
        assert_eq!(answer.headers()[CONTENT_ENCODING], "gzip");
        let mut text = String::new();
        let mut reader = flate2::read::GzDecoder::new(answer.body().as_ref());
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text.as_bytes(), style.bytes);
        assert!(style.respond(false).headers().get(CONTENT_ENCODING).is_none());
    }

    #[test]
    fn style_and_script_stay_within_their_budgets() {
        let size = |name| asset(asset_href(name)).unwrap().gzip.len();
        assert!(size(STYLE) <= 20 * 1024, "{} bytes of style", size(STYLE));
        assert!(size(SCRIPT) <= 30 * 1024, "{} bytes of script", size(SCRIPT));
    }

    #[test]
    fn the_style_sheet_asks_for_nothing_from_elsewhere() {
        for part in ["http:", "https:", "@import", "url("] {
            assert!(!STYLE_TEXT.contains(part), "{part}");
        }
    }
}
