//! Changing the people of a side. Two rules hold throughout: people cannot give themselves more
//! than they have, and at least one person who can manage the side remains.

use domain::{
    ids::{PartnerId, UserId},
    rule_id::RuleId,
};
use web::FieldErrors;

use super::{
    added::tell_admins,
    invite::{InvitationInput, UserInput},
};
use crate::identity::{
    address,
    memberships::{self, NewUser, Person, Standing, roles_of_side},
    profile,
    roles::permissions_from_words,
    same_person::{self, Eyes},
    sign_in,
};
use frame::{
    access::{Permission, Permissions},
    ctx::Cx,
    error::AppError,
};

const ID_02: RuleId = RuleId::new("ID-02");

/// The permission that managing the people of a side takes.
const fn permission(partner: Option<&PartnerId>) -> Permission {
    match partner {
        Some(_) => Permission::PartnerPeopleManage,
        None => Permission::VendorPeopleManage,
    }
}

/// Fails unless the actor may manage the people of this side. Rule ID-02.
pub(super) fn may_manage(cx: &Cx<'_, '_>, partner: Option<&PartnerId>) -> Result<(), AppError> {
    if let Some(own) = cx.actor.partner_id()
        && Some(own) != partner
    {
        return Err(AppError::NotFound);
    }
    let needed = permission(partner);
    if cx.actor.may(needed) { Ok(()) } else { Err(AppError::needs(needed)) }
}

