//! Doing what an act says, through a page or the API.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are done in parts; what one part does not name belongs to another"
)]

use domain::ids::UserId;
use people::identity;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::{Answer as Reply, Caller};

use super::{
    act::{Act, Answer, Came, Door, Hand, Ruling},
    scene::Scene,
};
use crate::{inside::word, stage::words};

/// What a reply means: done, or refused by which rule.
pub(super) fn came(reply: &Reply) -> Came {
    let status = reply.status.as_u16();
    let sign_in = status == 303 && reply.location().starts_with("/sign-in");
    match status {
        200..=299 => Came::Done,
        303 if !sign_in => Came::Done,
        409 => {
            let text = reply.text();
            let problem: Value = serde_json::from_str(&text).unwrap_or_default();
            let named = word(&problem, "rule").to_owned();
            Came::Refused(if named.is_empty() { rule_in(&text) } else { named })
        }
        500.. => Came::Broken(format!("{}: {status} {}", reply.asked, reply.text())),
        other => Came::Refused(other.to_string()),
    }
}

/// The rule that a page names.
fn rule_in(text: &str) -> String {
    let rules = ["DR-14", "CF-03", "PG-02", "DR-05", "ID-02", "DR-02", "CF-07"];
    rules.into_iter().find(|rule| text.contains(rule)).unwrap_or("409").to_owned()
}

/// An entry of a list, whatever the number.
pub(super) fn entry(list: &'static [&'static str], place: u32) -> &'static str {
    list.get(usize::try_from(place).unwrap_or(0) % list.len().max(1)).copied().unwrap_or("")
}

/// The company of a number: name and internet domain.
pub(super) fn company(place: u32) -> (String, String) {
    let name = words::company(place);
    let domain = format!("{}.com", name.to_lowercase());
    (name, domain)
}

