//! A person in front of a browser.

use std::{sync::Arc, time::Duration};

use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    key::Key,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use testkit::Caller;
use tokio::time::{interval, timeout};
use url::{ParseError, Url};

use crate::stage::Stage;

/// How long a condition may take to come true. Conditions are asked for again at short intervals;
/// only a journey that has failed waits this long.
const PATIENCE: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_millis(15);

const AXE: &str = include_str!("../../axe/axe.min.js");

/// What kind of browser it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Width of the page in pixels; below 500 it is a phone.
    pub(crate) width: u32,
    /// Whether script runs.
    pub(crate) script: bool,
}

impl Shape {
    pub(crate) const DESK: Self = Self { width: 1280, script: true };
    pub(crate) const PHONE: Self = Self { width: 390, script: true };
    pub(crate) const NO_SCRIPT: Self = Self { width: 1280, script: false };

    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "the driver's address comes from xtask")]
    pub(crate) async fn connect(self) -> Client {
        let driver = std::env::var("ENTENTE_TEST_CHROMEDRIVER").expect(
            "journeys need a browser: `cargo xtask test` starts one and sets \
             ENTENTE_TEST_CHROMEDRIVER",
        );
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--lang=en-US".to_owned(),
            "--force-prefers-reduced-motion".to_owned(),
        ];
        let mut options = json!({ "prefs": { "intl.accept_languages": "en-US" } });
        if self.width < 500 {
            let metrics =
                json!({ "width": self.width, "height": 844, "pixelRatio": 1.0, "touch": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        } else {
            arguments.push(format!("--window-size={},900", self.width));
        }
        if !self.script {
            options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        options["args"] = json!(arguments);
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver)
            .await
            .unwrap_or_else(|error| panic!("{driver}: {error}"))
    }
}

/// A person in front of a browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    stage: Arc<Stage>,
    client: Client,
}

impl Browser {
    pub(crate) fn new(stage: Arc<Stage>, client: Client) -> Self {
        Self { stage, client }
    }

    /// Signs this person in, and whoever was signed in before out.
    pub(crate) async fn sign_in(&self, person: &Caller) {
        let (name, value) = person.session_cookie();
        self.set_cookie(&name, value).await;
    }