/// Invites somebody to a side; every bad field is named. Rule ID-01.
pub(super) fn invite(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
    (invitation, user): (&InvitationInput, &UserInput),
) -> Result<UserId, AppError> {
    may_manage(cx, partner)?;
    let email = address::normal(&invitation.email);
    let mut errors = FieldErrors::new();
    if let Some(words) = address::fault(&email) {
        errors.add("email", words);
    }
    if let Some(words) = profile::name_fault(&invitation.name) {
        errors.add("name", words);
    }
    let roles = checked_roles(partner, &user.roles, &mut errors);
    check_territories(partner, &user.territories, &mut errors);
    if let Some(user_id) = memberships::by_email(cx, &email)? {
        let found = memberships::member(cx, &user_id, partner)?;
        if found.is_some_and(|member| member.standing != Standing::Ended) {
            errors.add("email", "This person is already a member: change their roles instead");
        }
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    if partner.is_none() {
        not_oneself(cx, &email, &roles)?;
    }
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let territories: Vec<&str> = user.territories.iter().map(String::as_str).collect();
    let user_id = sign_in::invite(
        cx,
        &NewUser {
            email: &email,
            name: invitation.name.trim(),
            partner_id: partner,
            roles: &roles,
            territories: &territories,
            ..NewUser::default()
        },
    )?;
    tell_admins(cx, partner, &user_id)?;
    Ok(user_id)
}

/// Refuses to give an address that can be the inviter's own more than the inviter has. Rule ID-02.
fn not_oneself(cx: &mut Cx<'_, '_>, email: &str, roles: &[String]) -> Result<(), AppError> {
    let Some(person) = cx.actor.person().cloned() else {
        return Ok(());
    };
    let given = permissions_from_words("", &roles.join(" "));
    let own = own_permissions(cx, &person)?;
    let more = given.without(own);
    if more.list().is_empty() {
        return Ok(());
    }
    let known = memberships::by_email(cx, email)?;
    let is_own = match known {
        Some(user_id) => Eyes::read(cx, None)?.one_person(&person, &user_id).is_some(),
        None => false,
    };
    if !is_own && !same_person::could_be_own(cx, &person, email)? {
        return Ok(());
    }
    Err(AppError::refused(
        ID_02,
        format!(
            "This address is or could be your own, because it is outside your company's domain, \
             and you cannot give yourself more permissions: {}. Invite the person at the \
             company's domain, or ask a colleague who has these permissions.",
            words_of(more)
        ),
    ))
}

/// What a person may do on the vendor's side now.
fn own_permissions(cx: &mut Cx<'_, '_>, person: &UserId) -> Result<Permissions, AppError> {
    let member = memberships::active(cx, person, "")?;
    Ok(member.map_or_else(Permissions::none, |member| member.permissions()))
}

fn words_of(permissions: Permissions) -> String {
    let words: Vec<&str> = permissions.list().into_iter().map(Permission::word).collect();
    words.join(", ")
}

/// Whether the one who acts is this person of the vendor, or counts as one with it. Rule ID-02.
fn is_oneself(cx: &mut Cx<'_, '_>, member: &Person) -> Result<bool, AppError> {
    let Some(person) = cx.actor.person().cloned() else {
        return Ok(false);
    };
    if person == member.user_id {
        return Ok(true);
    }
    if member.partner_id.is_some() || cx.actor.partner_id().is_some() {
        return Ok(false);
    }
    Ok(Eyes::read(cx, None)?.one_person(&person, &member.user_id).is_some())
}

/// Gives a person these roles and, on the vendor's side, these territories.
pub(super) fn change(
    cx: &mut Cx<'_, '_>,
    member: &Person,
    wanted: &UserInput,
) -> Result<(), AppError> {
    may_manage(cx, member.partner_id.as_ref())?;
    if wanted.roles != member.roles {
        change_roles(cx, member, &wanted.roles)?;
    }
    if wanted.territories != member.territories {
        change_territories(cx, member, &wanted.territories)?;
    }
    Ok(())
}

/// Gives a person of the vendor these territories. Their own are for others to change, since they
/// say what the person may not decide. Rule ID-02.
fn change_territories(
    cx: &mut Cx<'_, '_>,
    member: &Person,
    territories: &[String],
) -> Result<(), AppError> {
    let mut errors = FieldErrors::new();
    check_territories(member.partner_id.as_ref(), territories, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    if is_oneself(cx, member)? {
        return Err(AppError::refused(
            ID_02,
            "You cannot change your own territories: they determine what you may not decide. Ask \
             a colleague who manages people.",
        ));
    }
    memberships::set_territories(cx, member, territories)
}

/// The roles in the order of the side's list; unknown ones, such as a vendor's role for a
/// partner's person, become errors of the field `roles`. Rule ID-02.
pub(in crate::identity) fn checked_roles(
    partner: Option<&PartnerId>,
    given: &[String],
    errors: &mut FieldErrors,
) -> Vec<String> {
    let known = roles_of_side(partner);
    let unknown: Vec<&str> = given
        .iter()
        .map(String::as_str)
        .filter(|word| !known.iter().any(|(role, _)| role == word))
        .collect();
    if !unknown.is_empty() {
        let all: Vec<&str> = known.iter().map(|(role, _)| *role).collect();
        let words =
            format!("Unknown role: {}. Known roles: {}", unknown.join(", "), all.join(", "));
        errors.add("roles", words);
    } else if given.is_empty() {
        errors.add("roles", "Choose at least one role");
    }
    known.into_iter().map(|(role, _)| role.to_owned()).filter(|role| given.contains(role)).collect()
}

/// Codes of territories are short words, which only people of the vendor have; whether a program
/// knows them is the program's to say.
fn check_territories(partner: Option<&PartnerId>, given: &[String], errors: &mut FieldErrors) {
    if partner.is_some() && !given.is_empty() {
        errors.add("territories", "Only vendor users have territories");
    }
    let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let bad = given.len() > 50
        || given.iter().any(|code| code.is_empty() || code.len() > 60 || code.chars().any(odd));
    if bad {
        errors.add("territories", "Enter up to 50 territory codes, such as dach or us-east");
    }
}

/// A person of a side who has not been removed; another is not found.
pub(in crate::identity) fn find(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
    user_id: &UserId,
) -> Result<Person, AppError> {
    let found = memberships::member(cx, user_id, partner)?;
    found.filter(|person| person.standing != Standing::Ended).ok_or(AppError::NotFound)
}

/// Gives a person these roles, from its next request on. Rules ID-01, ID-02.
fn change_roles(cx: &mut Cx<'_, '_>, member: &Person, roles: &[String]) -> Result<(), AppError> {
    let mut errors = FieldErrors::new();
    let roles = checked_roles(member.partner_id.as_ref(), roles, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    if roles == member.roles {
        return Ok(());
    }
    let after = permissions_from_words(member.partner(), &roles.join(" "));
    let before = permissions_from_words(member.partner(), &member.roles.join(" "));
    let gains = after.without(before);
    if !gains.list().is_empty() && is_oneself(cx, member)? {
        let own = match cx.actor.person().cloned() {
            Some(person) if member.partner_id.is_none() => own_permissions(cx, &person)?,
            Some(_) | None => before,
        };
        if !gains.without(own).list().is_empty() {
            return Err(AppError::refused(
                ID_02,
                "You cannot give yourself more permissions. Ask a colleague who manages people to \
                 change your roles.",
            ));
        }
    }
    if !after.has(permission(member.partner_id.as_ref())) {
        someone_remains(cx, member)?;
    }
    memberships::set_roles(cx, member, &roles)
}

/// Suspends a person, or restores it. Rule ID-01.
pub(in crate::identity) fn change_suspension(
    cx: &mut Cx<'_, '_>,
    member: &Person,
    suspended: bool,
) -> Result<(), AppError> {
    may_manage(cx, member.partner_id.as_ref())?;
    match (member.standing, suspended) {
        (Standing::Active, true) => {
            someone_remains(cx, member)?;
            memberships::set_suspended(cx, member, true)
        }
        (Standing::Suspended, false) => memberships::set_suspended(cx, member, false),
        (Standing::Suspended, true) | (Standing::Active | Standing::Invited, false) => Ok(()),
        (Standing::Invited, true) => Err(AppError::refused(
            RuleId::new("ID-01"),
            "The invitation has not been accepted yet. Remove the person to revoke it.",
        )),
        (Standing::Ended, _) => Err(AppError::NotFound),
    }
}

/// Removes a person from a side: sessions and links end at once. Rule ID-01.
pub(super) fn remove(cx: &mut Cx<'_, '_>, member: &Person) -> Result<(), AppError> {
    may_manage(cx, member.partner_id.as_ref())?;
    someone_remains(cx, member)?;
    end_membership(cx, &member.user_id, member.partner_id.as_ref())
}

/// Ends a person's place on a side, without asking who remains: for the system and for imports.
/// Sessions and links end at once. One who is not there is not found.
pub fn end_membership(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: Option<&PartnerId>,
) -> Result<(), AppError> {
    memberships::end(cx, user_id, partner)
}

/// Fails when the member is the last who can manage the side. The vendor may still take a
/// partner's last admin away: it can name another. Rule ID-01.
fn someone_remains(cx: &mut Cx<'_, '_>, member: &Person) -> Result<(), AppError> {
    let partner = member.partner_id.as_ref();
    let needed = permission(partner);
    let manages = permissions_from_words(member.partner(), &member.roles.join(" ")).has(needed);
    let over_partner = partner.is_some() && cx.actor.partner_id().is_none();
    if !manages || member.standing != Standing::Active || over_partner {
        return Ok(());
    }
    if memberships::managers_besides(cx, member.partner(), &member.user_id, needed)? > 0 {
        return Ok(());
    }
    Err(AppError::refused(
        RuleId::new("ID-01"),
        format!(
            "{} is the last person who can manage these users. Give somebody else that role \
             first.",
            member.name
        ),
    ))
}