impl Scene<'_> {
    /// The caller of a hand, made when it is first used; `None` where it has none.
    pub(super) async fn caller(&mut self, hand: Hand) -> Outcome<Option<Caller>> {
        let known = self.faces.get(&hand.face).and_then(|face| face.doors.get(&hand.door));
        if let Some(caller) = known {
            return Ok(Some(caller.clone()));
        }
        match hand.door {
            Door::Session => return Ok(None),
            Door::Key => self.key_of(hand.face).await?,
            Door::Child => {
                let parent = Box::pin(self.caller(Hand { door: Door::Key, ..hand })).await?;
                let Some(parent) = parent else { return Ok(None) };
                self.child_of(hand.face, &parent).await?;
            }
        }
        Ok(self.faces.get(&hand.face).and_then(|face| face.doors.get(&hand.door)).cloned())
    }

    /// A key made with a key, where that may make one.
    async fn child_of(&mut self, label: u32, parent: &Caller) -> Outcome<()> {
        let Some(face) = self.faces.get(&label) else {
            return Ok(());
        };
        let user_id = UserId::parse(&face.user_id).map_err(|e| e.to_string())?;
        let partner_id = face.partner.and_then(|place| self.partner_id(place).cloned());
        let scopes: Vec<&str> = self
            .act(move |cx| {
                let member = identity::member(cx, &user_id, partner_id.as_ref())?;
                let list = member.map(|member| member.permissions().list()).unwrap_or_default();
                Ok(list.into_iter().map(frame::access::Permission::word).collect())
            })
            .await?;
        let expires_at = self.world.app.clock.now() + jiff::SignedDuration::from_hours(8_000);
        let body = json!({ "name": "A child", "scopes": scopes, "expires_at": expires_at });
        let made = parent.api("POST", "/api/v1/api-keys", &body).await;
        if made.status.as_u16() != 201 {
            return Ok(());
        }
        let caller = self.world.with_key(word(&made.json(), "secret"));
        if let Some(face) = self.faces.get_mut(&label) {
            face.doors.insert(Door::Child, caller);
        }
        Ok(())
    }

    /// A caller of the API: a key, also where the hand came by a session.
    pub(super) async fn by_api(&mut self, hand: Hand) -> Outcome<Option<Caller>> {
        let door = if hand.door == Door::Session { Door::Key } else { hand.door };
        self.caller(Hand { door, ..hand }).await
    }

    /// Does it.
    pub(super) async fn perform(&mut self, act: Act) -> Outcome<Came> {
        let stands = self.faces.get(&act.by().face).is_some_and(|face| face.stands);
        if !stands {
            return Ok(Came::Nothing);
        }
        match act {
            Act::Invite { .. } => self.invite(act).await,
            Act::Remove { .. }
            | Act::Suspend { .. }
            | Act::Roles { .. }
            | Act::Territories { .. } => self.on_person(act).await,
            Act::Owner { .. } | Act::Country { .. } | Act::Manager { .. } => {
                self.hand_over(act).await
            }
            Act::Opportunity { .. } | Act::Lose { .. } | Act::Ask { .. } | Act::Engage { .. } => {
                self.direct(act).await
            }
            Act::Register { .. } | Act::Give { .. } | Act::Appeal { .. } => {
                self.of_partner(act).await
            }
            Act::Decide { .. } | Act::Release { .. } | Act::Open { .. } | Act::Rule { .. } => {
                self.of_vendor(act).await
            }
            Act::Draft { .. } | Act::Sign { .. } => self.of_program(act).await,
        }
    }

    async fn of_vendor(&mut self, act: Act) -> Outcome<Came> {
        let by = act.by();
        let Some(caller) = self.caller(by).await? else { return Ok(Came::Nothing) };
        let session = by.door == Door::Session;
        let reply = match act {
            Act::Decide { deal, answer, .. } => {
                let Some(deal) = self.deals.get(&deal) else { return Ok(Came::Nothing) };
                decides(&caller, session, &deal.id, answer).await
            }
            Act::Release { deal, .. } => {
                let Some(deal) = self.deals.get(&deal) else { return Ok(Came::Nothing) };
                let reason = "The customer asked for it.";
                if session {
                    let path = format!("/registrations/{}/release", deal.id);
                    caller.post(&path, &[("reason", reason)]).await
                } else {
                    let path = format!("/api/v1/deal-registrations/{}/release", deal.id);
                    caller.api("POST", &path, &json!({ "reason": reason })).await
                }
            }
            Act::Open { deal, case, .. } => return self.open(&caller, session, (deal, case)).await,
            Act::Rule { case, ruling, .. } => {
                let Some((id, deal)) = self.cases.get(&case).cloned() else {
                    return Ok(Came::Nothing);
                };
                let partner = self.deals.get(&deal).and_then(|deal| self.partner_id(deal.partner));
                let partner = partner.map_or("", |id| id.as_str()).to_owned();
                rules(&caller, session, (&id, &partner), ruling).await
            }
            _ => return Ok(Came::Nothing),
        };
        Ok(came(&reply))
    }

    async fn open(
        &mut self,
        caller: &Caller,
        session: bool,
        (deal, case): (u32, u32),
    ) -> Outcome<Came> {
        let Some(id) = self.deals.get(&deal).map(|deal| deal.id.clone()) else {
            return Ok(Came::Nothing);
        };
        let asked = "Who works this account?";
        let reply = if session {
            let fields = [("kind", "decision"), ("registration", id.as_str()), ("asked", asked)];
            caller.post("/conflicts/new", &fields).await
        } else {
            let body = json!({ "kind": "decision", "registration_id": id, "asked": asked });
            caller.api("POST", "/api/v1/conflicts", &body).await
        };
        let came = came(&reply);
        if came != Came::Done {
            return Ok(came);
        }
        let opened = if session {
            let last = reply.location().rsplit('/').next().unwrap_or_default();
            last.split('?').next().unwrap_or_default().to_owned()
        } else {
            word(&reply.json(), "id").to_owned()
        };
        if self.cases.values().any(|(known, _)| *known == opened) {
            // It was open already; nobody opened it now.
            return Ok(Came::Nothing);
        }
        self.cases.insert(case, (opened, deal));
        Ok(Came::Done)
    }

    async fn of_program(&mut self, act: Act) -> Outcome<Came> {
        let by = act.by();
        let Some(caller) = self.caller(by).await? else { return Ok(Came::Nothing) };
        let base = format!("/program/{}", self.program_id);
        match act {
            Act::Draft { version, .. } => {
                let days = 91 + version % 300;
                let document = domain::program::Document::DEFAULT_TOML
                    .replace("\nvalidity_days = 90 ", &format!("\nvalidity_days = {days} "));
                let (reply, number) = if by.door == Door::Session {
                    let fields = [("document", document.as_str()), ("note", "longer")];
                    let reply = caller.post(&format!("{base}/drafts"), &fields).await;
                    let last = reply.location().rsplit('/').next().unwrap_or_default();
                    let number = last.split('?').next().and_then(|text| text.parse().ok());
                    (reply, number)
                } else {
                    let body = json!({ "document": document, "note": "longer" });
                    let reply = caller.api("POST", "/api/v1/program-versions", &body).await;
                    let made = reply.status.as_u16() == 201;
                    let number = made
                        .then(|| reply.json())
                        .and_then(|body| body.get("number").and_then(Value::as_i64));
                    (reply, number)
                };
                let came = came(&reply);
                let Some(number) = number.filter(|_| came == Came::Done) else { return Ok(came) };
                let reply = if by.door == Door::Session {
                    caller.post(&format!("{base}/versions/{number}/proposal"), &[]).await
                } else {
                    let path = format!("/api/v1/program-versions/{number}/proposal");
                    caller.api("POST", &path, &Value::Null).await
                };
                self.versions.insert(version, number);
                Ok(self::came(&reply))
            }
            Act::Sign { version, .. } => {
                let Some(number) = self.versions.get(&version) else { return Ok(Came::Nothing) };
                let reply = if by.door == Door::Session {
                    caller.post(&format!("{base}/versions/{number}/approval"), &[]).await
                } else {
                    let path = format!("/api/v1/program-versions/{number}/approval");
                    caller.api("POST", &path, &Value::Null).await
                };
                Ok(came(&reply))
            }
            _ => Ok(Came::Nothing),
        }
    }
}

