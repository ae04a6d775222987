//! Who calls: people of each role by session and key, and keys of people and keys that lost
//! something since they were made.

use std::collections::{BTreeMap, BTreeSet};

use frame::access::{PartnerRole, Permission, Permissions, VendorRole, permissions_of};
use rig::Outcome;
use serde_json::json;
use testkit::{Caller, Partner, World};

use crate::inside::word;

/// On which side somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// None: not signed in.
    Nobody,
    /// The vendor's.
    Vendor,
    /// A partner's.
    Partner,
    /// None any more.
    Refused,
}

/// Somebody who calls.
#[derive(Debug)]
pub(super) struct Principal {
    /// What it is called.
    pub(super) name: String,
    /// Its side.
    pub(super) side: Side,
    /// The words of what it may do.
    pub(super) may: BTreeSet<&'static str>,
    /// Whether it is a key.
    pub(super) is_key: bool,
    /// How it calls.
    pub(super) caller: Caller,
}

impl Principal {
    fn new(name: impl Into<String>, (side, may): (Side, Permissions), caller: &Caller) -> Self {
        let may = may.list().into_iter().map(Permission::word).collect();
        let is_key = caller.api_secret().is_ok();
        Self { name: name.into(), side, may, is_key, caller: caller.clone() }
    }
}

fn scopes(permissions: Permissions) -> String {
    permissions.list().into_iter().map(Permission::word).collect::<Vec<_>>().join(" ")
}

/// Everybody, and things that are there to be read.
#[derive(Debug)]
pub(super) struct Cast {
    /// Everybody.
    pub(super) people: Vec<Principal>,
    /// Ids of things, by the name of the part of a path that names them.
    pub(super) things: BTreeMap<&'static str, String>,
}

/// Everybody, as they are once all the changes are made.
pub(super) async fn cast(world: &World) -> Outcome<Cast> {
    let partner = world.partner("North").await;
    let writer = world.key_of_some("channel_chief", "accounts:write").await;
    let account = json!({ "name": "Globex", "country": "DE" });
    let account = writer.api("POST", "/api/v1/accounts", &account).await.json();
    let things = BTreeMap::from([
        ("{program_id}", world.program_id.as_str().to_owned()),
        ("{number}", "1".to_owned()),
        ("{partner_id}", partner.id.clone()),
        ("{user_id}", partner.seller.user_id.clone()),
        ("{account_id}", word(&account, "id").to_owned()),
    ]);
    let nobody = (Side::Nobody, Permissions::none());
    let mut all = vec![Principal::new("nobody", nobody, &world.anonymous())];
    all.extend(of_each_role(world, &partner).await);
    let chief = world.vendor_user("chief@acme.example", VendorRole::ChannelChief.word()).await;
    all.extend(of_changed_people(world, &chief).await?);
    let narrow = (Side::Vendor, Permissions::of(&[Permission::RegistrationsRead]));
    let key = world.key_of(&chief, "", &scopes(narrow.1)).await;
    all.push(Principal::new("a narrow key", narrow, &key));
    all.push(of_service(world, &chief).await);
    all.extend(made_with_keys(world, &chief).await?);
    Ok(Cast { people: all, things })
}

async fn of_each_role(world: &World, partner: &Partner) -> Vec<Principal> {
    let mut all = Vec::new();
    let everything = scopes(Permissions::all());
    for role in VendorRole::ALL {
        let may = (Side::Vendor, permissions_of(&[role], &[]));
        let email = format!("{}@acme.example", role.word());
        let person = world.vendor_user(&email, role.word()).await;
        all.push(Principal::new(role.label(), may, &person));
        let key = world.key_of(&person, "", &everything).await;
        all.push(Principal::new(format!("a key of {}", role.label()), may, &key));
    }
    for role in PartnerRole::ALL {
        let may = (Side::Partner, permissions_of(&[], &[role]));
        let email = format!("{}@roles.north.example", role.word());
        let person = world.partner_user(&email, &partner.id, role.word()).await;
        all.push(Principal::new(format!("a partner's {}", role.label()), may, &person));
        let key = world.key_of(&person, &partner.id, &everything).await;
        all.push(Principal::new(format!("a key of a partner's {}", role.label()), may, &key));
        let narrow = (Side::Partner, Permissions::of(&[Permission::RegistrationsRead]));
        let key = world.key_of(&person, &partner.id, &scopes(narrow.1)).await;
        all.push(Principal::new(
            format!("a narrow key of a partner's {}", role.label()),
            narrow,
            &key,
        ));
    }
    all
}

