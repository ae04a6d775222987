//! How much a partner may learn about accounts within an hour, whichever door it takes (DR-18).

use serde_json::json;
use testkit::steps::deal_registration_pages::GLOBEX;
use testkit::{Answer, Caller, Partner, World, on_both, on_each, on_sqlite};

use super::{approved, deal, decide, decider, path, register, show, with};

const TO: &str = "/api/v1/deal-registrations";
const COUNTED: &str = "SELECT COUNT(*) FROM availability_questions";

/// Sets how many answers an hour has.
async fn limit(world: &World, queries: u32) {
    world.with_document(|document| document.availability.queries_per_hour = queries).await;
}

/// The short form about a company.
fn form(name: &str) -> Vec<(&'static str, String)> {
    let word = name.to_lowercase();
    let changed = |field: &str, usual: &str| match field {
        "account_name" => name.to_owned(),
        "account_domain" => format!("{word}-corp.com"),
        "contact_email" => format!("ana@{word}-corp.com"),
        _ => usual.to_owned(),
    };
    GLOBEX.iter().map(|(field, usual)| (*field, changed(field, usual))).collect()
}

async fn send(caller: &Caller, path: &str, fields: &[(&str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    caller.post(path, &fields).await
}

/// A partner's own link for registering.
async fn link(partner: &Partner) -> String {
    let made = partner.seller.post("/registrations/link", &[]).await.is(200).text();
    let from = made.find("/links/register/").expect("a link");
    made[from..].chars().take_while(|c| !"\"<& ".contains(*c)).collect()
}

fn is_limited(answer: Answer) {
    let answer = answer.is(429);
    assert_eq!(answer.header("retry-after"), "3601", "{}", answer.asked);
    let answer = answer
        .says("Your company has had 60 answers about accounts within an hour, which is the limit");
    answer.says("Try again in 61 minutes. Nothing was saved.").does_not_say("rotected");
}

#[test]
fn dr_18_the_sixty_first_answer_is_not_given_whatever_the_door() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let link = link(&south).await;
        let begun = with(deal("Globex"), json!({ "submit": false }));
        let draft = south.key.api("POST", TO, &begun).await.is(201).json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        for _ in 0..30 {
            south.key.get("/api/v1/availability?q=globex-corp.com").await.is(200).ok();
        }
        // Refused submissions, through the API, the page, a draft and a link.
        for _ in 0..5 {
            register(&south, "Globex").await.refused_by("DR-02");
            send(&south.seller, "/registrations/new", &form("Globex")).await.refused_by("DR-02");
            let submission = path(&draft, "submission");
            south.key.api("POST", &submission, &json!(null)).await.refused_by("DR-02");
            send(&world.anonymous(), &link, &form("Globex")).await.refused_by("DR-02");
        }
        let field = "/availability/check?account_domain=globex-corp.com";
        for _ in 0..9 {
            south.seller.get(field).await.is(200).ok();
        }
        let by_link = format!("{link}/check?account_domain=globex-corp.com");
        assert_eq!(world.count(COUNTED).await, 59);
        world.anonymous().get(&by_link).await.is(200).says("Protected until");
        // That was the sixtieth. Nothing more is said, of a held account or of a free one.
        let before = world.count("SELECT COUNT(*) FROM deal_registrations").await;
        for name in ["Globex", "Umbrella"] {
            let question = format!("/api/v1/availability?q={}-corp.com", name.to_lowercase());
            is_limited(south.key.get(&question).await);
            is_limited(register(&south, name).await);
            is_limited(send(&south.seller, "/registrations/new", &form(name)).await);
            is_limited(send(&world.anonymous(), &link, &form(name)).await);
        }
        is_limited(south.key.api("POST", &path(&draft, "submission"), &json!(null)).await);
        is_limited(south.seller.get("/availability?q=globex-corp.com").await);
        is_limited(south.seller.get(field).await);
        is_limited(world.anonymous().get(&by_link).await);
        assert_eq!(world.count(COUNTED).await, 60);
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, before);
        // Another partner and the vendor go on, and so does this one an hour later.
        north.key.get("/api/v1/availability?q=globex-corp.com").await.is(200).ok();
        let vendor = world.api_key("", "availability:read").await;
        vendor.get("/api/v1/availability?q=globex-corp.com").await.is(200).ok();
        world.app.clock.set("2026-01-05T09:00:00Z".parse().unwrap());
        register(&south, "Globex").await.refused_by("DR-02");
    });
}

