//! Who calls: nobody, people of both sides in different roles, keys, and another vendor's chief.

use app::{
    access::{PartnerRole, Permission, Permissions, VendorRole, permissions_of},
    identity::{self, NewUser, NewVendor, SignInMethod},
};
use testkit::{Caller, Partner, World};

/// On which side a principal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody.
    Anonymous,
    /// The vendor's.
    Vendor,
    /// A partner's.
    Partner,
}

/// Someone who calls.
#[derive(Debug)]
pub(super) struct Principal {
    /// What it is called in messages.
    pub name: &'static str,
    /// Its side.
    pub standing: Standing,
    /// What it may do.
    pub permissions: Permissions,
    /// It owns nothing of what the first partner and the first vendor have.
    pub is_stranger: bool,
    /// How it calls.
    pub caller: Caller,
}

/// Everybody.
#[derive(Debug)]
pub(super) struct Cast {
    principals: Vec<Principal>,
    /// The partner whose things are asked for.
    pub first: Partner,
}

/// What the narrow key may do.
const NARROW: Permission = Permission::RegistrationsRead;

impl Cast {
    /// Makes everybody known and signs them in.
    pub(super) async fn assemble(world: &World) -> Self {
        let [first, second] = world.partners(["North", "South"]).await;
        let vendor = |role: VendorRole| permissions_of(&[role], &[]);
        let partner = |role: PartnerRole| permissions_of(&[], &[role]);
        let mut principals = vec![
            principal("nobody", Standing::Anonymous, Permissions::none(), world.anonymous()),
            principal(
                "a seller",
                Standing::Partner,
                partner(PartnerRole::Seller),
                first.seller.clone(),
            ),
            principal(
                "a partner's admin",
                Standing::Partner,
                partner(PartnerRole::Admin),
                first.admin.clone(),
            ),
        ];
        principals.push(Principal {
            is_stranger: true,
            ..principal(
                "another partner's admin",
                Standing::Partner,
                partner(PartnerRole::Admin),
                second.admin.clone(),
            )
        });
        principals.push(Principal {
            is_stranger: true,
            ..principal(
                "another partner's seller",
                Standing::Partner,
                partner(PartnerRole::Seller),
                second.seller.clone(),
            )
        });
        for (name, role) in [
            ("a partner manager", VendorRole::PartnerManager),
            ("a direct rep", VendorRole::DirectRep),
            ("finance", VendorRole::Finance),
            ("operations", VendorRole::Operations),
            ("the channel chief", VendorRole::ChannelChief),
        ] {
            let email = format!("{}@acme.example", role.word());
            let caller = world.vendor_user(&email, role.word()).await;
            principals.push(principal(name, Standing::Vendor, vendor(role), caller));
        }
        principals.push(Principal {
            ..principal(
                "a vendor's narrow key",
                Standing::Vendor,
                Permissions::of(&[NARROW]),
                world.api_key("", NARROW.word()).await,
            )
        });
        principals.push(Principal {
            is_stranger: true,
            ..principal(
                "another partner's narrow key",
                Standing::Partner,
                Permissions::of(&[NARROW]),
                world.api_key(&second.id, NARROW.word()).await,
            )
        });
        principals.push(stranger(world).await);
        Self { principals, first }
    }

    /// Everybody, nobody first.
    pub(super) fn principals(&self) -> &[Principal] {
        &self.principals
    }
}

fn principal(
    name: &'static str,
    standing: Standing,
    permissions: Permissions,
    caller: Caller,
) -> Principal {
    Principal { name, standing, permissions, is_stranger: false, caller }
}

/// Somebody who has nothing to do with this vendor.
async fn stranger(world: &World) -> Principal {
    let permissions = permissions_of(&[VendorRole::ChannelChief], &[]);
    let caller = other_chief(world).await;
    let chief = principal("another vendor's chief", Standing::Vendor, permissions, caller);
    Principal { is_stranger: true, ..chief }
}

/// The channel chief of a second vendor in the same installation.
async fn other_chief(world: &World) -> Caller {
    let app = world.app.clone();
    let now = app.clock.now();
    let node = app.clone();
    let secret = app
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
            let mut cx = app::Cx::system(tx, &node, vendor_id, now);
            let session = identity::create_session(&mut cx, &user_id, None, SignInMethod::Link)?;
            Ok::<String, app::AppError>(session.secret)
        })
        .await
        .expect("another vendor");
    world.with_session(&secret)
}
