//! A conflict case from its opening to the precedent, by the people of all sides.

use std::sync::Arc;

use domain::{
    ids::AccountId,
    money::{Currency, Money},
};
use sell::direct_sales::{FromCrm, Recorded, Stage as SalesStage, Through, record_from_crm};
use testkit::{Caller, Partner, World};

use crate::{
    browser::{Browser, Shape},
    stage::{Stage, journey},
    stories::{approved, link_in_mail, nothing_by_itself, registered},
};

/// Somebody at a desk whose every page is looked at on a telephone as well.
struct Looker {
    desk: Browser,
    telephone: Browser,
    found: Vec<String>,
}

impl Looker {
    async fn new(stage: &Arc<Stage>) -> Self {
        let desk = stage.browser(Shape::DESK).await;
        let telephone = stage.browser(Shape::PHONE).await;
        Self { desk, telephone, found: Vec::new() }
    }

    /// Looks at the page that the desk shows to this person.
    async fn look(&mut self, person: &Caller) {
        let path = self.desk.path().await;
        self.telephone.sign_in(person).await;
        self.telephone.visit(&path).await;
        for (browser, width) in [(&self.desk, 1280), (&self.telephone, 390)] {
            let faults = browser.faults().await;
            // The console tells of forms that came back, which are meant to.
            let faults = faults.iter().filter(|one| !one.contains("the server responded with"));
            self.found.extend(faults.map(|fault| format!("{path} ({width}): {fault}")));
        }
    }

    /// Opens a path as this person, and looks.
    async fn visit(&mut self, person: &Caller, path: &str) {
        self.desk.sign_in(person).await;
        self.desk.visit(path).await;
        self.look(person).await;
    }

    /// Fails if any page had a fault.
    fn ends(self) {
        assert!(self.found.is_empty(), "{} faults:\n{}", self.found.len(), self.found.join("\n"));
    }
}

/// The people of the vendor who decide, one on each level.
struct Ladder {
    manager: Caller,
    neutral: Caller,
    chief: Caller,
}

impl Ladder {
    async fn of(world: &World) -> Self {
        Self {
            manager: world.vendor_user("miriam.vogel@acme.example", "partner_manager").await,
            neutral: world.vendor_user("tomasz.zielinski@acme.example", "operations").await,
            chief: world.vendor_user("helene.brandt@acme.example", "channel_chief").await,
        }
    }
}

#[test]
fn cf_06_a_case_between_partners_goes_from_the_opening_to_the_precedent() {
    journey("disputing", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let ladder = Ladder::of(world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let mut looker = Looker::new(&stage).await;
        registered(&north, "Globex GmbH", "globex.com").await;
        let case = open(&mut looker, &south, ("Globex GmbH", "globex.com")).await;
        states(&mut looker, &south).await;
        states_by_link(&stage, &north).await;
        reads(&mut looker, &ladder.manager).await;
        decides(&mut looker, &ladder.manager).await;
        looker.visit(&south.seller, &case).await;
        looker.desk.sees("The other side can appeal").await;
        finds_the_appeal(&mut looker, &north).await;
        appeals(&mut looker, &north).await;
        stays_out(&mut looker, &ladder.manager, &case).await;
        decides_again(&mut looker, &ladder.neutral).await;
        looker.visit(&south.admin, &case).await;
        looker.desk.sees("Priority on the next comparable lead").await;
        looker.desk.does_not_see("North").await;
        precedent(&mut looker, &ladder, (&north, &south)).await;
        looker.ends();
    });
}

/// A seller disputes its own registration; the path of the case.
async fn open(looker: &mut Looker, south: &Partner, company: (&str, &str)) -> String {
    let made = registered(south, company.0, company.1).await;
    let page = format!("/registrations/{}", made["id"].as_str().expect("an id"));
    let desk = looker.desk.clone();
    desk.sign_in(&south.seller).await;
    desk.visit(&page).await;
    desk.press("Dispute").await;
    desk.sees("The system finds the other parties").await;
    looker.look(&south.seller).await;
    desk.click("input[name='kind'][value='partner_partner']").await;
    desk.fill("asked", "Somebody else calls our buyer. Who may work the account?").await;
    desk.press("Open case").await;
    desk.sees("Case opened.").await;
    desk.sees("Your statement is needed").await;
    looker.look(&south.seller).await;
    desk.path().await
}

