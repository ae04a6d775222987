//! Inviting a person, by form and API.

use web::Choice;

use super::{Team, actions, api};
use crate::identity::memberships::{Person, roles_of_side};
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    input::{Codes, Text, input},
    reply::Reply,
    request::Req,
};

input! {
    /// A person to invite.
    pub(super) struct InvitationInput {
        /// The partner; required for vendor callers, optional for partners.
        pub(super) partner_id: Option<String> => Text::picked("Partner").optional()
            .shown_if(|_| false),
        /// The e-mail address that the invitation goes to.
        pub(super) email: String => Text::email("E-mail address").expected(),
        /// The name.
        pub(super) name: String => Text::exact_line("Name", 200).expected()
            .hint("They can correct it when they accept"),
    }
}

input! {
    /// What a person may do on a side.
    pub(super) struct UserInput {
        /// The roles.
        pub(super) roles: Vec<String> => Codes::boxes("Roles").expected().among(roles_of_team),
        /// Territory codes; vendor users only.
        pub(super) territories: Vec<String> => Codes::new("Territories").shown_if(Team::is_vendors)
            .hint("Codes of the territories their quota covers, separated by spaces. People do \
                   not decide where they have a stake"),
    }
}

impl UserInput {
    /// What a person may do now.
    pub(super) fn of(person: &Person) -> Self {
        Self { roles: person.roles.clone(), territories: person.territories.clone() }
    }
}

/// The roles of the side that a request is about.
fn roles_of_team(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let team = Team::of(req, None)?;
    let roles = roles_of_side(team.partner_id.as_ref()).into_iter();
    let choice = |(word, label)| Choice::new(word, label).detail(what_a_role_is_for(word));
    Ok(roles.map(choice).collect())
}

fn what_a_role_is_for(word: &str) -> &'static str {
    match word {
        "channel_chief" => "Owns the program: rules, partners, people",
        "partner_manager" => "Manages partners and decides their registrations",
        "operations" => "Administers rules, data, people and the system",
        "marketing" => "Content and campaigns for partners",
        "direct_rep" => "Sells directly; sees which accounts are protected",
        "direct_manager" => "Manages direct sales and decides conflicts",
        "sales_engineer" => "Answers partners' technical questions",
        "finance" => "Reads figures and the audit trail",
        "executive" => "Reads program results",
        "admin" => "Manages these people and their API keys, and sells",
        "seller" => "Registers and works deals",
        "pre_sales" | "delivery" => "Reads registrations and the rules",
        "marketer" => "Reads registrations and the rules; campaigns later",
        _ => "",
    }
}

/// Inviting a person to a side.
pub(super) struct Invite;

impl Action for Invite {
    type Input = (InvitationInput, UserInput);

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError> {
        let (title, button) = ("Invite a person", "Send invitation");
        if req.input.is_api() {
            return Ok(Opened::new(title, "", button));
        }
        let team = Team::of(req, None)?;
        actions::may_manage(&req.cx, team.partner_id.as_ref())?;
        Ok(Opened::new(title, team.base.as_str(), button).crumb("People", team.base))
    }

    fn run(req: &mut Req<'_, '_>, (invitation, user): Self::Input) -> Result<Done, AppError> {
        let team = invitation.team(req)?;
        let user_id = actions::invite(&mut req.cx, team.partner_id.as_ref(), (&invitation, &user))?;
        let words = format!("Invitation sent to {}.", invitation.email);
        Ok(Done::new(&user_id, team.base, words))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let (invitation, _) = req.body_as::<Self::Input>()?;
        let team = invitation.team(req)?;
        let user_id = done.id.parse().map_err(AppError::internal)?;
        let location = match &team.partner_id {
            Some(partner) => format!("/api/v1/partner-users/{user_id}?partner_id={partner}"),
            None => format!("/api/v1/vendor-users/{user_id}"),
        };
        let person = actions::find(&mut req.cx, team.partner_id.as_ref(), &user_id)?;
        let version = person.version;
        Ok(Reply::created(&location, &super::list::body(person))?.etag(version))
    }
}

impl InvitationInput {
    /// The side to which somebody is invited. A form names it by its path only.
    fn team(&self, req: &mut Req<'_, '_>) -> Result<Team, AppError> {
        let named = self.partner_id.as_deref().filter(|_| req.input.is_api());
        if named.is_some() && api::is_of_vendor(req) {
            return Err(AppError::field(
                "partner_id",
                "Invite partner users through partner-users",
            ));
        }
        Team::of(req, named)
    }
}
