//! Keys: of each role, of people who lost something since, of service identities, of keys. Each does
//! what its owner may at present, as far as its scopes go, or nothing at all (ID-04).

use frame::access::{PartnerRole, Permission, Permissions, VendorRole, permissions_of};
use testkit::{Caller, Partner, World};

use super::cast::{Principal, Standing, scopes};

/// What a narrow key may do.
const NARROW: Permission = Permission::RegistrationsRead;

/// All of them; the second partner's are strangers to what the first has.
pub(super) async fn principals(
    world: &World,
    chief: &Caller,
    [first, second]: [&Partner; 2],
) -> Vec<Principal> {
    let mut all = of_each_role(world, first).await;
    all.extend(narrow(world, chief, first).await);
    let theirs = partners_key(world, second, PartnerRole::Admin, "another partner's ").await;
    all.push(Principal { is_stranger: true, ..theirs });
    let key = world.key_of(&second.seller, &second.id, NARROW.word()).await;
    let may = (Standing::Partner, Permissions::of(&[NARROW]));
    let theirs = Principal::of_key("another partner's narrow key", may, &key);
    all.push(Principal { is_stranger: true, ..theirs });
    all.extend(of_changed_people(world, chief).await);
    all.push(of_service(world, chief).await);
    all.push(of_key(world, chief).await);
    all
}

async fn of_each_role(world: &World, partner: &Partner) -> Vec<Principal> {
    let mut all = Vec::new();
    for role in VendorRole::ALL {
        let person = world.vendor_user(&format!("{}@keys.example", role.word()), role.word()).await;
        let may = permissions_of(&[role], &[]);
        let key = world.key_of(&person, "", &scopes(Permissions::all())).await;
        let name = format!("a key of {}", role.label());
        all.push(Principal::of_key(name, (Standing::Vendor, may), &key));
    }
    for role in PartnerRole::ALL {
        all.push(partners_key(world, partner, role, "").await);
    }
    all
}

async fn partners_key(
    world: &World,
    partner: &Partner,
    role: PartnerRole,
    whose: &str,
) -> Principal {
    let email = format!("{}@keys.{}.example", role.word(), partner.name.to_lowercase());
    let person = world.partner_user(&email, &partner.id, role.word()).await;
    let key = world.key_of(&person, &partner.id, &scopes(Permissions::all())).await;
    let may = (Standing::Partner, permissions_of(&[], &[role]));
    Principal::of_key(format!("{whose}key of {}", role.label()), may, &key)
}

/// Keys with less than their owner may, and one that nobody owns: it does what it says.
async fn narrow(world: &World, chief: &Caller, partner: &Partner) -> Vec<Principal> {
    let may = Permissions::of(&[NARROW]);
    let of_chief = world.key_of(chief, "", NARROW.word()).await;
    let of_admin = world.key_of(&partner.admin, &partner.id, NARROW.word()).await;
    let nobodys = world.api_key("", NARROW.word()).await;
    vec![
        Principal::of_key("a vendor's narrow key", (Standing::Vendor, may), &of_chief),
        Principal::of_key("a partner's narrow key", (Standing::Partner, may), &of_admin),
        Principal::of_key("a key that nobody owns", (Standing::Vendor, may), &nobodys),
    ]
}

/// Keys of people who may do less than when the key was made, or nothing.
async fn of_changed_people(world: &World, chief: &Caller) -> Vec<Principal> {
    let all = scopes(permissions_of(&[VendorRole::ChannelChief], &[]));
    let someone = async |email: &str| {
        let person = world.vendor_user(email, VendorRole::ChannelChief.word()).await;
        let key = world.key_of(&person, "", &all).await;
        (format!("/people/{}", person.user_id), key)
    };
    let (page, demoted) = someone("demoted@acme.example").await;
    let _ = chief.save(&format!("{page}/roles"), &[("roles", "finance")]).await.is(303);
    let (page, suspended) = someone("suspended@acme.example").await;
    let _ = chief.post(&format!("{page}/suspension"), &[("do", "suspend")]).await.is(303);
    let (page, removed) = someone("removed@acme.example").await;
    let _ = chief.post(&format!("{page}/removal"), &[]).await.is(303);
    let finance = permissions_of(&[VendorRole::Finance], &[]);
    let nothing = (Standing::Refused, Permissions::none());
    vec![
        Principal::of_key(
            "a key of one whose role was taken",
            (Standing::Vendor, finance),
            &demoted,
        ),
        Principal::of_key("a key of a suspended person", nothing, &suspended),
        Principal::of_key("a key of a removed person", nothing, &removed),
    ]
}

/// A service identity of a chief: it may do everything but decide.
async fn of_service(world: &World, chief: &Caller) -> Principal {
    let may = permissions_of(&[VendorRole::ChannelChief], &[]).both(Permissions::of_services());
    let key = world.key_of_service(chief, may).await;
    Principal::of_key("a service identity's key", (Standing::Vendor, may), &key)
}

/// A key that was made with a key: what both may do.
async fn of_key(world: &World, chief: &Caller) -> Principal {
    let parent = world.key_of(chief, "", "api-keys:manage accounts:read program:read").await;
    let (key, _) = world.child_of(&parent, &["accounts:read", "program:read"]).await;
    let may = Permissions::of(&[Permission::AccountsRead, Permission::ProgramRead]);
    Principal::of_key("a key made with a key", (Standing::Vendor, may), &key)
}
