//! Who calls: nobody, people of both sides in different roles, keys, and another vendor's chief.
//! People write through the API with a key of their own, as it takes keys only.

use frame::access::{PartnerRole, Permission, Permissions, VendorRole, permissions_of};
use people::identity::{self, NewUser, NewVendor, SignInMethod};
use testkit::{Caller, Partner, World};

use super::keys;

/// On which side a principal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody.
    Anonymous,
    /// The vendor's.
    Vendor,
    /// A partner's.
    Partner,
    /// None any more: the owner of its key may not act.
    Refused,
}

/// Someone who calls.
#[derive(Debug)]
pub(super) struct Principal {
    /// What it is called in messages.
    pub name: String,
    /// Its side.
    pub standing: Standing,
    /// What it may do.
    pub permissions: Permissions,
    /// It owns nothing of what the first partner and the first vendor have.
    pub is_stranger: bool,
    /// It is a key and no person.
    pub is_key: bool,
    /// How it calls.
    pub caller: Caller,
    /// How it writes through the API, which takes keys only.
    pub key: Caller,
}

impl Principal {
    /// A key as a principal of its own.
    pub(super) fn of_key(
        name: impl Into<String>,
        (standing, permissions): (Standing, Permissions),
        key: &Caller,
    ) -> Self {
        Self {
            name: name.into(),
            standing,
            permissions,
            is_stranger: false,
            is_key: true,
            caller: key.clone(),
            key: key.clone(),
        }
    }
}

/// Everybody.
#[derive(Debug)]
pub(super) struct Cast {
    principals: Vec<Principal>,
    /// The partner whose things are asked for.
    pub first: Partner,
}

impl Cast {
    /// Makes everybody known and signs them in.
    pub(super) async fn assemble(world: &World) -> Self {
        let [first, second] = world.partners(["North", "South"]).await;
        let nobody = world.anonymous();
        let mut principals = vec![Principal {
            name: "nobody".to_owned(),
            standing: Standing::Anonymous,
            permissions: Permissions::none(),
            is_stranger: false,
            is_key: false,
            key: nobody.clone(),
            caller: nobody,
        }];
        for (of, names, is_stranger) in [
            (&first, ["a seller", "a partner's admin"], false),
            (&second, ["another partner's seller", "another partner's admin"], true),
        ] {
            let people = [(PartnerRole::Seller, &of.seller), (PartnerRole::Admin, &of.admin)];
            for (name, (role, caller)) in names.into_iter().zip(people) {
                let permissions = permissions_of(&[], &[role]);
                principals.push(Principal {
                    name: name.to_owned(),
                    standing: Standing::Partner,
                    permissions,
                    is_stranger,
                    is_key: false,
                    caller: caller.clone(),
                    key: world.key_of(caller, &of.id, &scopes(permissions)).await,
                });
            }
        }
        for (name, role) in [
            ("a partner manager", VendorRole::PartnerManager),
            ("a direct rep", VendorRole::DirectRep),
            ("finance", VendorRole::Finance),
            ("operations", VendorRole::Operations),
            ("the channel chief", VendorRole::ChannelChief),
        ] {
            let email = format!("{}@acme.example", role.word());
            let permissions = permissions_of(&[role], &[]);
            let caller = world.vendor_user(&email, role.word()).await;
            principals.push(Principal {
                name: name.to_owned(),
                standing: Standing::Vendor,
                permissions,
                is_stranger: false,
                is_key: false,
                key: world.key_of(&caller, "", &scopes(permissions)).await,
                caller,
            });
        }
        let chief = principals.last().expect("the channel chief").caller.clone();
        principals.extend(keys::principals(world, &chief, [&first, &second]).await);
        principals.push(other_chief(world).await);
        Self { principals, first }
    }

    /// Everybody, nobody first.
    pub(super) fn principals(&self) -> &[Principal] {
        &self.principals
    }
}

/// The permissions as a key's scopes.
pub(super) fn scopes(permissions: Permissions) -> String {
    let words: Vec<&str> = permissions.list().into_iter().map(Permission::word).collect();
    words.join(" ")
}

/// The channel chief of a second vendor in the same installation.
async fn other_chief(world: &World) -> Principal {
    let app = world.app.clone();
    let now = app.clock.now();
    let node = app.clone();
    let (vendor_id, user_id, secret) = app
        .db
        .write(move |tx| {
            let vendor = NewVendor { name: "Umbra", host: "umbra.example", zone: "Europe/Rome" };
            let chief = NewUser {
                email: "chief@umbra.example",
                name: "Ugo Bianchi",
                roles: &["channel_chief"],
                ..NewUser::default()
            };
            let (vendor_id, user_id) =
                identity::create_vendor_with_admin(tx, &node, now, (&vendor, &chief))?;
            let mut cx = frame::Cx::system(tx, &node, vendor_id.clone(), now);
            let session = identity::create_session(&mut cx, &user_id, None, SignInMethod::Link)?;
            Ok::<_, frame::AppError>((vendor_id, user_id, session.secret))
        })
        .await
        .expect("another vendor");
    let permissions = permissions_of(&[VendorRole::ChannelChief], &[]);
    Principal {
        name: "another vendor's chief".to_owned(),
        standing: Standing::Vendor,
        permissions,
        is_stranger: true,
        is_key: false,
        caller: world.with_session(&secret),
        key: world.key_of_other(vendor_id, ("", user_id.as_str()), &scopes(permissions)).await,
    }
}
