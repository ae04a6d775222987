//! The list of API keys, and a key as the API answers it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Button, Icon, Tone, ago, html, status};

use super::{
    scope_words,
    store::{self, KeyRow},
};
use crate::identity::sides;
use frame::{
    access::{Permission, Permissions},
    ctx::Cx,
    error::AppError,
    list::{At, Column, Filter, List, Listed, ReadRows, Sort},
};

/// A key without its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::identity) struct ApiKeyBody {
    /// The key.
    id: String,
    /// What it is for.
    name: String,
    /// The prefix of its secret.
    prefix: String,
    /// The partner it acts for; null for the vendor.
    partner_id: Option<String>,
    /// Its scopes.
    scopes: Vec<String>,
    /// The scopes in effect now: those its owner currently has too.
    effective_scopes: Vec<String>,
    /// `active`, `expired`, `revoked`, or `dormant` while its owner has no active access.
    standing: String,
    /// The owner; null for keys created before keys had owners.
    owner_user_id: Option<String>,
    /// The service identity it belongs to; null for a person's key.
    service_id: Option<String>,
    /// The key it was created with; null if a person created it.
    parent_id: Option<String>,
    /// Who created it: `user:…` or `key:…`.
    created_by: String,
    /// When it was created (RFC 3339).
    created_at: String,
    /// When it expires (RFC 3339).
    expires_at: String,
    /// When it was last used, to the minute (RFC 3339); null if never.
    used_at: Option<String>,
    /// When it was revoked (RFC 3339); null if it was not.
    revoked_at: Option<String>,
}

/// A key as the API answers it.
pub(super) fn body(row: KeyRow, now: Timestamp) -> ApiKeyBody {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    ApiKeyBody {
        standing: row.standing(now).to_owned(),
        effective_scopes: words(row.effective()),
        owner_user_id: some(row.owner_user_id),
        service_id: some(row.service_id),
        parent_id: some(row.parent_key_id),
        id: row.key_id,
        name: row.name,
        prefix: row.prefix,
        partner_id: some(row.partner_id),
        scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
        created_by: row.created_by,
        created_at: row.created_at.to_string(),
        expires_at: row.expires_at.to_string(),
        used_at: row.used_at.map(|at| at.to_string()),
        revoked_at: row.revoked_at.map(|at| at.to_string()),
    }
}

/// The words of permissions, as the API sends them.
pub(in crate::identity) fn words(permissions: Permissions) -> Vec<String> {
    permissions.list().into_iter().map(Permission::word).map(str::to_owned).collect()
}

/// A key, with what the list shows of it besides.
#[derive(Debug)]
pub(super) struct Shown {
    key: KeyRow,
    standing: &'static str,
    /// The name of the side for which it acts.
    side: String,
}

/// The keys of a side; the vendor reads those of its partners too.
pub(super) struct ApiKeys;

impl Listed for ApiKeys {
    type Row = Shown;
    type Body = ApiKeyBody;
    const AT: At = At { page: "/api-keys", file: "/api-keys.csv", api: "/api/v1/api-keys" };

