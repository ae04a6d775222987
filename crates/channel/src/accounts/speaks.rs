//! Whether words tell which company is meant, or only a part of it (DR-18, AC-02).

use matching::DomainEvidence;

use super::{
    exact::{evidence, is_shared},
    resolve::Asked,
    store::name_key,
};
use frame::{ctx::Cx, error::AppError};

/// Whether a question tells one company from another: a name that says something, or a domain of its
/// own. A mail address, a page at a host of many, a reserved name, a public suffix, a single letter
/// or sign, and a part of the name of an account do not. Rules AC-02, DR-18.
pub fn tells_a_company(cx: &mut Cx<'_, '_>, asked: &Asked) -> Result<bool, AppError> {
    if !asked.name.is_empty() {
        let whole = matching::names_a_company(&asked.name) && !asked.name.contains('@');
        return Ok(whole && (evidence(&asked.domain).is_some() || !is_fragment(cx, &asked.name)?));
    }
    let given = asked.domain.as_str();
    match matching::registrable_domain(given) {
        DomainEvidence::Registrable(domain) => Ok(!given.contains('@') && !is_shared(cx, &domain)?),
        DomainEvidence::Hosted(_)
        | DomainEvidence::FreeMail(_)
        | DomainEvidence::SharedHost(_)
        | DomainEvidence::Address
        | DomainEvidence::Unknown => Ok(false),
    }
}

/// Whether a name without a legal form stands inside the name of an account: half a name does not
/// tell which of the companies whose names go on like this is meant.
fn is_fragment(cx: &mut Cx<'_, '_>, name: &str) -> Result<bool, AppError> {
    let key = name_key(name);
    if matching::normalise(name).legal_form.is_some() || key.is_empty() {
        return Ok(false);
    }
    let vendor_id = cx.vendor();
    // A key is of small letters, digits and blanks, so that it is its own pattern.
    let within = format!("%{key}%");
    let found = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM accounts WHERE vendor_id = $1 AND merged_into = '' AND name_key LIKE $2 \
         UNION ALL SELECT 1 FROM account_names WHERE vendor_id = $1 AND name_key LIKE $2 LIMIT 1",
        db::params![vendor_id.as_str(), &within],
    )?;
    Ok(found.is_some())
}

/// Whether two companies are asked for by the same domain, or by the same name.
pub fn is_named_alike(one: &Asked, other: &Asked) -> bool {
    let domain = evidence(&one.domain);
    let key = name_key(&one.name);
    (domain.is_some() && domain == evidence(&other.domain))
        || (!key.is_empty() && key == name_key(&other.name))
}
