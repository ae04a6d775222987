//! The rules of engagement as everybody reads them: with the numbers in force, each paragraph
//! with the rules it tells, and each rule in one line below.

use std::sync::LazyLock;

use domain::{
    ids::ProgramId,
    program::{EngagementSection, rules_of_engagement},
};
use web::{Empty, Icon, Markup, Page, html, rule_chip, section};

use channel::{
    partners,
    program::{self, InForce},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// The list from which the document of rules is made.
const SOURCE: &str = include_str!("../../../../docs/rules.toml");
/// The families of rules that partners and vendor meet in their work.
const FAMILIES: [&str; 4] = ["DR-", "AC-", "CF-", "PG-"];

/// A chapter of rules: its title, and each rule with its meaning.
type Chapter = (String, Vec<(String, String)>);

static CHAPTERS: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
    let Ok(parsed) = SOURCE.parse::<toml::Table>() else {
        return Vec::new();
    };
    let chapters = parsed.get("chapter").and_then(toml::Value::as_array);
    chapters.into_iter().flatten().filter_map(chapter).collect()
});

fn chapter(value: &toml::Value) -> Option<Chapter> {
    let title = value.get("title")?.as_str()?.to_owned();
    let rules: Vec<(String, String)> = value
        .get("rules")?
        .as_table()?
        .iter()
        .filter(|(id, _)| FAMILIES.iter().any(|family| id.starts_with(family)))
        .filter_map(|(id, meaning)| Some((id.clone(), meaning.as_str()?.to_owned())))
        .collect();
    (!rules.is_empty()).then_some((title, rules))
}

/// The version in force of the program that the address names, to a partner only of one that it is
/// in; otherwise of the first.
fn asked(req: &mut Req<'_, '_>) -> Result<InForce, AppError> {
    let named = req.query().get("program").and_then(|id| ProgramId::parse(id).ok());
    let own = match req.cx.actor.partner_id().cloned() {
        Some(partner_id) => Some(partners::enrolments_of(&mut req.cx, &partner_id)?),
        None => None,
    };
    let may_read = |id: &ProgramId| {
        own.as_ref().is_none_or(|own| own.iter().any(|enrolment| enrolment.program_id == *id))
    };
    let program_id = match named.filter(may_read) {
        Some(program_id) => program_id,
        None => program::only_program(&mut req.cx)?,
    };
    let now = req.cx.now;
    program::in_force(&mut req.cx, &program_id, now)
}

/// `/rules?program=…`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let in_force = match asked(req) {
        Err(AppError::Unavailable(words)) => {
            let page = Page::new("Rules of engagement").body(Empty::new(
                Icon::Book,
                "No program is in force yet",
                words,
            ));
            return req.page(page);
        }
        found => found?,
    };
    let sections = rules_of_engagement(&in_force.document);
    let body = html! {
        @for one in &sections { (shown(one)) }
        (section("All rules by id", html! {
            p.quiet { "Pages show the id of the rule that applied. This is what each rule says; the numbers in force are above." }
            @for (title, rules) in CHAPTERS.iter() { (listed(title, rules)) }
        }))
    };
    let page = Page::new("Rules of engagement")
        .intro(format!("{}, version {} of the program.", in_force.document.name, in_force.number))
        .narrow()
        .body(body);
    req.page(page)
}

fn shown(one: &EngagementSection) -> Markup {
    section(
        one.heading,
        html! {
            @for paragraph in &one.paragraphs {
                p {
                    (paragraph.text)
                    @for rule in &paragraph.rules { " " (rule_chip(rule.as_str())) }
                }
            }
        },
    )
}

fn listed(title: &str, rules: &[(String, String)]) -> Markup {
    html! {
        h3 { (title) }
        dl.facts {
            @for (id, meaning) in rules {
                div id=(id) { dt { (id) } dd { (meaning) } }
            }
        }
    }
}
