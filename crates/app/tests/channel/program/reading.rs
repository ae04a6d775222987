use channel::program::{Apply, DraftFault, Effective, bootstrap};
use domain::program::Document;
use serde_json::json;
use testkit::{on_both, on_sqlite};

const DEFAULT: &str = Document::DEFAULT_TOML;

#[test]
fn pg_03_a_faulty_document_is_refused_with_line_and_key_and_nothing_is_saved() {
    on_both(async |world| {
        let ops = world.vendor_user("olga@acme.example", "operations").await;
        let key = world.api_key("", "program:read program:edit").await;
        let faulty = DEFAULT.replace("\nvalidity_days = 90 ", "\nvalidity_days = 0 ");
        let line = faulty.lines().position(|l| l.starts_with("validity_days = 0")).unwrap() + 1;
        let body = json!({ "document": faulty });
        let answer = key.api("POST", "/api/v1/program-versions", &body).await.is(422).json();
        let finding = &answer["findings"][0];
        assert_eq!(finding["key"], "registration.validity_days");
        assert_eq!(finding["line"].as_u64().unwrap(), u64::try_from(line).unwrap());
        let checked = key.api("POST", "/api/v1/program-versions/check", &body).await.is(200);
        assert_eq!(checked.json()["accepted"], false);
        let page = format!("/program/{}/drafts", world.program_id);
        let form = [("do", "save"), ("document", faulty.as_str())];
        let shown = ops.post(&page, &form).await.is(422);
        let shown = shown.says(&format!("Line {line}")).says("registration.validity_days");
        shown.says("validity_days = 0");
        assert_eq!(world.count("SELECT COUNT(*) FROM program_versions").await, 1);
    });
}

#[test]
fn pg_04_a_diff_speaks_in_rules_and_lists_the_partners_touched() {
    on_both(async |world| {
        let ops = world.vendor_user("olga@acme.example", "operations").await;
        let key = world.api_key("", "program:read program:edit").await;
        let north = world.partner("North IT").await;
        let text = DEFAULT.replace("\nvalidity_days = 90 ", "\nvalidity_days = 60 ");
        let body = json!({ "document": text });
        let diff = key.api("POST", "/api/v1/program-versions/diff", &body).await.is(200).json();
        assert!(diff["changes"][0]["words"].as_str().unwrap().contains("90 → 60 days"), "{diff}");
        assert_eq!(diff["changes"][0]["worsens_partner_terms"], true);
        assert_eq!(diff["partners"][0]["partner_id"], north.id.as_str());
        assert_eq!(diff["earliest_effective_at"], "2026-02-04T08:00:00Z");
        let page = format!("/program/{}/drafts", world.program_id);
        let form = [("do", "check"), ("document", text.as_str())];
        ops.post(&page, &form).await.is(200).says("90 → 60 days").says("North IT");
        assert_eq!(world.count("SELECT COUNT(*) FROM program_versions").await, 1);
    });
}

#[test]
fn every_page_of_a_program_is_shown_to_the_vendor_and_none_of_it_to_a_partner() {
    on_both(async |world| {
        let chief = world.vendor_user("carl@acme.example", "channel_chief").await;
        let north = world.partner("North IT").await;
        let home = format!("/program/{}", world.program_id);
        for path in [
            "/program".to_owned(),
            "/program/new".to_owned(),
            "/program/schema.json".to_owned(),
            home.clone(),
            format!("{home}/versions/1"),
            format!("{home}/versions/1/document.toml"),
            format!("{home}/drafts/new?from=1"),
        ] {
            chief.get(&path).await.is(200);
            north.admin.get(&path).await.is(404);
        }
        chief.get(&format!("{home}/versions/1")).await.says("90 days").says("Deal registration");
        chief.get(&format!("{home}/versions/9")).await.is(404);
        // Who writes a draft sees the rule beside each number.
        let draft = chief.get(&format!("{home}/drafts/new?from=1")).await.is(200).text();
        let line = draft.lines().find(|line| line.starts_with("validity_days = 90"));
        assert!(line.is_some_and(|line| line.ends_with("# DR-01")), "{draft}");
        let rules = format!("/api/v1/programs/{}/rules-of-engagement", world.program_id);
        north.key.get(&rules).await.is(200).says("DR-01");
        north.seller.get("/rules").await.is(200).says("id=\"DR-01\"");
    });
}

#[test]
fn pg_05_a_partner_knows_of_the_programs_it_is_enrolled_in_and_no_others() {
    on_both(async |world| {
        let ops = world.vendor_user("olga@acme.example", "operations").await;
        let key = world.api_key("", "program:read program:edit").await;
        let north = world.partner("North IT").await;
        let second = DEFAULT.replace("name = \"Partner program\"", "name = \"Second\"");
        let body = json!({ "document": second });
        let made = key.api("POST", "/api/v1/programs", &body).await.is(201).json();
        let id = made["program_id"].as_str().unwrap();
        let both = key.get("/api/v1/programs").await.is(200).json();
        assert_eq!(both["data"].as_array().unwrap().len(), 2);
        let own = north.key.get("/api/v1/programs").await.is(200).json();
        assert_eq!(own["data"].as_array().unwrap().len(), 1);
        north.key.get(&format!("/api/v1/programs/{id}")).await.is(404);
        key.api("POST", "/api/v1/programs", &body).await.is(422).says("another name");
        ops.get("/program").await.is(200).says("Second");
    });
}

#[test]
fn pg_02_applying_a_document_carries_it_to_force_or_leaves_it_for_approval() {
    on_both(async |world| {
        let applied = |days: u32, at_once: bool| {
            world.act(move |cx| {
                let document =
                    DEFAULT.replace("validity_days = 90 ", &format!("validity_days = {days} "));
                let apply = Apply {
                    program_id: None,
                    document: &document,
                    note: "from a file",
                    at_once,
                    effective: Effective::Earliest,
                };
                let applied = apply.run(cx).map_err(frame::AppError::from)?;
                Ok(applied.version.map(|row| (row.number, row.state.word())))
            })
        };
        // The world's own document has no comments: the same rules make no version.
        assert_eq!(applied(90, true).await, None);
        assert_eq!(applied(120, true).await, Some((2, "announced")));
        assert_eq!(applied(130, false).await, Some((3, "in_review")));
    });
}

#[test]
fn pg_01_a_bootstrapped_program_is_in_force_at_once() {
    on_both(async |world| {
        world
            .act(|cx| {
                let id = bootstrap(cx, "Second program", &Document::default_document())?;
                let now = cx.now;
                let held = channel::program::in_force(cx, &id, now)?;
                assert_eq!((held.number, held.document.name.as_str()), (1, "Second program"));
                let before = now.checked_sub(jiff::SignedDuration::from_hours(24 * 400)).unwrap();
                assert_eq!(channel::program::in_force(cx, &id, before)?.number, 1);
                Ok(())
            })
            .await;
    });
}

#[test]
fn pg_03_a_faulty_file_is_refused_with_the_report() {
    on_sqlite(async |world| {
        world
            .act(|cx| {
                let apply = Apply {
                    program_id: None,
                    document: "name = 3",
                    note: "",
                    at_once: true,
                    effective: Effective::Earliest,
                };
                match apply.run(cx) {
                    Err(DraftFault::Faulty(report)) => {
                        assert!(report.errors.iter().any(|finding| finding.key == "name"));
                    }
                    other => panic!("not refused: {other:?}"),
                }
                Ok(())
            })
            .await;
    });
}
