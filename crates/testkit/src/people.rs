//! Founding partners and people directly in the tables, so that a story can begin with them.

use domain::folding::{folded, search_key};
use domain::ids::{ApiKeyId, PartnerId, SessionId, UserId, VendorId};
use frame::{access::Permissions, actor::KeyOwner, secrets};
use people::identity::{self, NewApiKey, NewService};
use serde_json::json;

use crate::{
    caller::{Caller, Proof},
    kept::made,
    world::World,
};

const YEARS_MICROS: i64 = 10 * 365 * 24 * 3_600 * 1_000_000;

/// An active partner with an agreement, an admin and a seller.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its admin, signed in.
    pub admin: Caller,
    /// A seller, signed in.
    pub seller: Caller,
    /// A program of the partner with an API key of its admin.
    pub key: Caller,
}

impl World {
    /// A person of the vendor with one role (its word), signed in.
    pub async fn vendor_user(&self, email: &str, role: &str) -> Caller {
        self.person(email, "", role).await
    }

    /// A person of a partner with one role (its word), signed in.
    pub async fn partner_user(&self, email: &str, partner_id: &str, role: &str) -> Caller {
        self.person(email, partner_id, role).await
    }

    /// A partner on the reseller track at the lowest tier, active, with an agreement since 2025,
    /// an admin and a seller; looked after by nobody yet.
    pub async fn partner(&self, name: &str) -> Partner {
        let id = PartnerId::new(&self.app.ids, self.app.clock.now());
        let word: String = name.to_lowercase().replace(' ', "-");
        let (id_, name_, program_id) = (id.clone(), name.to_owned(), self.program_id.clone());
        let domain = format!("{word}.example");
        let domain_ = domain.clone();
        self.act(move |cx| {
            let (vendor_id, now) = (cx.vendor(), cx.now_micros());
            cx.tx.execute(
                "INSERT INTO partners (vendor_id, partner_id, name, name_key, domain, country, \
                 status, created_at, search_key) \
                 VALUES ($1, $2, $3, $4, $5, 'DE', 'active', $6, $7)",
                db::params![
                    vendor_id.as_str(),
                    id_.as_str(),
                    &name_,
                    folded(&name_),
                    &domain_,
                    now,
                    search_key([name_.as_str(), &domain_])
                ],
            )?;
            identity::open_side(cx, &id_, &name_)?;
            let program = channel::program::in_force(cx, &program_id, cx.now)?;
            let tier = program.document.lowest_tier().map_or("", |tier| tier.code.as_str());
            cx.tx.execute(
                "INSERT INTO partner_enrolments (vendor_id, program_id, partner_id, track, tier, \
                 agreement_from, enrolled_at) VALUES ($1, $2, $3, 'reseller', $4, '2025-01-01', \
                 $5)",
                db::params![vendor_id.as_str(), program_id.as_str(), id_.as_str(), tier, now],
            )?;
            made(cx, "partners", &[id_.as_str()])?;
            made(cx, "partner_enrolments", &[program_id.as_str(), id_.as_str()])
        })
        .await;
        let admin = self.person(&format!("admin@{domain}"), id.as_str(), "admin").await;
        let seller = self.person(&format!("seller@{domain}"), id.as_str(), "seller").await;
        let scopes = "registrations:read registrations:submit availability:read program:read \
                      partners:read conflicts:take-part events:read";
        let key = self.key_of(&admin, id.as_str(), scopes).await;
        Partner { id: id.as_str().to_owned(), name: name.to_owned(), admin, seller, key }
    }

    /// Several partners.
    pub async fn partners<const N: usize>(&self, names: [&str; N]) -> [Partner; N] {
        let mut made = Vec::with_capacity(N);
        for name in names {
            made.push(self.partner(name).await);
        }
        made.try_into().unwrap_or_else(|_| panic!("{N} partners"))
    }

    /// An API key of the vendor (`partner_id` `""`) or of a partner with these scopes, which
    /// nobody owns: it does what it says and decides nothing.
    pub async fn api_key(&self, partner_id: &str, scopes: &str) -> Caller {
        self.insert_key(self.vendor_id.clone(), (partner_id, ""), scopes).await
    }

    /// An API key of a person who stands on the vendor's side (`partner_id` `""`) or a partner's.
    pub async fn key_of(&self, owner: &Caller, partner_id: &str, scopes: &str) -> Caller {
        self.insert_key(self.vendor_id.clone(), (partner_id, &owner.user_id), scopes).await
    }

    /// The same for another vendor of the installation, by the id of its person.
    pub async fn key_of_other(
        &self,
        vendor_id: VendorId,
        (partner_id, owner): (&str, &str),
        scopes: &str,
    ) -> Caller {
        self.insert_key(vendor_id, (partner_id, owner), scopes).await
    }

    /// A key of a partner manager of the vendor, known for nothing else, who may decide
    /// registrations.
    pub async fn decider(&self) -> Caller {
        let scopes = "registrations:read registrations:decide availability:read";
        self.key_of_some("partner_manager", scopes).await
    }