async fn decides(caller: &Caller, session: bool, id: &str, answer: Answer) -> Reply {
    let (note, reason) = ("When did you meet?", "not_qualified");
    if session {
        let base = format!("/registrations/{id}/decision");
        return match answer {
            Answer::Approve => caller.post(&base, &[("do", "approve")]).await,
            Answer::Reject => caller.post(&format!("{base}/reject"), &[("reason", reason)]).await,
            Answer::Return => caller.post(&format!("{base}/return"), &[("note", note)]).await,
        };
    }
    let body = match answer {
        Answer::Approve => json!({ "decision": "approve" }),
        Answer::Reject => json!({ "decision": "reject", "reason": reason }),
        Answer::Return => json!({ "decision": "return", "note": note }),
    };
    caller.api("POST", &format!("/api/v1/deal-registrations/{id}/decision"), &body).await
}

async fn rules(
    caller: &Caller,
    session: bool,
    (id, partner): (&str, &str),
    ruling: Ruling,
) -> Reply {
    let words = "Nobody works it.";
    if session {
        let base = format!("/conflicts/{id}");
        return match ruling {
            Ruling::Decide => {
                let fields = [
                    ("outcome", "release"),
                    ("rule", "CF-05"),
                    ("reason", words),
                    ("words", words),
                ];
                caller.post(&format!("{base}/decision"), &fields).await
            }
            Ruling::Escalate => caller.post(&format!("{base}/escalation"), &[("why", words)]).await,
            Ruling::Close => {
                caller.post(&format!("{base}/closing"), &[("note", words), ("words", words)]).await
            }
            Ruling::Ask => {
                let fields = [("party", partner), ("asked", words)];
                caller.post(&format!("{base}/requests"), &fields).await
            }
        };
    }
    let base = format!("/api/v1/conflicts/{id}");
    let (part, body) = match ruling {
        Ruling::Decide => {
            let outcome = json!({ "outcome": "release" });
            let body =
                json!({ "outcome": outcome, "rule": "CF-05", "reason": words, "words": words });
            ("decision", body)
        }
        Ruling::Escalate => ("escalation", json!({ "reason": words })),
        Ruling::Close => ("closing", json!({ "note": words, "words": words })),
        Ruling::Ask => ("evidence-requests", json!({ "partner_id": partner, "words": words })),
    };
    caller.api("POST", &format!("{base}/{part}"), &body).await
}
