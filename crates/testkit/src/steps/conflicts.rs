//! Conflict cases through the API, and who decides them.

use domain::ids::{AccountId, CaseId, PartnerId, RegistrationId};
use sell::conflicts::{CaseKind, NewCase, Party, open, open_case_for};
use serde_json::{Value, json};

use super::deal_registration::{deal, register, with};
use crate::{Caller, Partner, World};

/// Two partners that want the same account, and the case that was opened about it.
pub async fn rivals(world: &World) -> (Partner, Partner, String) {
    let [north, south] = world.partners(["North", "South"]).await;
    let first = register(&north, "Globex").await.is(201).json();
    let second = south
        .key
        .api("POST", "/api/v1/deal-registrations", &with(deal("Globex"), json!({})))
        .await
        .is(201)
        .json();
    let id = |value: &Value| RegistrationId::parse(value["id"].as_str().unwrap()).unwrap();
    let (first, second) = (id(&first), id(&second));
    let (one, other) = (PartnerId::parse(&north.id).unwrap(), PartnerId::parse(&south.id).unwrap());
    let case: CaseId = world
        .act(move |cx| {
            let account: String = cx.tx.query_one_as("SELECT account_id FROM accounts", &[])?;
            let account_id = AccountId::parse(&account).map_err(frame::AppError::internal)?;
            let parties = [
                Party { partner_id: Some(&one), registration_id: Some(&first) },
                Party { partner_id: Some(&other), registration_id: Some(&second) },
            ];
            let case = NewCase {
                kind: CaseKind::PartnerPartner,
                account_id: &account_id,
                asked: "Both say that they met the buyer first. Who did?",
                asked_of_partners: "Say when you first met the buyer.",
                parties: &parties,
            };
            let case_id = open(cx, &case)?;
            assert_eq!(open(cx, &case)?, case_id, "the same case is opened once");
            assert_eq!(open_case_for(cx, &first)?, Some(case_id.clone()));
            Ok(case_id)
        })
        .await;
    (north, south, case.as_str().to_owned())
}

/// The people of the ladder, one on each seat.
pub struct Desk {
    /// A partner manager, who sits on the first level.
    pub manager: Caller,
    /// A manager of direct sales, who sits there too.
    pub direct: Caller,
    /// Somebody in operations, who sits on the neutral seat.
    pub operations: Caller,
    /// The channel chief, who decides last.
    pub chief: Caller,
    /// A program that reads and writes for the channel chief.
    pub key: Caller,
    /// A program that reads and writes for the partner manager, who sits on the first level.
    pub manager_key: Caller,
}

/// Somebody for every seat.
pub async fn desk(world: &World) -> Desk {
    let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
    let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
    let scopes = "conflicts:take-part conflicts:decide registrations:read";
    Desk {
        direct: world.vendor_user("dm@acme.example", "direct_manager").await,
        operations: world.vendor_user("neutral@acme.example", "operations").await,
        key: world.key_of(&chief, "", scopes).await,
        manager_key: world.key_of(&manager, "", scopes).await,
        manager,
        chief,
    }
}

/// The case as the vendor's program reads it.
pub async fn seen(desk: &Desk, case: &str) -> Value {
    desk.key.get(&format!("/api/v1/conflicts/{case}")).await.is(200).json()
}

/// The fields of a decision that awards the account to the first party.
pub const AWARD: [(&str, &str); 4] = [
    ("outcome", "award-0"),
    ("rule", "DR-02"),
    ("reason", "The first meeting is documented."),
    ("words", "The earlier documented meeting counts."),
];
