//! The list of accounts: filtered, sorted, one page at a time.

use db::{Value, keyset};

use crate::core::{ctx::Cx, error::AppError};

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Part of the name, in any case; or a whole domain.
    pub text: String,
    /// prospect, customer or house; `""` for all.
    pub status: String,
    /// ISO 3166 alpha-2; `""` for all.
    pub country: String,
    /// The direct owner; `""` for all.
    pub owner_user_id: String,
    /// The cursor of the page before.
    pub cursor: Option<String>,
    /// Rows at most.
    pub limit: i64,
}

db::row! {
    /// One row of the list.
    #[derive(Debug, Clone)]
    pub struct AccountRow {
        /// Its id.
        pub account_id: String,
        /// Its name.
        pub name: String,
        /// Its country.
        pub country: String,
        /// Its city.
        pub city: String,
        /// prospect, customer or house.
        pub status: String,
        /// The segment's code.
        pub segment: String,
        /// The industry.
        pub industry: String,
        /// The direct owner.
        pub owner_user_id: String,
        /// The version, for `ETags`.
        pub version: i64,
        /// Its first domain in alphabetical order.
        pub domain: String => Option::unwrap_or_default,
    }
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct AccountListing {
    /// Rows by name.
    pub rows: Vec<AccountRow>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<String>,
}

/// Living accounts by name, a page at a time.
pub fn list(cx: &mut Cx<'_, '_>, filter: &AccountFilter) -> Result<AccountListing, AppError> {
    let vendor_id = cx.vendor();
    let text = filter.text.trim().to_lowercase();
    let domain = super::resolve::evidence(&text).unwrap_or_default();
    let scope =
        format!("accounts:{text}:{}:{}:{}", filter.status, filter.country, filter.owner_user_id);
    let (name, id) = position(&scope, filter.cursor.as_deref())?;
    let like = format!("%{}%", text.replace(['%', '_'], " "));
    let mut rows: Vec<AccountRow> = cx.tx.query_as(
        "SELECT a.account_id, a.name, a.country, a.city, a.status, a.segment, a.industry, \
         a.owner_user_id, a.version, (SELECT MIN(d.domain) FROM account_domains d \
          WHERE d.vendor_id = a.vendor_id AND d.account_id = a.account_id) \
         FROM accounts a WHERE a.vendor_id = $1 AND a.merged_into = '' \
         AND (a.name, a.account_id) > ($2, $3) \
         AND ($4 = '' OR LOWER(a.name) LIKE $5 OR a.account_id IN (SELECT d.account_id FROM \
          account_domains d WHERE d.vendor_id = $1 AND d.domain = $6)) \
         AND ($7 = '' OR a.status = $7) AND ($8 = '' OR a.country = $8) \
         AND ($9 = '' OR a.owner_user_id = $9) \
         ORDER BY a.name, a.account_id LIMIT $10",
        db::params![
            vendor_id.as_str(),
            &name,
            &id,
            &text,
            &like,
            &domain,
            &filter.status,
            &filter.country,
            &filter.owner_user_id,
            filter.limit + 1
        ],
    )?;
    let most = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| keyset::encode(&scope, db::params![&last.name, &last.account_id]));
    Ok(AccountListing { rows, next })
}

fn position(scope: &str, cursor: Option<&str>) -> Result<(String, String), AppError> {
    let Some(cursor) = cursor else {
        return Ok((String::new(), String::new()));
    };
    let kinds = [keyset::Kind::Text, keyset::Kind::Text];
    let values = keyset::decode(scope, cursor, &kinds)
        .map_err(|error| AppError::field("cursor", error.to_string()))?;
    match values.as_slice() {
        [Value::Text(name), Value::Text(id)] => {
            Ok((name.clone().into_owned(), id.clone().into_owned()))
        }
        _ => Err(AppError::field("cursor", "this is no cursor of the accounts")),
    }
}
