//! What a list can be narrowed by.

use std::collections::BTreeSet;

use db::{Searched, Value};
use domain::{folding::folded, ids::UserId};
use jiff::Timestamp;
use web::{Choice, FilterBar, ListUrl};

use super::super::{
    actor::Actor,
    ctx::Cx,
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

impl Asker {
    /// Who asks now.
    pub fn of(cx: &Cx<'_, '_>) -> Self {
        Self { user_id: cx.actor.reader().cloned(), now: cx.now }
    }
}

/// A condition with a `?` for each of its values.
pub type Condition = (String, Vec<Value<'static>>);

/// The condition that `key`, a column of folded text, contains these words, whatever their case and
/// accents.
pub fn containing(key: &str, words: &str) -> Condition {
    (format!("{key} LIKE ? ESCAPE '!'"), vec![db::containing(&folded(words.trim())).into()])
}

/// Rows that are found one by one rather than by going through a list.
const FEW: usize = 500;

/// The ids of the vendor's rows that contain these words in any of these columns; `None` when there
/// are more than [`FEW`] in all, so that a list finds the first of them sooner in its own order.
pub fn few(
    cx: &mut Cx<'_, '_>,
    columns: &[Searched],
    words: &str,
) -> Result<Option<BTreeSet<String>>, AppError> {
    let (vendor_id, words) = (cx.vendor(), folded(words.trim()));
    let mut all = BTreeSet::new();
    for column in columns {
        match column.ids(cx.tx, (vendor_id.as_str(), &words), FEW)? {
            Some(ids) => all.extend(ids),
            None => return Ok(None),
        }
        if all.len() > FEW {
            return Ok(None);
        }
    }
    Ok(Some(all))
}

/// The condition that `column` holds one of these ids.
pub fn one_of_few(column: &str, ids: BTreeSet<String>) -> Condition {
    let mut values: Vec<Value<'static>> = ids.into_iter().map(Value::from).collect();
    let Some(last) = values.last().cloned() else {
        return ("1 = 0".to_owned(), values);
    };
    // A few lengths only: a database keeps the plan of each statement.
    values.resize(values.len().next_power_of_two(), last);
    (format!("{column} IN ({})", vec!["?"; values.len()].join(", ")), values)
}

/// Makes the condition of a value, or says what is wrong with the value.
type Test = Box<dyn Fn(&str, &mut Cx<'_, '_>) -> Result<Condition, Bad>>;

/// Why a value makes no condition.
pub(super) enum Bad {
    /// What is wrong with it, for who sent it.
    Value(String),
    /// It could not be looked up.
    Failed(AppError),
}

/// Finds the choices of a filter.
type Choices = fn(&mut Req<'_, '_>) -> Result<Vec<Choice>, AppError>;

/// A word that stands for several of `W`, with its label.
pub type Group<W> = (&'static str, &'static str, &'static [W]);

/// What is said of a parameter that came twice.
pub(super) const ONCE: &str = "Send this parameter once";
const SEND_TRUE: &str = "Send true, or omit it";

fn is_true(text: &str) -> bool {
    text == "1" || text == "true"
}

/// How a filter looks above the list.
enum Control {
    Search,
    Select(Choices),
    Groups(Box<dyn Fn() -> Vec<Choice>>),
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
    /// Whether several values are taken, separated by commas.
    many: bool,
    /// The order of a list that is narrowed by it, unless another is asked for.
    pub(super) order: Option<&'static str>,
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
        Self::looked_up((name, label), control, move |text, cx| {
            let asker = Asker::of(cx);
            test(text, &asker).map_err(Bad::Value)
        })
    }

    fn looked_up(
        (name, label): (&'static str, &'static str),
        control: Control,
        test: impl Fn(&str, &mut Cx<'_, '_>) -> Result<Condition, Bad> + 'static,
    ) -> Self {
        let (about, test) = (label.to_owned(), Box::new(test));
        let (formerly, whose, order) = (None, None, None);
        Self { name, formerly, label, about, control, test, whose, many: false, order }
    }

    /// A field for words that `key` contains: a column that holds what
    /// [`search_key`](domain::folding::search_key) makes of the texts that are searched.
    pub fn search(label: &'static str, key: &'static str) -> Self {
        Self::new(("q", label), Control::Search, move |text, _| Ok(containing(key, text)))
    }

    /// A field for words whose condition has to be looked up.
    pub fn search_through(
        label: &'static str,
        test: fn(&str, &mut Cx<'_, '_>) -> Result<Condition, AppError>,
    ) -> Self {
        Self::looked_up(("q", label), Control::Search, move |text, cx| {
            test(text, cx).map_err(Bad::Failed)
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

    /// A column that holds one of several words. The page offers the groups and each word; several can
    /// be sent, separated by commas.
    pub fn words<W: Word>(
        (name, label): (&'static str, &'static str),
        column: &'static str,
        groups: &'static [Group<W>],
    ) -> Self {
        let choices = Control::Groups(Box::new(move || {
            let groups = groups.iter().map(|(word, label, _)| Choice::new(*word, *label));
            groups.chain(input::choices::<W>()).collect()
        }));
        let new = Self::new((name, label), choices, move |text, _| {
            let mut words = Vec::new();
            for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                match groups.iter().find(|(word, ..)| *word == part) {
                    Some((_, _, group)) => words.extend_from_slice(group),
                    None => words.push(W::of_word(part).map_err(|error| {
                        let groups = groups.iter().map(|(word, ..)| format!("{word}, "));
                        format!("Choose one of: {}{}", groups.collect::<String>(), error.known)
                    })?),
                }
            }
            let values: Vec<Value<'_>> = words.iter().map(|word| word.as_word().into()).collect();
            let marks = vec!["?"; values.len()].join(", ");
            Ok(if values.is_empty() {
                ("1 = 1".to_owned(), values)
            } else {
                (format!("{column} IN ({marks})"), values)
            })
        });
        let groups =
            groups.iter().map(|(word, label, _)| format!("; {word}: {}", label.to_lowercase()));
        let about = format!("Any of these, separated by commas: {}", W::every_word());
        Self { many: true, ..new.about(about + &groups.collect::<String>()) }
    }

    /// A checkbox; it is sent as `1` or `true`.
    pub fn toggle(name: &'static str, label: &'static str, test: fn(&Asker) -> Condition) -> Self {
        Self::new((name, label), Control::Toggle, move |text, asker| {
            if is_true(text) { Ok(test(asker)) } else { Err(SEND_TRUE.to_owned()) }
        })
    }

    /// A checkbox whose condition has to be looked up.
    pub fn toggle_by(
        name: &'static str,
        label: &'static str,
        test: fn(&mut Cx<'_, '_>) -> Result<Condition, AppError>,
    ) -> Self {
        Self::looked_up((name, label), Control::Toggle, move |text, cx| {
            if is_true(text) {
                test(cx).map_err(Bad::Failed)
            } else {
                Err(Bad::Value(SEND_TRUE.to_owned()))
            }
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

    /// The order of a list that is narrowed by it, unless another is asked for.
    #[must_use]
    pub fn ordered_by(mut self, sort: &'static str) -> Self {
        self.order = Some(sort);
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

    /// The value that the address gives; several are joined where several are taken.
    pub(super) fn value(&self, url: &ListUrl) -> Result<Option<String>, String> {
        let all = url.all(self.name);
        let all: Vec<&str> =
            all.into_iter().map(str::trim).filter(|value| !value.is_empty()).collect();
        match all.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((*one).to_owned())),
            several if self.many => Ok(Some(several.join(","))),
            _ => Err(ONCE.to_owned()),
        }
    }

    /// The condition of a value, or what is wrong with the value.
    pub(super) fn condition(&self, text: &str, cx: &mut Cx<'_, '_>) -> Result<Condition, Bad> {
        (self.test)(text, cx)
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
        Ok(match &self.control {
            Control::Search => bar.search(self.name, self.label),
            Control::Select(choices) => match choices(req)? {
                none if none.is_empty() => bar,
                some => bar.select(self.name, self.label, some),
            },
            Control::Groups(choices) => bar.select(self.name, self.label, choices()),
            Control::Toggle => bar.toggle(self.name, self.label),
            Control::Hidden => bar,
        })
    }

    /// Whether the address narrows the list by it.
    pub(super) fn is_set(&self, url: &ListUrl) -> bool {
        url.get(self.name).is_some()
    }
}
