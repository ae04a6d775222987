//! All accounts at once, one JSON document per line.

use std::collections::BTreeMap;

use serde_json::json;

use crate::accounts::index::all_records;
use frame::{error::AppError, reply::Reply, request::Req};

/// `GET /api/v1/accounts.ndjson`
pub(in crate::accounts) fn ndjson(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let vendor_id = req.cx.vendor();
    let matched: BTreeMap<String, (Vec<String>, Vec<String>)> =
        all_records(req.cx.tx, vendor_id.as_str())?
            .into_iter()
            .map(|record| (record.key, (record.other_names, record.domains)))
            .collect();
    let mut lines = String::new();
    req.cx.tx.for_each(
        "SELECT account_id, name, country, region, postal_code, city, parent_account_id, \
         owner_user_id, status, segment, industry, employees, product_lines FROM accounts \
         WHERE vendor_id = $1 AND merged_into = '' ORDER BY name, account_id",
        db::params![vendor_id.as_str()],
        |row| {
            let (texts, employees, product_lines): ([String; 11], Option<i64>, String) =
                row.read()?;
            let [id, name, country, region, postal_code, city, parent, owner, texts @ ..] = texts;
            let [status, segment, industry] = texts;
            let (names, domains) = matched.get(&id).cloned().unwrap_or_default();
            let product_lines: Vec<&str> = product_lines.split_whitespace().collect();
            let line = json!({
                "id": id, "name": name, "other_names": names, "domains": domains,
                "country": country, "region": region, "postal_code": postal_code, "city": city,
                "parent_account_id": parent, "owner_user_id": owner, "status": status,
                "segment": segment, "industry": industry, "employees": employees,
                "product_lines": product_lines,
            });
            lines.push_str(&line.to_string());
            lines.push('\n');
            Ok(())
        },
    )?;
    Ok(Reply::download("application/x-ndjson", "accounts.ndjson", lines))
}
