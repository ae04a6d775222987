//! Acts of direct sales and of partners.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are done in parts; what one part does not name belongs to another"
)]

use rig::Outcome;
use serde_json::{Value, json};

use super::{
    act::{Act, Came, Door, Hand},
    perform::{came, company},
    scene::{Deal, Scene},
};
use crate::inside::{deal, product, word};

impl Scene<'_> {
    pub(super) async fn direct(&mut self, act: Act) -> Outcome<Came> {
        match act {
            Act::Ask { by, deal } => return self.ask(by, deal).await,
            Act::Lose { by, opportunity } => {
                let Some(caller) = self.by_api(by).await? else { return Ok(Came::Nothing) };
                let Some(id) = self.opportunities.get(&opportunity) else {
                    return Ok(Came::Nothing);
                };
                let path = format!("/api/v1/direct-opportunities/{id}/closing");
                return Ok(came(&caller.api("POST", &path, &json!({ "outcome": "lost" })).await));
            }
            _ => {}
        }
        let (company, owner, label) = match act {
            Act::Opportunity { company, owner, label, .. } => (company, Some(owner), Some(label)),
            Act::Engage { deal, .. } => {
                let Some(deal) = self.deals.get(&deal) else { return Ok(Came::Nothing) };
                (deal.company, None, None)
            }
            _ => return Ok(Came::Nothing),
        };
        let Some(caller) = self.by_api(act.by()).await? else { return Ok(Came::Nothing) };
        let Some(id) = self.accounts.get(&company) else { return Ok(Came::Nothing) };
        let mut body = json!({ "account_id": id, "name": "A renewal", "product": product(),
            "amount": { "minor": 9_000_000, "currency": "EUR" } });
        let owner = self.user_of(owner);
        if let (false, Some(members)) = (owner.is_empty(), body.as_object_mut()) {
            members.insert("owner_user_id".to_owned(), Value::from(owner));
        }
        let reply = caller.api("POST", "/api/v1/direct-opportunities", &body).await;
        let came = came(&reply);
        if let (Came::Done, Some(label)) = (&came, label) {
            self.opportunities.insert(label, word(&reply.json(), "id").to_owned());
        }
        Ok(came)
    }

    async fn ask(&mut self, by: Hand, label: u32) -> Outcome<Came> {
        let Some(caller) = self.caller(by).await? else { return Ok(Came::Nothing) };
        let account = self.deals.get(&label).and_then(|deal| self.accounts.get(&deal.company));
        let Some(account) = account.cloned() else { return Ok(Came::Nothing) };
        let purpose = "A joint demo.";
        let reply = if by.door == Door::Session {
            let fields = [("account_id", account.as_str()), ("purpose", purpose)];
            caller.post("/availability/consent", &fields).await
        } else {
            let body = json!({ "account_id": account, "purpose": purpose });
            caller.api("POST", "/api/v1/consent-requests", &body).await
        };
        let came = came(&reply);
        if came == Came::Done {
            let found: Vec<(String, String)> = self
                .act(move |cx| {
                    let vendor_id = cx.vendor();
                    Ok(cx.tx.query(
                        "SELECT registration_id, consent_id FROM deal_registration_consents \
                         WHERE vendor_id = $1 AND answer = ''",
                        db::params![vendor_id.as_str()],
                        |row| Ok((row.text(0)?, row.text(1)?)),
                    )?)
                })
                .await?;
            for deal in self.deals.values_mut() {
                let open = found.iter().find(|(registration, _)| *registration == deal.id);
                deal.asked = open.map(|(_, consent)| consent.clone());
            }
        }
        Ok(came)
    }

    pub(super) async fn of_partner(&mut self, act: Act) -> Outcome<Came> {
        match act {
            Act::Register { by, company, deal } => self.register(by, (company, deal)).await,
            Act::Give { by, deal, asked } => self.give(by, (deal, asked)).await,
            Act::Appeal { by, case } => {
                let Some(caller) = self.by_api(by).await? else { return Ok(Came::Nothing) };
                let Some((id, _)) = self.cases.get(&case) else { return Ok(Came::Nothing) };
                let path = format!("/api/v1/conflicts/{id}/appeal");
                let words = format!("A mail that was missing, {}.", self.requests);
                Ok(came(&caller.api("POST", &path, &json!({ "words": words })).await))
            }
            _ => Ok(Came::Nothing),
        }
    }

    async fn register(&mut self, by: Hand, (place, label): (u32, u32)) -> Outcome<Came> {
        let Some(partner) = self.faces.get(&by.face).and_then(|face| face.partner) else {
            return Ok(Came::Nothing);
        };
        let Some(caller) = self.by_api(by).await? else { return Ok(Came::Nothing) };
        let (name, domain) = company(place);
        let reply = caller.api("POST", "/api/v1/deal-registrations", &deal(&name, &domain)).await;
        let came = came(&reply);
        if came == Came::Done {
            let id = word(&reply.json(), "id").to_owned();
            let of = id.clone();
            let account: String = self
                .act(move |cx| {
                    let vendor_id = cx.vendor();
                    Ok(cx.tx.query_one(
                        "SELECT account_id FROM deal_registrations WHERE vendor_id = $1 \
                         AND registration_id = $2",
                        db::params![vendor_id.as_str(), &of],
                        |row| row.text(0),
                    )?)
                })
                .await?;
            self.accounts.entry(place).or_insert(account);
            self.deals.insert(label, Deal { id, company: place, partner, asked: None });
        }
        Ok(came)
    }

    async fn give(&mut self, by: Hand, (label, asked): (u32, bool)) -> Outcome<Came> {
        let Some(deal) = self.deals.get(&label).cloned() else { return Ok(Came::Nothing) };
        let own = self.faces.get(&by.face).and_then(|face| face.partner);
        if own != Some(deal.partner) {
            return Ok(Came::Nothing);
        }
        let Some(caller) = self.caller(by).await? else { return Ok(Came::Nothing) };
        let reply = match (&deal.asked, asked) {
            (Some(consent), true) if by.door == Door::Session => {
                let path = format!("/registrations/{}/consents/{consent}", deal.id);
                caller.post(&path, &[("answer", "give")]).await
            }
            (Some(consent), true) => {
                let path =
                    format!("/api/v1/deal-registrations/{}/consents/{consent}/answer", deal.id);
                caller.api("POST", &path, &json!({ "given": true })).await
            }
            (None, false) if by.door != Door::Session => {
                let path = format!("/api/v1/deal-registrations/{}/consents", deal.id);
                caller.api("POST", &path, &json!({ "purpose": "Whatever." })).await
            }
            (None, false) => {
                let path = format!("/registrations/{}/consents/new", deal.id);
                caller.post(&path, &[("purpose", "Whatever.")]).await
            }
            (None, true) | (Some(_), false) => return Ok(Came::Nothing),
        };
        let came = came(&reply);
        if let (Came::Done, true, Some(deal)) = (&came, asked, self.deals.get_mut(&label)) {
            deal.asked = None;
        }
        Ok(came)
    }
}
