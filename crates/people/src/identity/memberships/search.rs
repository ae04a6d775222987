//! Finding people by what is shown of them.

use std::collections::BTreeSet;

use db::Where;
use domain::folding::folded;

use super::{
    Person, SELECT,
    store::{MOST_PEOPLE, read},
};
use crate::identity::address;
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    list::{Condition, containing, one_of_few},
};

/// The key of the name under which a person is shown, as [`Person::name`] has it: so that a list that
/// is searched by it tells no more than it shows.
const SHOWN_KEY: &str =
    "CASE WHEN m.joined_at IS NULL AND m.ended_at IS NULL THEN m.search_key ELSE u.search_key END";

/// People whose shown name or address contains a text, by address, at most `limit`: those of the
/// sides whose people the actor manages (ID-02), without those who were removed.
pub fn search(cx: &mut Cx<'_, '_>, text: &str, limit: i64) -> Result<Vec<Person>, AppError> {
    let (vendors, partners) = (Permission::VendorPeopleManage, Permission::PartnerPeopleManage);
    let visible = cx.actor.visibility();
    let mut found = Where::new("m.vendor_id = ?", [visible.vendor().into_owned()]);
    match (visible.partner_id(), cx.actor.may(vendors), cx.actor.may(partners)) {
        (Some(own), _, true) => found.and("m.partner_id = ?", [own.as_str().to_owned().into()]),
        (None, true, true) => {}
        (None, true, false) => found.and("m.partner_id = ''", []),
        (None, false, true) => found.and("m.partner_id <> ''", []),
        (Some(_), _, false) | (None, false, false) => return Ok(Vec::new()),
    }
    found.and("m.ended_at IS NULL", []);
    let (test, values) = by_name_or_address(text, cx)?;
    found.and(&test, values);
    let most = found.bind(limit.into());
    let rest = format!("WHERE {} ORDER BY u.email, m.partner_id LIMIT {most}", found.text());
    read(cx, &format!("{SELECT}{rest}"), found.values())
}

/// The condition of people whose shown name or address contains a text. An address does in the form in
/// which it is kept, and with its host in the letters of its language.
pub(in crate::identity) fn by_name_or_address(
    text: &str,
    cx: &mut Cx<'_, '_>,
) -> Result<Condition, AppError> {
    let (name, mut values) = containing(SHOWN_KEY, text);
    values.push(db::containing(&address::normal(text)).into());
    let mut test = format!("{name} OR u.email LIKE ? ESCAPE '!'");
    let spelled = by_spelled_address(cx, text)?;
    if !spelled.is_empty() {
        let (one, ids) = one_of_few("u.user_id", spelled);
        test = format!("{test} OR {one}");
        values.extend(ids);
    }
    Ok((format!("({test})"), values))
}

/// The people whose address contains a text once its host is spelled in the letters of its language,
/// whatever their case and accents. Among the first 5,000 who have such an address.
fn by_spelled_address(cx: &mut Cx<'_, '_>, text: &str) -> Result<BTreeSet<String>, AppError> {
    let (vendor_id, text) = (cx.vendor(), folded(text.trim()));
    let rows = cx.tx.query_as::<(String, String), _>(
        "SELECT user_id, email FROM identity_users WHERE vendor_id = $1 \
         AND (email LIKE '%xn--%' OR OCTET_LENGTH(email) <> LENGTH(email)) \
         ORDER BY user_id LIMIT $2",
        db::params![vendor_id.as_str(), MOST_PEOPLE],
    )?;
    let contains = |email: &str| folded(&address::shown(email)).contains(&text);
    Ok(rows.into_iter().filter(|(_, email)| contains(email)).map(|(id, _)| id).collect())
}