#[test]
fn dr_18_a_refused_submission_is_counted_though_it_leaves_nothing() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let link = link(&south).await;
        let draft = [("account_name", "Initech".to_owned()), ("do", "draft".to_owned())];
        let draft = send(&south.seller, "/registrations/new", &draft).await.is(303);
        let draft = draft.location().to_owned();
        let left = async |world: &World| {
            let used = "SELECT CAST(COALESCE(SUM(used_count), 0) AS BIGINT) FROM identity_links";
            let rows = "SELECT CAST(COUNT(*) + COALESCE(SUM(version), 0) AS BIGINT) \
                        FROM deal_registrations";
            let files = "SELECT COUNT(*) FROM deal_registration_files";
            [world.count(used).await, world.count(rows).await, world.count(files).await]
        };
        let before = left(&world).await;
        // The draft is filled in and submitted in one step: what was filled in is undone as well.
        let edit = format!("{draft}/edit");
        send(&south.seller, &edit, &form("Globex")).await.refused_by("DR-02");
        send(&world.anonymous(), &link, &form("Globex")).await.refused_by("DR-02");
        let file = ("evidence_file", "offer.txt", b"The offer of the third of May.".as_slice());
        let fields = form("Globex");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        south.seller.upload("/registrations/new", &fields, file).await.refused_by("DR-02");
        assert_eq!(left(&world).await, before);
        south.seller.get(&edit).await.is(200).says("Initech").does_not_say("globex-corp");
        assert_eq!(world.count(COUNTED).await, 3);
        let doors = "SELECT COUNT(*) FROM availability_questions WHERE door = 'submission' \
                     AND missed = 1";
        assert_eq!(world.count(doors).await, 3);
    });
}

#[test]
fn dr_18_what_is_asked_at_the_same_moment_is_not_answered_beyond_the_limit() {
    on_each(async |world| {
        limit(&world, 5).await;
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let mut tasks = Vec::new();
        for _ in 0..20 {
            let south = south.clone();
            tasks.push(tokio::spawn(async move { register(&south, "Globex").await }));
        }
        let (mut told, mut limited) = (0, 0);
        for task in tasks {
            match task.await.unwrap().status.as_u16() {
                409 => told += 1,
                429 => limited += 1,
                other => panic!("{other}"),
            }
        }
        assert_eq!((told, limited), (5, 15));
        assert_eq!(world.count(COUNTED).await, 5);
    });
}

#[test]
fn dr_18_clean_first_submissions_cost_nothing_and_the_vendors_own_neither() {
    on_both(async |world| {
        limit(&world, 2).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let names = ["Alsterbogen", "Brixton", "Cuxhaven", "Dornbirn"];
        for name in names {
            register(&north, name).await.is(201).ok();
        }
        assert_eq!(world.count(COUNTED).await, 0);
        // The vendor tries on behalf of a partner, and is refused as often as it likes.
        approved(&world, &south, "Ehrenfeld").await;
        let vendor = world.api_key("", "registrations:submit registrations:read").await;
        let on_behalf = with(deal("Ehrenfeld"), json!({ "partner_id": north.id }));
        for _ in 0..4 {
            vendor.api("POST", TO, &on_behalf).await.refused_by("DR-02").says("South");
        }
        assert_eq!(world.count(COUNTED).await, 0);
        // A second time for the same account, and an account that somebody asked for already.
        register(&north, "Brixton").await.is(201).ok();
        register(&south, "Cuxhaven").await.is(201).ok();
        assert_eq!(world.count(COUNTED).await, 2);
        register(&north, "Feldkirch").await.is(201).ok();
        register(&north, "Brixton").await.is(201).ok();
        let _ = register(&north, "Feldkirch").await.is(429);
    });
}

#[test]
fn dr_18_a_submission_again_is_counted() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        north.key.api("POST", &path(&id, "withdrawal"), &json!(null)).await.is(200).ok();
        assert_eq!(world.count(COUNTED).await, 0);
        north.key.api("POST", &path(&id, "submission"), &json!(null)).await.is(200).ok();
        assert_eq!(world.count(COUNTED).await, 1);
        // Withdrawn, and registered anew under another number.
        north.key.api("POST", &path(&id, "withdrawal"), &json!(null)).await.is(200).ok();
        register(&north, "Globex").await.is(201).ok();
        assert_eq!(world.count(COUNTED).await, 2);
    });
}

