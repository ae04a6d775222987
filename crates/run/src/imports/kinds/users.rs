//! What files of people of both sides share.

use domain::{
    ids::{PartnerId, UserId},
    text,
};

use super::{Reader, is_blank};
use crate::imports::{file::Line, finding::Findings, values};
use frame::{ctx::Cx, error::AppError};
use people::identity::{self, NewUser, Standing};

/// The words of the roles that a cell names, by word or label; unknown ones are faults.
pub(super) fn roles(
    reader: &Reader,
    line: &Line,
    known: &[(&'static str, &'static str)],
    findings: &mut Findings,
) -> Option<Vec<&'static str>> {
    let text = reader.text(line, "roles");
    let mut words = Vec::new();
    for part in text.split([';', ',', '|']).map(str::trim).filter(|part| !is_blank(part)) {
        let plain = values::squashed(part);
        let found = known.iter().find(|(word, label)| {
            values::squashed(word) == plain || values::squashed(label) == plain
        });
        let Some((word, _)) = found else {
            let there_are: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            let reason = format!("“{part}” is not a role; choose from {}", there_are.join(", "));
            findings.fault(line.number, reader.place(line, "roles"), reason);
            return None;
        };
        if !words.contains(word) {
            words.push(*word);
        }
    }
    Some(words)
}

/// A name as people bear them; a fault otherwise.
pub(super) fn name<'l>(
    reader: &'l Reader,
    line: &'l Line,
    findings: &mut Findings,
) -> Option<&'l str> {
    let name = reader.text(line, "name");
    if let Err(error) = text::line(name, 100) {
        let words = error.to_string();
        findings.fault(line.number, reader.place(line, "name"), words);
        return None;
    }
    Some(name)
}

/// The address of a cell in the form in which it is kept; a fault otherwise.
pub(super) fn email(reader: &Reader, line: &Line, findings: &mut Findings) -> Option<String> {
    match identity::email(reader.text(line, "email")) {
        Ok(email) => Some(email),
        Err(words) => {
            findings.fault(line.number, reader.place(line, "email"), words);
            None
        }
    }
}

/// True when the person acts for that side already.
pub(super) fn is_member(
    cx: &mut Cx<'_, '_>,
    email: &str,
    partner_id: Option<&PartnerId>,
) -> Result<bool, AppError> {
    match identity::person_by_email(cx, partner_id, email) {
        Ok(person) => Ok(person.standing == Standing::Active),
        Err(AppError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a person known: invited by mail, or able to act at once where that is wanted. The
/// product invites in its own name; who brought the file answers for it all the same (DR-14).
pub(super) fn add(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    new: &NewUser<'_>,
) -> Result<UserId, AppError> {
    let user_id = if reader.settings.without_invitation {
        identity::create_user(cx, new)?
    } else {
        let sender = cx.actor.reference();
        let new = NewUser { invited_by: &sender, ..*new };
        cx.as_system(|cx| identity::invite(cx, &new))?
    };
    identity::tell_admins(cx, new.partner_id, &user_id)?;
    Ok(user_id)
}
