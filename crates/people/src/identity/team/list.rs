//! The lists of people: of one's own side, and of a partner.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Choice, Icon, Markup, Tone, ago, chip, html, status};

use super::Team;
use crate::identity::memberships::{self, Person, Standing, partner_text};
use domain::word::Word;
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Condition, Filter, List, Listed, Sort},
};

/// A person on one side.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UserBody {
    /// The person.
    id: String,
    /// The person's partner; null for vendor users.
    partner_id: Option<String>,
    /// The e-mail address.
    email: String,
    /// The name.
    name: String,
    /// The phone number; empty when unknown.
    phone: String,
    /// The roles.
    roles: Vec<String>,
    /// Codes of the territories a vendor user's quota covers.
    territories: Vec<String>,
    /// `active`, `invited` or `suspended`.
    standing: String,
    /// When the person last signed in (RFC 3339); null if never.
    last_seen_at: Option<String>,
}

/// A person as the API answers it.
pub(super) fn body(person: Person) -> UserBody {
    UserBody {
        id: person.user_id.into(),
        partner_id: person.partner_id.map(String::from),
        email: person.email,
        name: person.name,
        phone: person.phone,
        roles: person.roles,
        territories: person.territories,
        standing: person.standing.word().to_owned(),
        last_seen_at: person.last_seen_at.map(|at| at.to_string()),
    }
}

/// The people of one's own side; in the API, those of the vendor.
pub(super) struct OwnPeople;

impl Listed for OwnPeople {
    type Row = Person;
    type Body = UserBody;
    const AT: At = At { page: "/people", file: "/people.csv", api: "/api/v1/vendor-users" };

    fn list() -> List<Person> {
        people().leads_to(|person| format!("/people/{}", person.user_id)).action(
            "Invite a person",
            "/people/new",
            None,
        )
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<Person>) -> Result<Vec<UserBody>, AppError> {
        Ok(rows.into_iter().map(body).collect())
    }
}

/// The people of the partner in the path, for the vendor; in the API, those of a partner's own
/// callers too.
pub(super) struct PartnerPeople;

impl Listed for PartnerPeople {
    type Row = Person;
    type Body = UserBody;
    const AT: At = At {
        page: "/partners/{partner_id}/people",
        file: "/partners/{partner_id}/people.csv",
        api: "/api/v1/partner-users",
    };

    fn list() -> List<Person> {
        people()
            .leads_to(|person| format!("/partners/{}/people/{}", person.partner(), person.user_id))
            .filter(Filter::hidden("partner_id", super::OF_WHICH.1, |id| {
                Ok(("m.partner_id = ?".to_owned(), vec![id.to_owned().into()]))
            }))
            .action(
                "Invite a person",
                "/partners/{partner_id}/people/new",
                Permission::PartnerPeopleManage,
            )
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<Person>) -> Result<Vec<UserBody>, AppError> {
        Ok(rows.into_iter().map(body).collect())
    }
}

/// The people of the side that a request is about, without those who were removed.
fn people() -> List<Person> {
    List::of("People", (memberships::SELECT, "m.vendor_id"), memberships::read)
        .only("m.ended_at IS NULL")
        .within(|req| {
            let partner = partner_text(Team::of(req, None)?.partner_id.as_ref()).to_owned();
            Ok(("m.partner_id = ?".to_owned(), vec![partner.into()]))
        })
        .owner("m.partner_id")
        .id("u.user_id", |person| person.user_id.to_string())
        .filter(
            Filter::search_through("Search people", memberships::by_name_or_address)
                .about("Part of the name or the e-mail address"),
        )
        .filter(
            Filter::choice(
                ("standing", "Status"),
                |_| Ok(STANDINGS.map(choice).into()),
                of_standing,
            )
            .about("active, invited or suspended"),
        )
        .sort(Sort::text("email", "u.email", |person| person.email.clone()))
        .column_by(
            "email",
            Column::drawn("Person", |person, _| {
                html! { (person.name) br; small { (person.shown_email()) } }
            }),
        )
        .column(Column::text("Roles", Person::role_labels))
        .column(Column::drawn("Status", |person, _| standing(person.standing)))
        .column(Column::drawn("Last signed in", |person, look| match person.last_seen_at {
            Some(at) => html! { (ago(at, look.now, &look.zone)) },
            None => html! { "never" },
        }))
        .csv("id", |person| person.user_id.to_string())
        .csv("name", |person| person.name.clone())
        .csv("email", |person| person.email.clone())
        .csv("phone", |person| person.phone.clone())
        .csv("roles", |person| person.roles.join(" "))
        .csv("territories", |person| person.territories.join(" "))
        .csv("standing", |person| person.standing.word().to_owned())
        .csv("last_seen_at", |person| {
            person.last_seen_at.as_ref().map_or_else(String::new, Timestamp::to_string)
        })
        .empty(Icon::People, "No people yet", "People you invite receive a mail with a link.")
        .dress(|req, page| {
            let team = Team::of(req, None)?;
            Ok(team.below_partner(page).intro(format!("People of {}", team.name)))
        })
}

/// Where people stand who are listed.
const STANDINGS: [Standing; 3] = [Standing::Active, Standing::Invited, Standing::Suspended];

fn choice(standing: Standing) -> Choice {
    Choice::new(standing.word(), standing.label())
}

fn of_standing(word: &str) -> Result<Condition, String> {
    let test = match Standing::of_word(word).map_err(|error| error.to_string())? {
        Standing::Active => "m.joined_at IS NOT NULL AND m.suspended_at IS NULL",
        Standing::Invited => "m.joined_at IS NULL",
        Standing::Suspended => "m.joined_at IS NOT NULL AND m.suspended_at IS NOT NULL",
        Standing::Ended => "m.ended_at IS NOT NULL",
    };
    Ok((test.to_owned(), Vec::new()))
}

/// Where a person stands, as a mark.
pub(super) fn standing(standing: Standing) -> Markup {
    match standing {
        Standing::Active => status(Tone::Good, standing.label()),
        Standing::Invited => status(Tone::Accent, standing.label()),
        Standing::Suspended => status(Tone::Warn, standing.label()),
        Standing::Ended => chip(Tone::Neutral, standing.label()),
    }
}