#[test]
fn dr_18_a_case_that_a_partner_opens_is_counted_also_when_it_is_refused() {
    on_both(async |world| {
        limit(&world, 2).await;
        world
            .with_document(|document| {
                document.availability.queries_per_hour = 3;
                document.matching.sure_bp = 10_000;
                document.matching.possible_bp = 1;
            })
            .await;
        let [north, south] = world.partners(["North", "South"]).await;
        let named = |name: &str| {
            let contact = json!({ "account_domain": "", "contact_email": "ana@gmail.com" });
            with(with(deal("x"), json!({ "account_name": name })), contact)
        };
        let known = north.key.api("POST", TO, &named("Globex Logistics GmbH")).await.is(201).json();
        let open = |id: &serde_json::Value| json!({ "kind": "decision", "registration_id": id, "asked": "Who may work it?" });
        let conflicts = "/api/v1/conflicts";
        north.key.api("POST", conflicts, &open(&known["id"])).await.is(201).ok();
        assert_eq!(world.count(COUNTED).await, 1);
        let unsure = south.key.api("POST", TO, &named("Globex Logistics")).await.is(201).json();
        assert_eq!(world.count(COUNTED).await, 2);
        for _ in 0..2 {
            south.key.api("POST", conflicts, &open(&unsure["id"])).await.refused_by("CF-01");
        }
        let _ = south.key.api("POST", conflicts, &open(&unsure["id"])).await.is(429);
        assert_eq!(world.count(COUNTED).await, 4);
        // The vendor has no budget.
        let vendor = world.api_key("", "conflicts:take-part registrations:read").await;
        vendor.api("POST", conflicts, &open(&unsure["id"])).await.refused_by("CF-01");
        assert_eq!(world.count(COUNTED).await, 4);
    });
}

#[test]
fn dr_18_misses_and_refusals_raise_one_alarm_an_hour_over_all_doors() {
    on_both(async |world| {
        world.with_document(|document| document.availability.misses_alarm = 4).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let operations = world.vendor_user("ops@acme.example", "operations").await;
        approved(&world, &north, "Globex").await;
        let alarms = async |world: &World| {
            let mails = world.mails_to(&operations.email).await;
            mails
                .iter()
                .filter(|(subject, _)| subject.contains("failed availability checks"))
                .count()
        };
        south.key.get("/api/v1/availability?q=Unheard%20Of").await.is(200).ok();
        // What is known and free is no miss, nor what needs a look.
        south.key.get("/api/v1/availability?q=globex-corp.com").await.is(200).ok();
        register(&south, "Globex").await.refused_by("DR-02");
        send(&south.seller, "/registrations/new", &form("Globex")).await.refused_by("DR-02");
        assert_eq!(alarms(&world).await, 0);
        register(&south, "Globex").await.refused_by("DR-02");
        assert_eq!(alarms(&world).await, 1);
        for _ in 0..6 {
            register(&south, "Globex").await.refused_by("DR-02");
        }
        assert_eq!(alarms(&world).await, 1);
        let told = world.mails_to(&operations.email).await;
        let (_, words) = told
            .iter()
            .find(|(subject, _)| subject.contains("failed availability checks"))
            .unwrap();
        assert!(words.contains("4 of its checks and submissions"), "{words}");
        // An hour later whoever goes on is reported again.
        world.app.clock.set("2026-01-05T09:00:00Z".parse().unwrap());
        for _ in 0..5 {
            register(&south, "Globex").await.refused_by("DR-02");
        }
        assert_eq!(alarms(&world).await, 2);
    });
}

#[test]
fn dr_18_an_answer_by_the_link_in_a_mail_is_counted() {
    on_both(async |world| {
        limit(&world, 1).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let page = send(&north.seller, "/registrations/new", &form("Globex")).await.is(303);
        let id = page.location().rsplit('/').next().unwrap().to_owned();
        let pam = decider(&world).await;
        let back = json!({ "decision": "return", "note": "Who decides there?" });
        decide(&pam, &id, back).await.is(200).ok();
        let mails = world.mails_to(&north.seller.email).await;
        let link = mails.iter().find_map(|(_, body)| {
            let from = body.find("/links/answer/")?;
            body[from..].split_whitespace().next().map(str::to_owned)
        });
        let link = link.unwrap_or_else(|| panic!("no link in {mails:?}"));
        // Meanwhile another partner has got the account.
        approved(&world, &south, "Globex").await;
        let mut fields = form("Globex");
        fields.push(("need", "A platform for three plants".to_owned()));
        let nobody = world.anonymous();
        let refused = send(&nobody, &link, &fields).await.refused_by("DR-02");
        let _ = refused.says("protected through 5 April 2026").does_not_say("South");
        let limited = send(&nobody, &link, &fields).await.is(429);
        assert_eq!(limited.header("retry-after"), "3601");
        let _ = limited.says("1 answer about accounts within an hour, which is the limit");
        assert_eq!(world.count(COUNTED).await, 1);
        let kept = show(&north, &id).await;
        assert_eq!((kept["status"].as_str(), kept["need"].as_str()), (Some("returned"), Some("")));
    });
}
