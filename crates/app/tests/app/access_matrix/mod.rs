//! Every route of the table, called by every kind of principal, on its own things, on those of
//! others and on things that do not exist (ID-02, ID-03).

mod called;
mod calls;
mod canaries;
mod cast;
mod document;
mod expected;
mod keys;
mod objects;

use calls::{call, same_but_for_ids};
use cast::{Cast, Principal};
use expected::of;
use frame::routes::Route;
use http::Method;
use objects::{Objects, Whose};
use testkit::{Verdict, World, on_both, on_sqlite};

/// Routes that end the session with which they are called: they are shown elsewhere.
const ENDS_SESSIONS: [&str; 3] =
    ["/sign-out", "/settings/sessions/end-others", "/settings/password"];

fn routes(world: &World) -> Vec<Route> {
    let table = world.app.table.routes().iter();
    table.filter(|route| !ENDS_SESSIONS.contains(&route.path)).cloned().collect()
}

fn has_object(route: &Route) -> bool {
    route.path.contains('{')
}

#[test]
fn id_02_each_route_lets_in_whom_its_row_names_and_nobody_else() {
    on_both(async |world| {
        let cast = Cast::assemble(&world).await;
        let objects = Objects::make(&world, &cast).await;
        let mut wrong = Vec::new();
        for route in routes(&world) {
            for principal in cast.principals() {
                // Keys are made for the API: a page knows people only.
                if principal.is_key && !route.path.starts_with("/api/") {
                    continue;
                }
                // Reading one's own shows that one is let in; writing with nothing in the form
                // is enough to be let in or turned away, and changes nothing.
                let whose = if route.method == Method::GET { Whose::Own } else { Whose::Missing };
                let path = objects.path(&route, whose);
                let answer = call(&world, principal, &route.method, &path).await;
                let expected = of(&route, principal);
                if let Err(fault) = expected.check(&answer, has_object(&route)) {
                    wrong.push(format!("{}: {} {path}: {fault}", principal.name, route.method));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn id_03_a_foreign_thing_answers_like_one_that_does_not_exist() {
    on_both(async |world| {
        let cast = Cast::assemble(&world).await;
        let objects = Objects::make(&world, &cast).await;
        let mut wrong = Vec::new();
        for route in routes(&world).into_iter().filter(has_object) {
            for principal in cast.strangers() {
                let is_page = !route.path.starts_with("/api/");
                if of(&route, principal) != Verdict::LetIn || (principal.is_key && is_page) {
                    continue;
                }
                let foreign = objects.path(&route, Whose::Own);
                let missing = objects.path(&route, Whose::Missing);
                if foreign == missing || Objects::is_shared(&route, principal) {
                    continue;
                }
                let of_foreign = call(&world, principal, &route.method, &foreign).await;
                let of_missing = call(&world, principal, &route.method, &missing).await;
                if let Err(fault) = same_but_for_ids(&of_foreign, &of_missing) {
                    wrong.push(format!("{}: {} {foreign}: {fault}", principal.name, route.method));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn id_03_the_comparison_tells_a_thing_that_is_there_from_a_missing_one() {
    on_sqlite(async |world| {
        let cast = Cast::assemble(&world).await;
        let objects = Objects::make(&world, &cast).await;
        let mut told = std::collections::BTreeSet::new();
        for route in routes(&world).into_iter().filter(has_object) {
            let (here, missing) =
                (objects.path(&route, Whose::Own), objects.path(&route, Whose::Missing));
            let owners = cast.principals().iter().filter(|principal| {
                !principal.is_stranger && of(&route, principal) == Verdict::LetIn
            });
            for principal in owners.filter(|_| route.method == Method::GET && here != missing) {
                if principal.is_key && !route.path.starts_with("/api/") {
                    continue;
                }
                let one = call(&world, principal, &route.method, &here).await;
                let other = call(&world, principal, &route.method, &missing).await;
                // A stranger who is let in by mistake gets what an owner gets.
                if one.status == 200 && same_but_for_ids(&one, &other).is_err() {
                    told.insert(route.path);
                }
            }
        }
        assert!(told.len() > 40, "only {} routes: {told:?}", told.len());
        let mut one = cast.first.admin.get("/registrations/reg_none").await;
        let other = one.clone();
        assert!(same_but_for_ids(&one, &other).is_ok());
        one.headers.insert("etag", http::HeaderValue::from_static("\"1\""));
        assert!(same_but_for_ids(&one, &other).is_err(), "a header tells");
    });
}

/// The principals that own nothing of what `Objects` makes.
impl Cast {
    fn strangers(&self) -> impl Iterator<Item = &Principal> {
        self.principals().iter().filter(|principal| principal.is_stranger)
    }
}
