//! Writes the style guide and its assets to a folder, for looking at it without a server:
//! `cargo run -p web --example styleguide -- FOLDER`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use web::{
    Button, Chrome, Field, Flash, Icon, NavGroup, Page, Person, PostForm, Problem, Theme, assets,
    confirm_page, demo_clock, post_button, styleguide,
};

/// Pages that stand alone: signing in, a refusal, a question before something is taken away.
fn pages() -> Vec<(&'static str, bool, Page)> {
    let sign_in = PostForm::new("/sign-in", "sample")
        .body(web::html! {
            (Field::email("email", "E-mail").autocomplete("username").required().autofocus())
            (Field::password(web::Secret::Password, "Password").required())
        })
        .actions(Button::primary("Sign in").block());
    let refusal = Problem::new(409, "This account is protected")
        .detail("Northwind Consulting holds Globex Manufacturing GmbH until 12 May 2026, so no direct opportunity can be recorded.")
        .rule("DR-05")
        .instance("req_0193f2")
        .way_on("Ask for consent", "/consents/new")
        .way_on("Offer co-sell", "/co-sell/new");
    let consequences = [
        String::from("Globex Manufacturing GmbH becomes free at once."),
        String::from("2 activities stay in the record."),
    ];
    let question = confirm_page(
        "Withdraw the registration of Globex Manufacturing GmbH?",
        &consequences,
        post_button("/withdrawal", "sample", Button::danger("Withdraw")),
    );
    vec![
        (
            "sign-in",
            true,
            Page::new("Sign in").flash(Flash::note("You were signed out.")).body(sign_in),
        ),
        ("refusal", false, refusal.page().crumb("Accounts", "/accounts")),
        ("refusal-bare", true, refusal.page()),
        (
            "confirm",
            false,
            Page::new("Withdraw").crumb("Registrations", "/registrations").narrow().body(question),
        ),
    ]
}

fn rail() -> Vec<NavGroup> {
    vec![
        NavGroup::new("").item(Icon::Home, "Home", "/").item_with_count(
            Icon::Inbox,
            "Inbox",
            "/inbox",
            3,
        ),
        NavGroup::new("Sell")
            .item_with_count(Icon::Deal, "Registrations", "/styleguide", 14)
            .item(Icon::Conflict, "Conflicts", "/conflicts")
            .item(Icon::Lead, "Leads", "/leads")
            .item(Icon::CoSell, "Co-sell", "/co-sell")
            .item(Icon::Account, "Accounts", "/accounts"),
        NavGroup::new("Enable")
            .item(Icon::Book, "Learning", "/learning")
            .item(Icon::Content, "Content", "/content")
            .item(Icon::Campaign, "Campaigns", "/campaigns"),
        NavGroup::new("Pay")
            .item(Icon::Coin, "Incentives", "/incentives")
            .item(Icon::Wallet, "MDF", "/mdf")
            .item(Icon::Payout, "Payouts", "/payouts"),
        NavGroup::new("Know")
            .item(Icon::Chart, "Metrics", "/metrics")
            .item(Icon::Scorecard, "Scorecards", "/scorecards")
            .item(Icon::Forecast, "Forecast", "/forecast"),
        NavGroup::new("Run")
            .item(Icon::Program, "Program", "/program")
            .item(Icon::Partner, "Partners", "/partners")
            .item(Icon::Settings, "Settings", "/settings"),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| String::from("target/styleguide")));
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    let themes = [Theme::System, Theme::Light, Theme::Dark];
    for theme in themes {
        let chrome = Chrome {
            product: String::from("Entente"),
            organisation: String::from("Acme Cloud"),
            groups: rail(),
            person: Some(Person {
                name: String::from("Łukasz Wiśniewski"),
                detail: String::from("Partner manager at Acme Cloud"),
                links: Vec::new(),
            }),
            unread: 3,
            theme,
            csrf: String::from("sample"),
            now: None,
            path: String::from("/styleguide"),
            banners: vec![demo_clock(
                "Friday, 20 March 2026",
                "/demo/clock",
                "sample",
                &[("day", "A day"), ("week", "A week"), ("quarter", "A quarter")],
            )],
        };
        let mut documents = vec![("styleguide", styleguide(&chrome))];
        for (name, bare, page) in pages() {
            let document = if bare { chrome.bare(&page) } else { chrome.page(&page) };
            documents.push((name, document));
        }
        for (name, document) in documents {
            // From a folder there is no root to start addresses from.
            let text = document.into_string().replace("\"/assets/", "\"assets/");
            fs::write(folder.join(format!("{name}-{}.html", theme.as_str())), text)?;
        }
    }
    Ok(())
}