    /// A key of a person of the vendor in this role (its word), known for nothing else.
    pub async fn key_of_some(&self, role: &str, scopes: &str) -> Caller {
        let number = self.counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let email = format!("person{number}@acme.example");
        let person = self.vendor_user(&email, role).await;
        self.key_of(&person, "", scopes).await
    }

    /// A key of a service identity that this person of the vendor owns.
    pub async fn key_of_service(&self, owner: &Caller, scopes: Permissions) -> Caller {
        let owner = UserId::parse(&owner.user_id).expect("a person");
        let secret = self
            .act(move |cx| {
                let expires_at = cx.now + jiff::SignedDuration::from_hours(24 * 365);
                let new = NewService {
                    name: "CRM sync",
                    purpose: "",
                    partner_id: None,
                    scopes,
                    expires_at,
                    owner: Some(owner.clone()),
                };
                let service_id = identity::create_service(cx, &new)?;
                let owner = Some(KeyOwner::Service { service_id, owner: owner.clone() });
                let key = NewApiKey {
                    name: "Key",
                    partner_id: None,
                    permissions: scopes,
                    expires_at,
                    owner,
                };
                Ok(identity::create_api_key(cx, &key)?.secret)
            })
            .await;
        self.with_key(&secret)
    }

    /// A key that is made with this one through the API, with its id.
    pub async fn child_of(&self, parent: &Caller, scopes: &[&str]) -> (Caller, String) {
        let body = json!({
            "name": "Child", "scopes": scopes, "expires_at": "2026-12-01T00:00:00Z"
        });
        let made = parent.api("POST", "/api/v1/api-keys", &body).await.is(201).json();
        let text = |name: &str| {
            made.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
        };
        (self.with_key(&text("secret")), text("id"))
    }

    async fn insert_key(
        &self,
        vendor_id: VendorId,
        (partner_id, owner): (&str, &str),
        scopes: &str,
    ) -> Caller {
        let (_, secret) = secrets::new_key_of(&self.app.ids, &vendor_id);
        let hash = secrets::hash(&secret);
        let (partner_id, scopes) = (partner_id.to_owned(), scopes.to_owned());
        let owner = owner.to_owned();
        self.act_for(vendor_id, move |cx| {
            let id = ApiKeyId::new(cx.ids(), cx.now);
            let (vendor_id, now) = (cx.vendor(), cx.now_micros());
            cx.tx.execute(
                "INSERT INTO identity_api_keys (vendor_id, key_id, secret_hash, prefix, name, \
                 partner_id, scopes, created_by, created_at, expires_at, owner_user_id, \
                 search_key) \
                 VALUES ($1, $2, $3, 'ent_test', 'Test key', $4, $5, 'system', $6, $7, $8, $9)",
                db::params![
                    vendor_id.as_str(),
                    id.as_str(),
                    &hash,
                    &partner_id,
                    &scopes,
                    now,
                    now + YEARS_MICROS,
                    &owner,
                    search_key(["Test key", "ent_test"])
                ],
            )?;
            Ok(())
        })
        .await;
        self.with_key(&secret)
    }

    async fn person(&self, email: &str, partner_id: &str, role: &str) -> Caller {
        let secret = secrets::new_token_of(&self.app.ids, &self.vendor_id);
        let hash = secrets::hash(&secret);
        let (email_, partner_id, role) = (email.to_owned(), partner_id.to_owned(), role.to_owned());
        let user_id = self
            .act(move |cx| {
                let user_id = UserId::new(cx.ids(), cx.now);
                let session_id = SessionId::new(cx.ids(), cx.now);
                let (vendor_id, now) = (cx.vendor(), cx.now_micros());
                let name = email_.split('@').next().unwrap_or("").replace('.', " ");
                cx.tx.execute(
                    "INSERT INTO identity_users (vendor_id, user_id, email, name, created_at, \
                     search_key) VALUES ($1, $2, $3, $4, $5, $6)",
                    db::params![
                        vendor_id.as_str(),
                        user_id.as_str(),
                        &email_,
                        &name,
                        now,
                        folded(&name)
                    ],
                )?;
                cx.tx.execute(
                    "INSERT INTO identity_memberships (vendor_id, user_id, partner_id, roles, \
                     joined_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)",
                    db::params![vendor_id.as_str(), user_id.as_str(), &partner_id, &role, now],
                )?;
                cx.tx.execute(
                    "INSERT INTO identity_sessions (vendor_id, session_id, secret_hash, user_id, \
                     partner_id, method, origin, agent, created_at, seen_at, expires_at) \
                     VALUES ($1, $2, $3, $4, $5, 'link', '', '', $6, $7, $7)",
                    db::params![
                        vendor_id.as_str(),
                        session_id.as_str(),
                        &hash,
                        user_id.as_str(),
                        &partner_id,
                        now,
                        now + YEARS_MICROS
                    ],
                )?;
                Ok(user_id)
            })
            .await;
        self.caller(Proof::Session(secret), email, user_id.as_str())
    }
}
