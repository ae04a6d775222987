use std::path::{Path, PathBuf};

use domain::program::{Document, coverage::ProductLine};
use serde_json::{Value, json};
use testkit::{World, on_both};

use super::{findings, imported, importer};

/// Where the real export lies, when it is there.
fn export() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/crm");
    folder.is_dir().then_some(folder)
}

fn lines(document: &mut Document) {
    document.currency = domain::money::Currency::parse("USD").unwrap();
    let names = [
        "GTX Basic",
        "GTX Pro",
        "GTX Plus Basic",
        "GTX Plus Pro",
        "MG Special",
        "MG Advanced",
        "GTK 500",
    ];
    document.products = names
        .iter()
        .map(|name| ProductLine {
            code: name.to_lowercase().replace(' ', "_"),
            name: (*name).to_owned(),
            gross_margin_bp: None,
            registrable: true,
        })
        .collect();
}

async fn world_of_the_export(world: &World) {
    world.with_document(lines).await;
}

/// The same in small, for machines without the export.
const ACCOUNTS: &str = "account,sector,year_established,revenue,employees,office_location,\
subsidiary_of\n\
Acme Corporation,technolgy,1996,1100.04,2822,United States,\n\
Betatech,medical,1986,647.18,1185,Philipines,Acme Corporation\n";
const PIPELINE: &str = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,\
close_date,close_value\n\
1C1I7A6R,Moses Frase,GTX Plus Basic,Betatech,Won,10/20/2016,3/1/2017,1054\n\
Z063OYW0,Darcel Schlecht,GTXPro,Acme Corporation,Lost,10/25/2016,3/11/2017,0\n\
3LCLVRVV,Anna Snelling,GTX Basic,,Prospecting,,,\n\
6CWZFOHJ,Anna Snelling,GTX Basic,Acme Corporation,Prospecting,,,\n";

#[test]
fn im_01_an_ordinary_crm_export_goes_in_as_it_is_and_its_faults_are_told() {
    on_both(async |world| {
        world_of_the_export(&world).await;
        let who = importer(&world).await;
        let import = imported(&world, &who, ("accounts", ACCOUNTS.as_bytes()), json!({})).await;
        assert_eq!(import["report"]["made"], 2);
        let remarks = import["report"]["remarks"].to_string();
        assert!(remarks.contains("“technology” was probably meant"), "{remarks}");
        assert!(remarks.contains("Philippines was probably meant"), "{remarks}");
        let file = ("direct_opportunities", PIPELINE.as_bytes());
        let import = imported(&world, &who, file, json!({})).await;
        assert_eq!(import["settings"]["date_order"], "mdy");
        let report = &import["report"];
        assert_eq!((&report["made"], &report["left_out"]), (&json!(3), &json!(1)), "{report}");
        let left_out = findings(&who, &import).await;
        assert_eq!((&left_out[0]["line"], &left_out[0]["level"]), (&json!(4), &json!("left out")));
        assert!(report["remarks"].to_string().contains("“GTXPro” is read as GTX Pro"), "{report}");
        let won = who.get("/api/v1/accounts?q=Betatech").await.is(200).json();
        assert_eq!(won["data"][0]["status"], "customer");
    });
}

fn remark<'r>(report: &'r Value, words: &str) -> &'r Value {
    let remarks = report["remarks"].as_array().unwrap();
    let found = remarks.iter().find(|remark| remark["words"].as_str().unwrap().contains(words));
    found.unwrap_or_else(|| panic!("no remark says {words}: {report}"))
}

#[test]
fn im_01_the_real_crm_export_goes_in_as_it_is() {
    let Some(folder) = export() else { return };
    on_both(async |world| {
        world_of_the_export(&world).await;
        let who = importer(&world).await;
        let file = |name: &str| std::fs::read(folder.join(name)).unwrap();
        let teams = file("sales_teams.csv");
        let settings = json!({ "email_domain": "acme.example", "without_invitation": true });
        let import = imported(&world, &who, ("vendor_users", &teams), settings).await;
        assert_eq!(import["report"]["made"], 41, "35 agents and their 6 managers");
        let import = imported(&world, &who, ("accounts", &file("accounts.csv")), json!({})).await;
        assert_eq!(import["report"]["made"], 85);
        assert_eq!(remark(&import["report"], "technolgy")["rows"], 12);
        let linked = "SELECT COUNT(*) FROM accounts WHERE parent_account_id <> ''";
        assert_eq!(world.count(linked).await, 15);
        let pipeline = file("sales_pipeline.csv");
        let import = imported(&world, &who, ("direct_opportunities", &pipeline), json!({})).await;
        let report = &import["report"];
        assert_eq!((&report["rows"], &report["left_out"]), (&json!(8_800), &json!(1_425)));
        assert_eq!(report["made"], 7_375, "{report}");
        assert!(remark(report, "“GTXPro” is read as GTX Pro")["rows"].as_i64().unwrap() > 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 85, "none twice");
        let count = |stage: &'static str| {
            world.count(match stage {
                "won" => "SELECT COUNT(*) FROM direct_opportunities WHERE stage = 'won'",
                "lost" => "SELECT COUNT(*) FROM direct_opportunities WHERE stage = 'lost'",
                _ => "SELECT COUNT(*) FROM direct_opportunities WHERE stage = 'open'",
            })
        };
        assert_eq!((count("won").await, count("lost").await), (4_238, 2_473));
        let sum = "SELECT CAST(SUM(amount_minor) AS BIGINT) FROM direct_opportunities";
        assert_eq!(world.count(sum).await, 1_000_553_400, "to the cent");
        let owned = "SELECT COUNT(*) FROM direct_opportunities WHERE owner_user_id = ''";
        assert_eq!(world.count(owned).await, 0);
    });
}
