//! Acts about people, and about what is handed over from one to another.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are done in parts; what one part does not name belongs to another"
)]

use domain::ids::UserId;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::Caller;

use super::{
    act::{Act, Came, Door},
    human::{CODES, Face, ROLES, address},
    perform::{came, entry},
    scene::Scene,
};

impl Scene<'_> {
    pub(super) async fn invite(&mut self, act: Act) -> Outcome<Came> {
        let Act::Invite { by, face, human, side, address: kind, roles } = act else {
            return Ok(Came::Nothing);
        };
        let Some(caller) = self.caller(by).await? else { return Ok(Came::Nothing) };
        let email = address(human, kind, face);
        let name = format!("Human {human}");
        let roles: Vec<&str> = match side {
            Some(_) => vec!["admin"],
            None => entry(&ROLES, roles).split(' ').collect(),
        };
        let partner = side.and_then(|place| self.partner_id(place).cloned());
        let reply = if by.door == Door::Session {
            let own = self.faces.get(&by.face).and_then(|face| face.partner).is_some();
            let path = match &partner {
                Some(id) if !own => format!("/partners/{id}/people"),
                Some(_) | None => "/people".to_owned(),
            };
            let mut fields = vec![("email", email.as_str()), ("name", name.as_str())];
            fields.extend(roles.iter().map(|role| ("roles", *role)));
            caller.post(&path, &fields).await
        } else if let Some(id) = &partner {
            let body = json!({ "partner_id": id, "email": email, "name": name, "roles": roles });
            caller.api("POST", "/api/v1/partner-users", &body).await
        } else {
            let body = json!({ "email": email, "name": name, "roles": roles });
            caller.api("POST", "/api/v1/vendor-users", &body).await
        };
        let came = came(&reply);
        if came == Came::Done {
            let user_id = self.joins(&email, partner.as_ref().map_or("", |id| id.as_str())).await?;
            self.meet(face, (human, side), user_id).await?;
        }
        Ok(came)
    }

    /// Whoever was invited accepts.
    async fn joins(&self, email: &str, partner: &str) -> Outcome<UserId> {
        let (email, partner) = (email.to_owned(), partner.to_owned());
        self.act(move |cx| {
            let (vendor_id, now) = (cx.vendor(), cx.now_micros());
            let user_id = cx.tx.query_one(
                "SELECT u.user_id FROM identity_users u JOIN identity_memberships m \
                 ON m.vendor_id = u.vendor_id AND m.user_id = u.user_id \
                 WHERE u.vendor_id = $1 AND m.partner_id = $2 AND m.joined_at IS NULL \
                 AND m.ended_at IS NULL AND REPLACE(u.email, '.', '+') = REPLACE($3, '.', '+')",
                db::params![vendor_id.as_str(), &partner, &email],
                |row| row.text(0),
            )?;
            cx.tx.execute(
                "UPDATE identity_memberships SET joined_at = $4 \
                 WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3",
                db::params![vendor_id.as_str(), &user_id, &partner, now],
            )?;
            UserId::parse(&user_id).map_err(frame::AppError::internal)
        })
        .await
    }

    fn face(&self, label: u32) -> Option<Face> {
        self.faces.get(&label).cloned()
    }

    /// The page and the resource of a user on its side.
    fn places(&self, face: &Face) -> (String, String) {
        let id = &face.user_id;
        match face.partner.and_then(|place| self.partner_id(place)) {
            Some(partner) => (
                format!("/partners/{partner}/people/{id}"),
                format!("/api/v1/partner-users/{id}?partner_id={partner}"),
            ),
            None => (format!("/people/{id}"), format!("/api/v1/vendor-users/{id}")),
        }
    }

    pub(super) async fn on_person(&mut self, act: Act) -> Outcome<Came> {
        let (Act::Remove { by, face }
        | Act::Suspend { by, face, .. }
        | Act::Roles { by, face, .. }
        | Act::Territories { by, face, .. }) = act
        else {
            return Ok(Came::Nothing);
        };
        let Some(whom) = self.face(face).filter(|one| one.stands) else {
            return Ok(Came::Nothing);
        };
        let (page, resource) = self.places(&whom);
        let of_partner = self.faces.get(&by.face).and_then(|face| face.partner).is_some();
        let page = if of_partner { format!("/people/{}", whom.user_id) } else { page };
        if by.door == Door::Session {
            let Some(caller) = self.caller(by).await? else { return Ok(Came::Nothing) };
            match act {
                Act::Remove { .. } => {
                    let came = came(&caller.post(&format!("{page}/removal"), &[]).await);
                    return Ok(self.left(face, came));
                }
                Act::Suspend { suspended, .. } => {
                    let verb = if suspended { "suspend" } else { "restore" };
                    let path = format!("{page}/suspension");
                    return Ok(came(&caller.post(&path, &[("do", verb)]).await));
                }
                _ => {}
            }
        }
        let Some(caller) = self.by_api(by).await? else { return Ok(Came::Nothing) };
        if matches!(act, Act::Remove { .. }) {
            let came = came(&caller.api("DELETE", &resource, &Value::Null).await);
            return Ok(self.left(face, came));
        }
        let body = match act {
            Act::Suspend { suspended, .. } => json!({ "suspended": suspended }),
            Act::Roles { roles, .. } => {
                json!({ "roles": entry(&ROLES, roles).split(' ').collect::<Vec<_>>() })
            }
            Act::Territories { codes, .. } => {
                let codes: Vec<&str> = entry(&CODES, codes).split_whitespace().collect();
                json!({ "territories": codes })
            }
            _ => return Ok(Came::Nothing),
        };
        self.patch(&caller, &resource, &body).await
    }

    /// A user that was removed stands there no more.
    fn left(&mut self, label: u32, came: Came) -> Came {
        if let (Came::Done, Some(face)) = (&came, self.faces.get_mut(&label)) {
            face.stands = false;
        }
        came
    }

    /// Changes a resource as it is now.
    async fn patch(&mut self, caller: &Caller, path: &str, body: &Value) -> Outcome<Came> {
        let read = caller.get(path).await;
        if read.status.as_u16() != 200 {
            return Ok(came(&read));
        }
        self.requests += 1;
        let (tag, key) = (read.header("etag").to_owned(), format!("patch-{}", self.requests));
        let headers = [("if-match", tag.as_str()), ("idempotency-key", key.as_str())];
        Ok(came(&caller.api_with("PATCH", path, body, &headers).await))
    }

    pub(super) fn user_of(&self, label: Option<u32>) -> String {
        let face = label.and_then(|label| self.faces.get(&label));
        face.map(|face| face.user_id.clone()).unwrap_or_default()
    }

    pub(super) async fn hand_over(&mut self, act: Act) -> Outcome<Came> {
        let Some(caller) = self.by_api(act.by()).await? else { return Ok(Came::Nothing) };
        let (path, body) = match act {
            Act::Owner { company, to, .. } => {
                let Some(id) = self.accounts.get(&company) else { return Ok(Came::Nothing) };
                let path = format!("/api/v1/accounts/{id}");
                (path, json!({ "owner_user_id": self.user_of(to) }))
            }
            Act::Country { company, abroad, .. } => {
                let Some(id) = self.accounts.get(&company) else { return Ok(Came::Nothing) };
                let country = if abroad { "FR" } else { "DE" };
                (format!("/api/v1/accounts/{id}"), json!({ "country": country }))
            }
            Act::Manager { partner, to, .. } => {
                let Some(id) = self.partner_id(partner) else { return Ok(Came::Nothing) };
                let body = json!({ "manager_user_id": self.user_of(to), "reason": "A new team." });
                (format!("/api/v1/partners/{id}"), body)
            }
            _ => return Ok(Came::Nothing),
        };
        self.patch(&caller, &path, &body).await
    }
}