    async fn set_cookie(&self, name: &str, value: String) {
        if !self.client.current_url().await.unwrap().as_str().starts_with(&self.stage.at("/")) {
            self.visit("/sign-in").await;
        }
        let cookie = json!({ "cookie": { "name": name, "value": value, "path": "/" } });
        let set = self.client.issue_cmd(Order { path: "cookie", body: cookie }).await;
        set.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Opens a path.
    pub(crate) async fn visit(&self, path: &str) {
        let address = self.stage.at(path);
        self.client.goto(&address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The path one is at.
    pub(crate) async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    /// Finds the first element, as soon as there is one.
    pub(crate) async fn find(&self, css: &str) -> Element {
        self.wait(Locator::Css(css)).await
    }

    async fn wait(&self, locator: Locator<'_>) -> Element {
        let found = self.client.wait().at_most(PATIENCE).every(INTERVAL).for_element(locator).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{locator:?}: {error}; the page says: {}", self.text().await),
        }
    }

    /// Presses the button or follows the link with these words.
    pub(crate) async fn press(&self, words: &str) {
        let path = format!(
            "(//main//button | //main//a | //body[not(.//main)]//button)\
             [normalize-space(.)='{words}']"
        );
        self.wait(Locator::XPath(&path)).await.click().await.unwrap_or_else(|error| {
            panic!("{words}: {error}");
        });
    }

    /// Clicks on the first element.
    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Replaces what stands in the field of that name.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("[name='{name}']")).await;
        field.clear().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Types into whatever has the focus.
    pub(crate) async fn type_keys(&self, keys: &str) {
        let field = self.client.active_element().await.unwrap();
        field.send_keys(keys).await.unwrap_or_else(|error| panic!("{keys}: {error}"));
    }

    /// Presses Tab until the element has the focus.
    pub(crate) async fn tab_to(&self, css: &str) {
        for _ in 0..120 {
            self.type_keys(&char::from(Key::Tab).to_string()).await;
            let there = self
                .run(&format!("return document.activeElement?.matches({css:?}) ?? false"))
                .await;
            if there == Value::Bool(true) {
                return;
            }
        }
        panic!("Tab does not lead to {css} on {}", self.path().await);
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client
            .execute(script, Vec::new())
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a script answers with something else than `null`, and returns it.
    pub(crate) async fn until(&self, script: &str) -> Value {
        let mut again = interval(INTERVAL);
        let asked = timeout(PATIENCE, async {
            loop {
                again.tick().await;
                let answer = self.run(script).await;
                if !answer.is_null() {
                    return answer;
                }
            }
        });
        let Ok(answer) = asked.await else {
            panic!("{script}: not yet; the page says: {}", self.text().await);
        };
        answer
    }

    /// What the page says.
    pub(crate) async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// Waits until the page says this.
    pub(crate) async fn sees(&self, words: &str) {
        let path = format!("//body//*[contains(normalize-space(.), \"{words}\")]");
        self.wait(Locator::XPath(&path)).await;
    }

    /// Fails if the page says this.
    pub(crate) async fn does_not_see(&self, words: &str) {
        let text = self.text().await;
        assert!(!text.contains(words), "“{words}” in {text}");
    }

    /// What is wrong with this page: what axe finds in light and in dark, what the console says,
    /// what does not fit. A theme changes colours and nothing else, so the second look is at those.
    pub(crate) async fn faults(&self) -> Vec<String> {
        self.run(&format!("{AXE}; return null")).await;
        let looked = self.client.execute_async(LOOK, Vec::new()).await;
        let mut faults = texts(&looked.unwrap_or_else(|error| panic!("axe: {error}")));
        faults.extend(texts(&self.run(OVERFLOW).await));
        faults.extend(self.console().await);
        faults
    }

    /// What the console said since it was last asked.
    async fn console(&self) -> Vec<String> {
        let said = self
            .client
            .issue_cmd(Order { path: "se/log", body: json!({ "type": "browser" }) })
            .await;
        let said = said.unwrap_or_else(|error| panic!("console: {error}"));
        let lines = said.as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            .map(|line| format!("console: {}", line["message"]))
            .collect()
    }
}

/// Has axe look at the page in light, and at its colours in dark.
const LOOK: &str = "const done = arguments[0]; \
    const look = async (theme, only) => { \
      document.documentElement.dataset.theme = theme; \
      const found = await axe.run(document, { resultTypes: ['violations'], ...only }); \
      return found.violations.map((one) => `${theme}: ${one.id}: ${one.nodes.slice(0, 3)\
        .map((node) => node.html.slice(0, 160)).join(' | ')}`); \
    }; \
    const colours = { runOnly: ['color-contrast', 'link-in-text-block'] }; \
    (async () => [...await look('light', {}), ...await look('dark', colours)])()\
    .then(done, (error) => done([`${error}`]));";

/// What is wider than the page.
const OVERFLOW: &str = "const page = document.documentElement; \
    if (page.scrollWidth <= page.clientWidth) return []; \
    const wide = [...document.querySelectorAll('body *')].filter((one) => \
    one.getBoundingClientRect().right > page.clientWidth + 1).slice(0, 3); \
    return [`${page.scrollWidth} pixels wide: ${wide.map((one) => one.outerHTML.slice(0, 120)).join(' | ')}`];";

fn texts(found: &Value) -> Vec<String> {
    let found = found.as_array().cloned().unwrap_or_default();
    found.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
}

/// An order to the driver that its client does not know, or knows otherwise.
#[derive(Debug)]
struct Order {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Order {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