async fn states(looker: &mut Looker, south: &Partner) {
    let desk = looker.desk.clone();
    desk.visit("/").await;
    desk.sees("give your statement on the conflict").await;
    looker.look(&south.seller).await;
    desk.press("Give statement").await;
    desk.press("Write statement").await;
    desk.fill("statement", "We ran the workshop with their head of purchasing.").await;
    desk.press("Give statement").await;
    desk.sees("Your statement has been received").await;
    desk.sees("We ran the workshop").await;
    desk.does_not_see("North").await;
    looker.look(&south.seller).await;
}

async fn states_by_link(stage: &Arc<Stage>, north: &Partner) {
    stage.world().run_jobs().await;
    let link = link_in_mail(stage.world(), &north.admin, "/links/case-statement/").await;
    let telephone = stage.browser(Shape::PHONE).await;
    telephone.visit(&link).await;
    telephone.sees("Question").await;
    telephone.does_not_see("South").await;
    let faults = telephone.faults().await;
    assert!(faults.is_empty(), "{faults:?}");
    telephone.fill("words", "We met them in May, and the minutes say so.").await;
    telephone.press("Give statement").await;
    telephone.sees("Your statement has been saved.").await;
}

async fn fill_decision(desk: &Browser, outcome: &str, [rule, reason, words]: [&str; 3]) {
    desk.click(&format!("input[name='outcome'][value='{outcome}']")).await;
    desk.fill("rule", rule).await;
    desk.fill("reason", reason).await;
    desk.fill("words", words).await;
}

/// The partner manager finds the case at home and reads what there is.
async fn reads(looker: &mut Looker, manager: &Caller) {
    let desk = looker.desk.clone();
    looker.visit(manager, "/").await;
    desk.press("Decide the conflict about Globex GmbH").await;
    desk.sees("This case needs your decision").await;
    desk.sees("We met them in May").await;
    desk.sees("items in time order").await;
    looker.look(manager).await;
}

/// It decides for the side that opened the case, in words that name nobody.
async fn decides(looker: &mut Looker, manager: &Caller) {
    let desk = looker.desk.clone();
    desk.press("Decide").await;
    desk.sees("Award to").await;
    desk.sees("We ran the workshop").await;
    looker.look(manager).await;
    let words = ["DR-02", "The workshop shows who works the account.", "South has the workshop."];
    fill_decision(&desk, "award-0", words).await;
    desk.press("Decide").await;
    desk.sees("names a partner").await;
    desk.fill("words", "The documented workshop counts.").await;
    desk.press("Decide").await;
    desk.sees("The case is decided.").await;
    looker.look(manager).await;
}

/// The side that lost finds at home that it can appeal.
async fn finds_the_appeal(looker: &mut Looker, north: &Partner) {
    let desk = looker.desk.clone();
    looker.visit(&north.admin, "/").await;
    desk.press("View or appeal").await;
    desk.sees("You can appeal").await;
    desk.does_not_see("South").await;
    looker.look(&north.admin).await;
    desk.press("Appeal").await;
    desk.sees("You can appeal once").await;
    looker.look(&north.admin).await;
}

/// What it said before does not count; something new does.
async fn appeals(looker: &mut Looker, north: &Partner) {
    let desk = looker.desk.clone();
    desk.fill("words", "We met them in May, and the minutes say so.").await;
    desk.press("Appeal").await;
    desk.sees("new evidence").await;
    desk.fill("words", "The buyer's order of April names us.").await;
    desk.press("Appeal").await;
    desk.sees("Your appeal has been filed.").await;
    looker.look(&north.admin).await;
}

/// Who decided first may not again, and reads why.
async fn stays_out(looker: &mut Looker, manager: &Caller, case: &str) {
    let desk = looker.desk.clone();
    looker.visit(manager, case).await;
    desk.sees("You do not decide this case").await;
    desk.sees("You made an earlier decision in this matter.").await;
    looker.visit(manager, &format!("{case}/decision")).await;
    desk.sees("You made an earlier decision in this matter.").await;
    desk.does_not_see("Award to").await;
    desk.press("Back to case").await;
}

/// The neutral seat decides the appeal.
async fn decides_again(looker: &mut Looker, neutral: &Caller) {
    let desk = looker.desk.clone();
    looker.visit(neutral, "/").await;
    desk.press("Decide the conflict about Globex GmbH").await;
    desk.sees("order of April").await;
    looker.look(neutral).await;
    desk.press("Decide").await;
    let reason = "The order of April is older than the workshop.";
    let words = ["DR-04", reason, "Newer evidence shows an earlier order."];
    fill_decision(&desk, "award-1", words).await;
    desk.click("select[name='remedy'] option[value='priority']").await;
    desk.click("select[name='remedy_party'] option[value='0']").await;
    desk.press("Decide").await;
    desk.sees("The case is decided.").await;
    desk.sees("Final").await;
    looker.look(neutral).await;
}

