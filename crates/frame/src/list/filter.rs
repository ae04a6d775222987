//! What a list can be narrowed by.

use db::Value;
use domain::ids::UserId;
use jiff::Timestamp;
use web::{Choice, FilterBar, ListUrl};

use super::super::{
    actor::Actor,
    error::AppError,
    input::{self, Word},
    request::Req,
};

/// Who asks for a list, and when.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The person; `None` for a link that names nobody.
    pub user_id: Option<UserId>,
    /// The instant of the request.
    pub now: Timestamp,
}

/// A condition with a `?` for each of its values.
pub type Condition = (String, Vec<Value<'static>>);

/// Makes the condition of a value, or says what is wrong with the value.
type Test = Box<dyn Fn(&str, &Asker) -> Result<Condition, String>>;

/// Finds the choices of a filter.
type Choices = fn(&mut Req<'_, '_>) -> Result<Vec<Choice>, AppError>;

/// How a filter looks above the list.
#[derive(Clone, Copy)]
enum Control {
    Search,
    Select(Choices),
    Toggle,
    /// It is not shown: an address or a caller of the API sets it.
    Hidden,
}

/// One thing to narrow a list by. Its name is the same in the page's address, the file's and the
/// API's.
pub struct Filter {
    pub(super) name: &'static str,
    /// The name in addresses that were given out before.
    pub(super) formerly: Option<&'static str>,
    label: &'static str,
    about: String,
    control: Control,
    test: Test,
    /// Who has it; everybody when `None`.
    whose: Option<fn(&Actor) -> bool>,
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Filter {
    fn new(
        (name, label): (&'static str, &'static str),
        control: Control,
        test: impl Fn(&str, &Asker) -> Result<Condition, String> + 'static,
    ) -> Self {
        let test = Box::new(test);
        let about = label.to_owned();
        Self { name, formerly: None, label, about, control, test, whose: None }
    }

    /// A field for words that any of `columns`, each in lower case, contains.
    pub fn search(label: &'static str, columns: &'static [&'static str]) -> Self {
        Self::new(("q", label), Control::Search, move |text, _| {
            let tests: Vec<String> =
                columns.iter().map(|column| format!("{column} LIKE ? ESCAPE '!'")).collect();
            let pattern = Value::from(db::containing(text));
            Ok((format!("({})", tests.join(" OR ")), vec![pattern; columns.len()]))
        })
    }

    /// A field for words with a condition of its own.
    pub fn search_by(label: &'static str, test: fn(&str) -> Condition) -> Self {
        Self::new(("q", label), Control::Search, move |text, _| Ok(test(text)))
    }

    /// A column that holds one of the words of `W`.
    pub fn word<W: Word>(name: &'static str, label: &'static str, column: &'static str) -> Self {
        let choices = |_: &mut Req<'_, '_>| Ok(input::choices::<W>());
        let new = Self::new((name, label), Control::Select(choices), move |text, _| {
            let word = W::of_word(text).map_err(|error| error.to_string())?;
            Ok((format!("{column} = ?"), vec![word.as_word().into()]))
        });
        new.about(W::every_word())
    }

    /// One of the choices that `choices` finds; `test` makes the condition of the chosen value.
    pub fn choice(
        (name, label): (&'static str, &'static str),
        choices: Choices,
        test: fn(&str) -> Result<Condition, String>,
    ) -> Self {
        Self::new((name, label), Control::Select(choices), move |text, _| test(text))
    }

    /// A checkbox; it is sent as `1` or `true`.
    pub fn toggle(name: &'static str, label: &'static str, test: fn(&Asker) -> Condition) -> Self {
        Self::new((name, label), Control::Toggle, move |text, asker| match text {
            "1" | "true" => Ok(test(asker)),
            _ => Err("Send true, or leave it out".to_owned()),
        })
    }

    /// A value that is sent by addresses and the API only.
    pub fn hidden(
        name: &'static str,
        about: &'static str,
        test: fn(&str) -> Result<Condition, String>,
    ) -> Self {
        Self::new((name, about), Control::Hidden, move |text, _| test(text))
    }

    /// What the API's description says of it.
    #[must_use]
    pub fn about(mut self, words: impl Into<String>) -> Self {
        self.about = words.into();
        self
    }

    /// Its name in addresses that were given out before.
    #[must_use]
    pub fn formerly(mut self, name: &'static str) -> Self {
        self.formerly = Some(name);
        self
    }

    /// Only these readers have it; for others the list has no such parameter.
    #[must_use]
    pub fn only_for(mut self, whose: fn(&Actor) -> bool) -> Self {
        self.whose = Some(whose);
        self
    }

    /// Whether this reader has it.
    pub(super) fn is_for(&self, reader: &Actor) -> bool {
        self.whose.is_none_or(|whose| whose(reader))
    }

    pub(super) fn description(&self) -> String {
        self.about.clone()
    }

    /// The condition of a value, or what is wrong with the value.
    pub(super) fn condition(&self, text: &str, asker: &Asker) -> Result<Condition, String> {
        (self.test)(text, asker)
    }

    /// The bar with this filter at its end, for those who have it.
    pub(super) fn add_to(
        &self,
        bar: FilterBar,
        req: &mut Req<'_, '_>,
    ) -> Result<FilterBar, AppError> {
        if !self.is_for(&req.cx.actor) {
            return Ok(bar);
        }
        Ok(match self.control {
            Control::Search => bar.search(self.name, self.label),
            Control::Select(choices) => bar.select(self.name, self.label, choices(req)?),
            Control::Toggle => bar.toggle(self.name, self.label),
            Control::Hidden => bar,
        })
    }

    /// Whether the address narrows the list by it.
    pub(super) fn is_set(&self, url: &ListUrl) -> bool {
        url.get(self.name).is_some()
    }
}
