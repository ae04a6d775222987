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
        // One page at a host of many is evidence of a company, but too little to ask by alone.
        DomainEvidence::Hosted(_)
        | DomainEvidence::FreeMail(_)
        | DomainEvidence::SharedHost(_)
        | DomainEvidence::Address
        | DomainEvidence::Unknown => Ok(false),
    }
}

/// Whether a name without a legal form is a part of an account's name. While the index of names is
/// being filled nobody can tell.
fn is_fragment(cx: &mut Cx<'_, '_>, name: &str) -> Result<bool, AppError> {
    if matching::normalise(name).legal_form.is_some() {
        return Ok(false);
    }
    let (app, vendor_id) = (cx.app.clone(), cx.vendor());
    let index = super::index(&app)?;
    Ok(!index.follow(cx)? || index.with(&vendor_id, |names| names.has_longer_name(name)))
}

/// Whether two companies are asked for by the same domain, or by the same name.
pub fn is_named_alike(one: &Asked, other: &Asked) -> bool {
    let domain = evidence(&one.domain);
    let key = name_key(&one.name);
    (domain.is_some() && domain == evidence(&other.domain))
        || (!key.is_empty() && key == name_key(&other.name))
}
