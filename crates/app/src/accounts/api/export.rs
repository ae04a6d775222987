//! All accounts at once, one JSON document per line.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    accounts::index::all_records,
    core::{error::AppError, reply::Reply, request::Req},
};

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
            let id = row.text(0)?;
            let (names, domains) = matched.get(&id).cloned().unwrap_or_default();
            let product_lines = row.text(12)?;
            let product_lines: Vec<&str> = product_lines.split_whitespace().collect();
            let line = json!({
                "id": id, "name": row.text(1)?, "other_names": names, "domains": domains,
                "country": row.text(2)?, "region": row.text(3)?, "postal_code": row.text(4)?,
                "city": row.text(5)?, "parent_account_id": row.text(6)?,
                "owner_user_id": row.text(7)?, "status": row.text(8)?, "segment": row.text(9)?,
                "industry": row.text(10)?, "employees": row.opt_int(11)?,
                "product_lines": product_lines,
            });
            lines.push_str(&line.to_string());
            lines.push('\n');
            Ok(())
        },
    )?;
    Ok(Reply::download("application/x-ndjson", "accounts.ndjson", lines))
}