/// Sessions and keys of people who lost their role, were suspended or removed.
async fn of_changed_people(world: &World, chief: &Caller) -> Outcome<Vec<Principal>> {
    let everything = scopes(permissions_of(&[VendorRole::ChannelChief], &[]));
    let nothing = (Side::Refused, Permissions::none());
    let finance = (Side::Vendor, permissions_of(&[VendorRole::Finance], &[]));
    let mut all = Vec::new();
    for (what, path, fields, may) in [
        ("whose role was taken", "roles", ("roles", "finance"), finance),
        ("who is suspended", "suspension", ("do", "suspend"), nothing),
        ("who is removed", "removal", ("sure", "1"), nothing),
    ] {
        let email = format!("{path}@acme.example");
        let person = world.vendor_user(&email, VendorRole::ChannelChief.word()).await;
        let key = world.key_of(&person, "", &everything).await;
        let page = format!("/people/{}/{path}", person.user_id);
        let answer = chief.save(&page, &[fields]).await;
        if answer.status.as_u16() != 303 {
            return Err(format!("{page}: {} {}", answer.status, answer.text()));
        }
        let session = match may.0 {
            Side::Refused => (Side::Nobody, Permissions::none()),
            Side::Nobody | Side::Vendor | Side::Partner => may,
        };
        all.push(Principal::new(format!("a person {what}"), session, &person));
        all.push(Principal::new(format!("a key of a person {what}"), may, &key));
    }
    Ok(all)
}

/// A service identity that a chief owns: it may do everything but decide.
async fn of_service(world: &World, chief: &Caller) -> Principal {
    let may = permissions_of(&[VendorRole::ChannelChief], &[]).both(Permissions::of_services());
    let key = world.key_of_service(chief, may).await;
    Principal::new("a service identity's key", (Side::Vendor, may), &key)
}

/// A key that was made with a key, and one whose parent was revoked since.
async fn made_with_keys(world: &World, chief: &Caller) -> Outcome<Vec<Principal>> {
    let may = Permissions::of(&[Permission::AccountsRead, Permission::ProgramRead]);
    let mut all = Vec::new();
    for (name, side) in [("a child key", Side::Vendor), ("a child of a revoked key", Side::Refused)]
    {
        let parent = world.key_of(chief, "", "api-keys:manage accounts:read program:read").await;
        let (child, id) = world.child_of(&parent, &["accounts:read", "program:read"]).await;
        if side == Side::Refused {
            revoke_parent_of(world, &id).await?;
        }
        all.push(Principal::new(name, (side, may), &child));
    }
    Ok(all)
}

/// Revokes the key with which another was made.
async fn revoke_parent_of(world: &World, child: &str) -> Outcome<()> {
    let child = child.to_owned();
    let parent = world
        .act(move |cx| {
            let sql = "SELECT parent_key_id FROM identity_api_keys WHERE key_id = $1";
            Ok(cx.tx.query_one(sql, db::params![&child], |row| row.text(0))?)
        })
        .await;
    let chief = world.vendor_user("revokes@acme.example", VendorRole::ChannelChief.word()).await;
    let key = world.key_of(&chief, "", &scopes(Permissions::all())).await;
    let path = format!("/api/v1/api-keys/{parent}");
    let answer = key.api("DELETE", &path, &serde_json::Value::Null).await;
    match answer.status.as_u16() {
        204 => Ok(()),
        status => Err(format!("revoking the parent: {status} {}", answer.text())),
    }
}