/// The next case like it shows how this one was decided.
async fn precedent(looker: &mut Looker, ladder: &Ladder, (north, south): (&Partner, &Partner)) {
    let desk = looker.desk.clone();
    registered(north, "Initech AG", "initech.com").await;
    let next = open(looker, south, ("Initech AG", "initech.com")).await;
    desk.does_not_see("similar cases").await;
    looker.visit(&ladder.manager, &next).await;
    desk.sees("How similar cases were decided").await;
    desk.sees("The order of April is older than the workshop.").await;
    desk.press("C-000001").await;
    desk.sees("Decided on appeal").await;
    for path in ["/conflicts", "/conflicts/precedents?q=april", "/conflicts/measures"] {
        looker.visit(&ladder.chief, path).await;
    }
    desk.visit("/conflicts/precedents?q=april").await;
    desk.sees("older than the workshop").await;
}

#[test]
fn cf_03_direct_sales_and_a_partner_dispute_an_account_and_who_has_a_stake_stays_out() {
    journey("disputing-direct", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let ladder = Ladder::of(world).await;
        let rep = world.vendor_user("lukas.steiner@acme.example", "direct_rep").await;
        let boss = world.vendor_user("martin.albrecht@acme.example", "direct_manager").await;
        let north = world.partner("North").await;
        let page = approved(world, &north, ("Globex GmbH", "globex.com")).await;
        brought_by_the_crm(world, &rep, &page).await;
        let mut looker = Looker::new(&stage).await;
        let desk = looker.desk.clone();

        looker.visit(&rep, "/").await;
        desk.press("Globex GmbH: give your statement on the conflict").await;
        desk.does_not_see("North").await;
        let case = desk.path().await;
        looker.look(&rep).await;
        desk.fill("statement", "Their board asked us for a price in December.").await;
        desk.press("Give statement").await;
        desk.sees("Your statement has been received").await;

        // Whose own team is in it reads that it does not decide, why, and who does.
        looker.visit(&boss, &case).await;
        desk.sees("You do not decide this case").await;
        desk.sees("own quota").await;
        desk.sees("miriam vogel").await;

        looker.visit(&ladder.manager, "/").await;
        desk.press("Decide the conflict about Globex GmbH").await;
        desk.press("Decide").await;
        let due = "Show what the board asked for.";
        desk.fill("asked", due).await;
        desk.click("select[name='party'] option[value='direct_sales']").await;
        desk.press("Ask").await;
        desk.sees("Evidence requested; the clock is stopped.").await;
        looker.look(&ladder.manager).await;

        looker.visit(&rep, "/").await;
        desk.press("Globex GmbH: the decider asks you for evidence").await;
        looker.look(&rep).await;
        desk.fill("answer", "A price for the platform, by telephone.").await;
        desk.press("Answer").await;
        desk.sees("Your answer has been saved").await;

        desk.sign_in(&ladder.manager).await;
        desk.visit(&format!("{case}/decision")).await;
        let reason = "Both are wanted there.";
        fill_decision(&desk, "co_sell", ["CF-05", reason, "You sell together."]).await;
        desk.fill("share-0", "70").await;
        desk.fill("share-1", "30").await;
        desk.press("Decide").await;
        desk.sees("The case is decided.").await;
        looker.visit(&north.admin, &case).await;
        desk.sees("your share is 70 %").await;
        looker.ends();
    });
}

/// The CRM brings an opportunity of this rep on the account that a partner protects.
async fn brought_by_the_crm(world: &World, rep: &Caller, registration: &str) {
    let key = world.api_key("", "registrations:read").await;
    let path = registration.replacen("/registrations", "/api/v1/deal-registrations", 1);
    let seen = key.get(&path).await.is(200).json();
    let account = AccountId::parse(seen["account_id"].as_str().expect("an account"));
    let owner = rep.user_id.clone();
    let day = |text: &str| text.parse().expect("a day");
    let given = FromCrm {
        account_id: account.expect("an id"),
        name: "Platform for the group".into(),
        external_id: "OPP-1".into(),
        owner_user_id: owner,
        owner_name: "Lukas Steiner".into(),
        product: String::new(),
        stage: SalesStage::Open,
        amount: Money::new(9_000_000, Currency::parse("EUR").expect("a currency")),
        opened_on: day("2025-12-01"),
        opened_is_given: true,
        close_on: None,
        closed_on: None,
        through: Through::Crm,
    };
    let held = world.act(move |cx| record_from_crm(cx, &given)).await;
    assert!(matches!(held, Recorded::Held { .. }), "{held:?}");
}
