//! One person in `/api/v1/partner-users` and `/api/v1/vendor-users`.

use domain::ids::UserId;

use super::{Team, actions, invite::UserInput, list};
use crate::identity::memberships::Person;
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    input::{Flag, input},
    reply::Reply,
    request::Req,
};

input! {
    /// Whether a person may act.
    pub(super) struct SuspensionInput {
        /// True suspends the person, false restores them; null leaves them unchanged.
        suspended: Option<bool> => Flag::new("Suspended").optional(),
    }
}

/// Whether a request goes to `/api/v1/vendor-users`.
pub(super) fn is_of_vendor(req: &Req<'_, '_>) -> bool {
    req.input.route.starts_with("/api/v1/vendor-users")
}

fn load(req: &mut Req<'_, '_>) -> Result<Person, AppError> {
    let team = Team::of(req, None)?;
    let user_id: UserId = req.id("user_id")?;
    actions::find(&mut req.cx, team.partner_id.as_ref(), &user_id)
}

/// Answers one person.
pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let person = load(req)?;
    let version = person.version;
    Ok(Reply::json(&list::body(person))?.etag(version))
}

/// Removes a person.
pub(super) fn remove(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let member = load(req)?;
    actions::remove(&mut req.cx, &member)?;
    Ok(Reply::no_content())
}

/// Changing a person through the API; pages have a form for each part.
pub(super) struct Change;

impl Action for Change {
    type Input = (UserInput, SuspensionInput);

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError> {
        let member = load(req)?;
        let before = (UserInput::of(&member), SuspensionInput { suspended: None });
        Ok(Opened::new("", "", "").before(before, member.version))
    }

    fn run(
        req: &mut Req<'_, '_>,
        (user, SuspensionInput { suspended }): Self::Input,
    ) -> Result<Done, AppError> {
        let member = load(req)?;
        actions::change(&mut req.cx, &member, &user)?;
        if let Some(suspended) = suspended {
            let member = load(req)?;
            actions::change_suspension(&mut req.cx, &member, suspended)?;
        }
        Ok(Done::new(&member.user_id, "", ""))
    }

    fn answer(req: &mut Req<'_, '_>, _: &Done) -> Result<Reply, AppError> {
        get(req)
    }
}
