//! Keys that were made before keys had owners: what becomes of them with the upgrade, and what
//! `entente doctor` says of them (ID-04). Sessions and links go on working too (ID-01).

use db::{Db, Dialect, Options, Value, scratch::Scratch};
use domain::ids::{ApiKeyId, IdSource, LinkId, PartnerId, UserId, VendorId};
use frame::secrets;
use jiff::Timestamp;

use crate::run::{Node, Place};

const DAY: i64 = 24 * 3_600 * 1_000_000;

/// The last version of the schema in which keys had no owners.
const BEFORE: u32 = 13;

/// Whoever made a key, as that version wrote it.
#[derive(Clone, Copy)]
enum Maker<'a> {
    Person(&'a UserId),
    Key(&'a Old),
    System,
}

/// A key of that version.
#[derive(Clone)]
struct Old {
    id: String,
    secret: String,
}

/// A database of that version, to be filled.
struct Past {
    db: Db,
    ids: IdSource,
    now: i64,
    vendor_id: String,
}

impl Past {
    fn write(&self, sql: &'static str, values: Vec<Value<'static>>) {
        let done = self.db.write_blocking(move |tx| tx.execute(sql, &values).map(|_| ()));
        done.unwrap_or_else(|error: db::DbError| panic!("{sql}: {error}"));
    }

    fn vendor(db: Db) -> Self {
        let (ids, now) = (IdSource::seeded(14), Timestamp::now());
        let vendor_id = VendorId::new(&ids, now).to_string();
        let past = Self { db, ids, now: now.as_microsecond(), vendor_id: vendor_id.clone() };
        past.write(
            "INSERT INTO vendors (vendor_id, name, host, zone, created_at) \
             VALUES ($1, 'Acme', '', 'UTC', 0)",
            vec![vendor_id.into()],
        );
        past
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_microsecond(self.now).unwrap()
    }

    /// A person of a side, with the column that says why it may not act: `""` for none.
    fn person(&self, name: &str, (partner, roles): (&str, &str), since: &'static str) -> UserId {
        let user_id = UserId::new(&self.ids, self.at());
        let text = |text: &str| Value::from(text.to_owned());
        self.write(
            "INSERT INTO identity_users (vendor_id, user_id, email, name, created_at) \
             VALUES ($1, $2, $3, $4, 0)",
            vec![
                text(&self.vendor_id),
                text(user_id.as_str()),
                text(&format!("{}@acme.example", name.to_lowercase())),
                text(name),
            ],
        );
        let times = |column: &str| if since == column { Some(self.now - DAY) } else { None };
        self.write(
            "INSERT INTO identity_memberships (vendor_id, user_id, partner_id, roles, joined_at, \
             created_at, suspended_at, ended_at) VALUES ($1, $2, $3, $4, 0, 0, $5, $6)",
            vec![
                text(&self.vendor_id),
                text(user_id.as_str()),
                text(partner),
                text(roles),
                times("suspended_at").into(),
                times("ended_at").into(),
            ],
        );
        user_id
    }

    /// A key that expires in so many days; with the days since it was revoked.
    fn key(
        &self,
        (name, partner, scopes): (&str, &str, &str),
        maker: Maker<'_>,
        days: i64,
        revoked_for: Option<i64>,
    ) -> Old {
        let body =
            format!("ent_{}_{}", secrets::base62(&self.ids, 8), secrets::base62(&self.ids, 30));
        let secret = format!("{body}_{}", secrets::checksum(&body));
        let id = ApiKeyId::new(&self.ids, self.at()).to_string();
        let created_by = match maker {
            Maker::Person(user_id) => format!("user:{user_id}"),
            Maker::Key(key) => format!("key:{}", key.id),
            Maker::System => "system".to_owned(),
        };
        let text = |text: &str| Value::from(text.to_owned());
        self.write(
            "INSERT INTO identity_api_keys (vendor_id, key_id, secret_hash, prefix, name, \
             partner_id, scopes, created_by, created_at, expires_at, revoked_at) \
             VALUES ($1, $2, $3, 'ent_old', $4, $5, $6, $7, 0, $8, $9)",
            vec![
                text(&self.vendor_id),
                text(&id),
                text(&secrets::hash(&secret)),
                text(name),
                text(partner),
                text(scopes),
                text(&created_by),
                self.after(days).into(),
                revoked_for.map(|days| self.now - days * DAY).into(),
            ],
        );
        Old { id, secret }
    }

    fn after(&self, days: i64) -> i64 {
        self.now + days * DAY
    }
}

/// What the upgraded table says of a key.
#[derive(Debug, PartialEq, Eq)]
struct Now {
    owner: String,
    parent: String,
    expires_at: i64,
    revoked_at: Option<i64>,
    cut_from: Option<i64>,
}

fn now_of(db: &Db, key: &Old) -> Now {
    let id = key.id.clone();
    let read = db.read_blocking(move |tx| {
        tx.query_one(
            "SELECT owner_user_id, parent_key_id, expires_at, revoked_at, cut_from \
             FROM identity_api_keys WHERE key_id = $1",
            db::params![&id],
            |row| {
                Ok::<_, db::DbError>(Now {
                    owner: row.text(0)?,
                    parent: row.text(1)?,
                    expires_at: row.int(2)?,
                    revoked_at: row.opt_int(3)?,
                    cut_from: row.opt_int(4)?,
                })
            },
        )
    });
    read.unwrap_or_else(|error: db::DbError| panic!("{error}"))
}

fn status(node: &Node, key: &Old, path: &str) -> String {
    status_with(node, path, &format!("\r\nauthorization: Bearer {}", key.secret))
}

fn status_with(node: &Node, path: &str, headers: &str) -> String {
    let answer = node.ask(&format!("GET {path} HTTP/1.1{headers}"), "").unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

/// A session and a link of a person, as that version made them: their secrets.
fn session_and_link(past: &Past, person: &UserId) -> (String, String) {
    let (session, link) = (secrets::new_token(&past.ids), secrets::new_token(&past.ids));
    let text = |text: &str| Value::from(text.to_owned());
    past.write(
        "INSERT INTO identity_sessions (vendor_id, session_id, secret_hash, user_id, partner_id, \
         method, origin, agent, created_at, seen_at, expires_at) \
         VALUES ($1, 'ses_old', $2, $3, '', 'link', '', '', $4, $4, $5)",
        vec![
            text(&past.vendor_id),
            text(&secrets::hash(&session)),
            text(person.as_str()),
            past.now.into(),
            past.after(1).into(),
        ],
    );
    let link_id = LinkId::new(&past.ids, past.at()).to_string();
    past.write(
        "INSERT INTO identity_links (vendor_id, link_id, secret_hash, purpose, user_id, uses_left, \
         created_by, created_at, expires_at) VALUES ($1, $2, $3, 'sign_in', $4, 1, 'system', $5, $6)",
        vec![
            text(&past.vendor_id),
            text(&link_id),
            text(&secrets::hash(&link)),
            text(person.as_str()),
            past.now.into(),
            past.after(1).into(),
        ],
    );
    (session, link)
}

const ACCOUNTS: &str = "/api/v1/accounts";
const TRAIL: &str = "/api/v1/audit-entries";

/// What was there before the upgrade.
struct Keys {
    ana: UserId,
    pia: UserId,
    by_person: Old,
    child: Old,
    /// It was to outlive the two keys above it.
    longer: Old,
    by_system: Old,
    below: Old,
    revoked: Old,
    orphan: Old,
    expired: Old,
    doras: Old,
    sues: Old,
    guys: Old,
    of_partner: Old,
}

impl Keys {
    fn plant(past: &Past) -> Self {
        let ana = past.person("Ana", ("", "channel_chief"), "");
        let dora = past.person("Dora", ("", "direct_rep"), "");
        let sue = past.person("Sue", ("", "channel_chief"), "suspended_at");
        let guy = past.person("Guy", ("", "channel_chief"), "ended_at");
        let north = PartnerId::new(&past.ids, past.at()).to_string();
        let pia = past.person("Pia", (&north, "admin"), "");
        let all = "accounts:read api-keys:manage audit:read";
        let of =
            |name: &str, maker: Maker<'_>, days: i64| past.key((name, "", all), maker, days, None);
        let by_person = of("Top", Maker::Person(&ana), 300);
        let child = of("Middle", Maker::Key(&by_person), 200);
        let by_system = of("System's", Maker::System, 300);
        let revoked = past.key(("Revoked", "", all), Maker::Person(&ana), 300, Some(10));
        let of_pia = ("North's", north.as_str(), "partners:read");
        Self {
            longer: of("Longer", Maker::Key(&child), 400),
            below: of("Below it", Maker::Key(&by_system), 100),
            orphan: of("Orphan", Maker::Key(&revoked), 100),
            expired: of("Expired", Maker::Person(&ana), -1),
            doras: of("Dora's", Maker::Person(&dora), 300),
            sues: of("Sue's", Maker::Person(&sue), 300),
            guys: of("Guy's", Maker::Person(&guy), 300),
            of_partner: past.key(of_pia, Maker::Person(&pia), 300, None),
            ana,
            pia,
            by_person,
            child,
            by_system,
            revoked,
        }
    }

    /// Who owns each, until when, and which ended with another.
    fn have_owners(&self, past: &Past, db: &Db) {
        let (ana, days) = (self.ana.as_str(), |days: i64| past.after(days));
        let key = |owner: &str, parent: &str, expires_at: i64| Now {
            owner: owner.to_owned(),
            parent: parent.to_owned(),
            expires_at,
            revoked_at: None,
            cut_from: None,
        };
        assert_eq!(now_of(db, &self.by_person), key(ana, "", days(300)));
        assert_eq!(now_of(db, &self.child), key(ana, &self.by_person.id, days(200)));
        let cut = Now { cut_from: Some(days(400)), ..key(ana, &self.child.id, days(200)) };
        assert_eq!(now_of(db, &self.longer), cut);
        assert_eq!(now_of(db, &self.by_system), key("", "", days(300)));
        assert_eq!(now_of(db, &self.below), key("", &self.by_system.id, days(100)));
        let ended = Some(days(-10));
        let revoked = Now { revoked_at: ended, ..key(ana, "", days(300)) };
        assert_eq!(now_of(db, &self.revoked), revoked);
        let with_it = key(ana, &self.revoked.id, days(100));
        let with_it = Now { revoked_at: ended, cut_from: Some(days(100)), ..with_it };
        assert_eq!(now_of(db, &self.orphan), with_it);
        assert_eq!(now_of(db, &self.expired), key(ana, "", days(-1)));
        assert_eq!(now_of(db, &self.of_partner), key(self.pia.as_str(), "", days(300)));
    }

    /// Each works as far as its maker may.
    fn work(&self, node: &Node) {
        for works in [&self.by_person, &self.child, &self.longer, &self.by_system, &self.below] {
            assert_eq!(status(node, works, ACCOUNTS), "200");
            assert_eq!(status(node, works, TRAIL), "200");
        }
        assert_eq!(status(node, &self.of_partner, "/api/v1/partners"), "200");
        // Of what Dora's key was made for, Dora may read accounts.
        assert_eq!(status(node, &self.doras, ACCOUNTS), "200");
        assert_eq!(status(node, &self.doras, TRAIL), "403");
        for refused in [&self.revoked, &self.orphan, &self.expired, &self.sues, &self.guys] {
            assert_eq!(status(node, refused, ACCOUNTS), "401");
        }
    }

    /// The doctor names what lost something, and nothing else.
    fn are_told(&self, told: &str) {
        let says = |key: &Old, name: &str, words: &str| {
            let line = format!("{} “{name}” {words}", key.id);
            assert!(told.contains(&line), "no “{line}” in {told}");
        };
        says(&self.by_system, "System's", "has no owner");
        says(&self.below, "Below it", "has no owner");
        says(&self.doras, "Dora's", "lacks permissions: its owner (Dora) does not have");
        says(&self.sues, "Sue's", "is refused: its owner has no active access (Sue)");
        says(&self.guys, "Guy's", "is refused: its owner has no active access (Guy)");
        says(&self.longer, "Longer", "expires with the key it was created with, at ");
        says(&self.orphan, "Orphan", "was revoked with the key it was created with");
        assert!(told.contains("does not have audit:read, api-keys:manage"), "{told}");
        assert!(told.contains("api-key create --name NAME --scopes accounts:read,"), "{told}");
        for sound in [&self.by_person, &self.child, &self.revoked, &self.expired, &self.of_partner]
        {
            assert!(!told.contains(&format!("{} “", sound.id)), "{told}");
        }
    }
}

#[test]
fn id_04_keys_made_before_keys_had_owners_go_on_as_far_as_their_maker_may() {
    for dialect in Dialect::ALL {
        let old: Vec<db::Migration> =
            app::migrations::ALL.iter().filter(|one| one.number <= BEFORE).copied().collect();
        let scratch = Scratch::migrated(dialect, &old);
        let past = Past::vendor(scratch.open_with(Options::default()));
        let keys = Keys::plant(&past);
        let (session, link) = session_and_link(&past, &keys.ana);
        past.db.close();

        let place = Place::new();
        let url = scratch.url();
        let on = [("ENTENTE_DATABASE_URL", url.as_str())];
        let _ =
            place.run_with(&on, &["migrate"]).ends(0).says("The schema was migrated from 13 to");
        let db = scratch.open();
        keys.have_owners(&past, &db);
        db.close();

        let mut command = place.command(&["serve"]);
        let node = Node::start(command.env("ENTENTE_DATABASE_URL", &url));
        keys.work(&node);
        for (end, wanted) in [("x", "404"), ("", "200")] {
            assert_eq!(status_with(&node, &format!("/links/sign-in/{link}{end}"), ""), wanted);
        }
        for (secret, wanted) in [("no-session", "303"), (session.as_str(), "200")] {
            let cookie = format!("\r\ncookie: session={secret}");
            assert_eq!(status_with(&node, "/accounts", &cookie), wanted);
        }
        assert_eq!(node.stop().code, 0);
        keys.are_told(&place.run_with(&on, &["doctor", "--quick"]).out);

        // Guy comes back, and begins without keys.
        let guy = ["--email", "guy@acme.example", "--name", "Guy", "--role", "channel_chief"];
        let back = [["user", "create"].as_slice(), guy.as_slice()].concat();
        let _ = place.run_with(&on, &back).ends(0);
        let revoked = format!("{}\tent_old\trevoked", keys.guys.id);
        let _ = place.run_with(&on, &["api-key", "list"]).ends(0).says(&revoked);
    }
}