    fn list() -> List<Shown> {
        let read: ReadRows<Shown> = shown;
        let list = List::of("API keys", (store::SELECT, "k.vendor_id"), read)
            .owner("k.partner_id")
            .id("k.key_id", |row| row.key.key_id.clone())
            .filter(
                Filter::search("Search keys", "k.search_key")
                    .about("Part of the name or of the secret's prefix"),
            )
            .sort_down(Sort::number("created", "k.created_at", |row| {
                row.key.created_at.as_microsecond()
            }))
            .sort(Sort::number("expires", "k.expires_at", |row| {
                row.key.expires_at.as_microsecond()
            }))
            .column_by(
                "created",
                Column::drawn("Key", |row, _| {
                    html! { (row.key.name) br; small { (row.key.prefix) "…" } }
                }),
            )
            .column(Column::drawn("Owner", |row, _| {
                let owner = row.key.owner_words();
                html! {
                    @if owner.is_empty() { "Nobody" } @else { (owner) }
                    br; small { "for " (row.side) }
                }
            }))
            .column(Column::drawn("Permissions", |row, _| {
                let lost = row.key.lost();
                html! {
                    small { (scope_words(row.key.effective())) }
                    @if !lost.is_empty() { br; small { "Currently inactive: " (lost.join(", ")) } }
                }
            }))
            .column(Column::drawn("Status", |row, _| mark(row.standing)))
            .column(Column::drawn("Last used", |row, look| match row.key.used_at {
                Some(at) => html! { (ago(at, look.now, &look.zone)) },
                None => html! { "never" },
            }))
            .column_by("expires", Column::day_of("Expires", |row| Some(row.key.expires_at)))
            .column(Column::actions("Revoke", |row, _| {
                let revocation = format!("/api-keys/{}/revocation", row.key.key_id);
                html! {
                    @if matches!(row.standing, "active" | "dormant") {
                        (Button::quiet("Revoke").small().href(revocation))
                    }
                }
            }))
            .empty(
                Icon::Key,
                "No API keys",
                "Programs sign in with a key instead of a person. A key has the permissions you \
                 give it, as long as its owner has them too, until it expires.",
            )
            .action("Create a key", "/api-keys/new", Permission::ApiKeysManage)
            .dress(|_, page| {
                Ok(page.intro(html! {
                    "A key can do no more than its owner. For an integration that should outlast \
                     a person's job, use a "
                    a href="/service-identities" { "service identity" } "."
                }))
            });
        with_file(list)
    }

    fn bodies(cx: &mut Cx<'_, '_>, rows: Vec<Shown>) -> Result<Vec<ApiKeyBody>, AppError> {
        Ok(rows.into_iter().map(|row| body(row.key, cx.now)).collect())
    }
}

/// The list with the columns of its CSV file.
fn with_file(list: List<Shown>) -> List<Shown> {
    list.csv("id", |row| row.key.key_id.clone())
        .csv("name", |row| row.key.name.clone())
        .csv("prefix", |row| row.key.prefix.clone())
        .csv("for", |row| row.side.clone())
        .csv("owner", |row| row.key.owner_words())
        .csv("scopes", |row| row.key.scopes.clone())
        .csv("standing", |row| row.standing.to_owned())
        .csv("created_at", |row| row.key.created_at.to_string())
        .csv("expires_at", |row| row.key.expires_at.to_string())
        .csv("used_at", |row| row.key.used_at.map_or_else(String::new, |at| at.to_string()))
}

fn shown(cx: &mut Cx<'_, '_>, sql: &str, values: &[db::Value<'_>]) -> Result<Vec<Shown>, AppError> {
    let keys = cx.tx.query_as::<KeyRow, _>(sql, values)?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for key in &keys {
        if !names.contains_key(&key.partner_id) {
            let partner_id = Some(key.partner_id.as_str()).filter(|id| !id.is_empty());
            let partner_id = partner_id.map(str::parse).transpose().map_err(AppError::internal)?;
            let name = sides::side_name(cx, partner_id.as_ref())?;
            names.insert(key.partner_id.clone(), name);
        }
    }
    let shown = |key: KeyRow| Shown {
        standing: key.standing(cx.now),
        side: names.get(&key.partner_id).cloned().unwrap_or_default(),
        key,
    };
    Ok(keys.into_iter().map(shown).collect())
}

/// The mark of a key's standing.
pub(in crate::identity) fn mark(standing: &str) -> web::Markup {
    match standing {
        "active" => status(Tone::Good, "Active"),
        "dormant" => status(Tone::Warn, "Dormant"),
        "expired" => status(Tone::Neutral, "Expired"),
        _ => status(Tone::Neutral, "Revoked"),
    }
}
