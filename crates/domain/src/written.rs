//! Numbers and days as people and files write them: a sign before or behind, brackets, a currency
//! beside them, groups of digits, a decimal point or comma, thousands and millions by a letter.
//! What is not understood is refused, never guessed. Rules IM-01, UX-01.

mod day;
mod typed;

pub use day::{DateOrder, day};
pub use typed::amount;

use crate::money::{Currency, Money, MoneyError};

/// What stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    /// `1,234.50`
    Point,
    /// `1.234,50`
    Comma,
}

impl DecimalSign {
    const fn letter(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    const fn example(self) -> &'static str {
        match self {
            Self::Point => "1,234.50",
            Self::Comma => "1.234,50",
        }
    }
}

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Something else than a number, one sign and one currency.
    #[error("is not a number such as {}", DecimalSign::Point.example())]
    NotANumber,
    /// Separators where no group of digits ends.
    #[error("has separators that form no groups of digits; numbers in this file are read as {}", .0.example())]
    Groups(DecimalSign),
    /// One separator with three digits behind it: the end of a group, or decimals.
    #[error("can be read as {0} or {1}; enter it without separators")]
    TwoWays(String, String),
    /// A number of things with decimals.
    #[error("is not a whole number")]
    NotWhole,
    /// The currency beside the number is not that of its column.
    #[error("is marked {0}, but its currency is {1}")]
    OtherCurrency(String, String),
    /// A sign that several currencies share.
    #[error("is marked {0}, which several currencies use: name the currency by its code")]
    WhichCurrency(String),
    /// It is a number, and no amount of its currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Signs of currencies, each with the currencies that it is used for, the usual one first. A sign
/// that begins with another one stands before it.
const SIGNS: [(&str, &[&str]); 31] = [
    ("US$", &["USD"]),
    ("CA$", &["CAD"]),
    ("C$", &["CAD"]),
    ("AU$", &["AUD"]),
    ("A$", &["AUD"]),
    ("NZ$", &["NZD"]),
    ("HK$", &["HKD"]),
    ("NT$", &["TWD"]),
    ("S$", &["SGD"]),
    ("R$", &["BRL"]),
    ("MX$", &["MXN"]),
    ("$", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"]),
    ("€", &["EUR"]),
    ("£", &["GBP", "EGP", "LBP"]),
    ("¥", &["JPY", "CNY"]),
    ("￥", &["JPY", "CNY"]),
    ("円", &["JPY"]),
    ("元", &["CNY"]),
    ("₹", &["INR"]),
    ("₩", &["KRW"]),
    ("₺", &["TRY"]),
    ("₽", &["RUB"]),
    ("₪", &["ILS"]),
    ("₴", &["UAH"]),
    ("₫", &["VND"]),
    ("฿", &["THB"]),
    ("₱", &["PHP"]),
    ("zł", &["PLN"]),
    ("Kč", &["CZK"]),
    ("Fr.", &["CHF"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
];

/// Signs that mean their first currency where nothing else is said.
const USUAL: [&str; 4] = ["$", "£", "¥", "￥"];

/// A number taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    negative: bool,
    /// Digits with what stands between them.
    body: String,
    /// What names a currency.
    mark: String,
    /// How many zeros a letter behind the number stands for.
    zeros: usize,
}

impl Written {
    /// Takes a text apart.
    ///
    /// It errs for a text with two signs or two currencies, with other letters, or without a digit.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let plain: String = text.chars().map(plain).collect();
        let mut rest = plain.trim();
        let mut written =
            Self { negative: false, body: String::new(), mark: String::new(), zeros: 0 };
        let (mut signed, mut bracketed) = (false, false);
        loop {
            let first = rest.chars().next().ok_or(NumberError::NotANumber)?;
            let last = rest.chars().next_back().ok_or(NumberError::NotANumber)?;
            if first == '(' && last == ')' && !bracketed && !signed {
                (bracketed, signed, written.negative) = (true, true, true);
                rest = rest.get(1..rest.len() - 1).unwrap_or_default().trim();
            } else if let Some(sign) =
                [first, last].into_iter().find(|one| matches!(one, '-' | '+'))
            {
                if signed {
                    return Err(NumberError::NotANumber);
                }
                (signed, written.negative) = (true, sign == '-');
                rest = if first == sign { rest.get(1..) } else { rest.get(..rest.len() - 1) }
                    .unwrap_or_default()
                    .trim();
            } else if let Some((mark, without)) = marked(rest) {
                if !written.mark.is_empty() {
                    return Err(NumberError::NotANumber);
                }
                written.mark = mark;
                rest = without;
            } else {
                break;
            }
        }
        (rest, written.zeros) = scaled(rest);
        let is_body = |one: char| one.is_ascii_digit() || SEPARATORS.contains(&one);
        if !rest.chars().all(is_body) || !rest.chars().any(|one| one.is_ascii_digit()) {
            return Err(NumberError::NotANumber);
        }
        rest.clone_into(&mut written.body);
        Ok(written)
    }

    /// Which decimal sign this number shows, where it shows one beyond doubt.
    pub fn shows(&self) -> Option<DecimalSign> {
        let (points, commas) = (self.count('.'), self.count(','));
        let is_read = |sign: DecimalSign| self.digits(sign).is_ok().then_some(sign);
        match (points, commas) {
            (0, 0) => None,
            (1, 0) if self.is_group('.') => None,
            (0, 1) if self.is_group(',') => None,
            (1, 0) => Some(DecimalSign::Point),
            (0, 1) => Some(DecimalSign::Comma),
            (_, 0) => is_read(DecimalSign::Comma),
            (0, _) => is_read(DecimalSign::Point),
            (..) => is_read(DecimalSign::Point).or(is_read(DecimalSign::Comma)),
        }
    }

    /// The sign that does not stand before decimals here: three digits follow a separator, which
    /// therefore most likely ends a group.
    fn suggests(&self) -> Option<DecimalSign> {
        match (self.count('.'), self.count(',')) {
            (1, 0) if self.is_group('.') => Some(DecimalSign::Comma),
            (0, 1) if self.is_group(',') => Some(DecimalSign::Point),
            _ => None,
        }
    }

    fn count(&self, letter: char) -> usize {
        self.body.matches(letter).count()
    }

    /// Whether the only `separator` may end a group: one to three digits before it, three after it.
    fn is_group(&self, separator: char) -> bool {
        let Some((before, after)) = self.body.split_once(separator) else { return false };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        digits(before)
            && digits(after)
            && after.len() == 3
            && (1..=3).contains(&before.len())
            && !before.starts_with('0')
    }

    /// The digits before and behind the decimal sign.
    pub fn digits(&self, sign: DecimalSign) -> Result<(String, String), NumberError> {
        let wrong = || NumberError::Groups(sign);
        let (whole, decimals) = match self.body.split_once(sign.letter()) {
            Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
            Some(_) => return Err(wrong()),
            None => (self.body.as_str(), ""),
        };
        if !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let separators: Vec<char> = whole.chars().filter(|one| !one.is_ascii_digit()).collect();
        let whole = match separators.first() {
            None if whole.is_empty() => "0".to_owned(),
            None => whole.to_owned(),
            Some(first) if separators.iter().all(|one| one == first) => {
                let groups: Vec<usize> = whole.split(*first).map(str::len).collect();
                if !is_grouped(&groups) {
                    return Err(wrong());
                }
                whole.replace(*first, "")
            }
            Some(_) => return Err(wrong()),
        };
        let (moved, decimals) = decimals.split_at(decimals.len().min(self.zeros));
        let zeros = "0".repeat(self.zeros.saturating_sub(moved.len()));
        Ok((format!("{whole}{moved}{zeros}"), decimals.to_owned()))
    }

    /// The amount. A code or sign beside the number has to fit `own`, the currency that its column
    /// names; without one, `usual` holds for numbers that are not marked. Zeros at the end are no
    /// decimals.
    pub fn money(
        &self,
        sign: DecimalSign,
        (own, usual): (&str, &str),
    ) -> Result<Money, NumberError> {
        let currency = self.currency(own.trim(), usual)?;
        let (whole, decimals) = self.digits(sign)?;
        let most = usize::try_from(currency.exponent()).unwrap_or(0);
        let (kept, beyond) = decimals.split_at(decimals.len().min(most));
        let minus = if self.negative { "-" } else { "" };
        let text = if beyond.bytes().any(|byte| byte != b'0') {
            format!("{minus}{whole}.{}", decimals.trim_end_matches('0'))
        } else if kept.is_empty() {
            format!("{minus}{whole}")
        } else {
            format!("{minus}{whole}.{kept}")
        };
        Ok(Money::parse_decimal(&text, currency)?)
    }

    fn currency(&self, own: &str, usual: &str) -> Result<Currency, NumberError> {
        let mark = self.mark.as_str();
        if mark.is_empty() {
            return Ok(Currency::parse(if own.is_empty() { usual } else { own })?);
        }
        let own = if own.is_empty() { None } else { Some(Currency::parse(own)?) };
        let Some((_, codes)) = SIGNS.iter().find(|(sign, _)| *sign == mark) else {
            let code = Currency::parse(mark)?;
            return match own {
                Some(own) if own != code => {
                    Err(NumberError::OtherCurrency(mark.to_owned(), own.to_string()))
                }
                Some(_) | None => Ok(code),
            };
        };
        let fits = |code: &str| codes.contains(&code);
        match (own, codes) {
            (Some(own), _) if fits(own.as_str()) => Ok(own),
            (Some(own), _) => Err(NumberError::OtherCurrency(mark.to_owned(), own.to_string())),
            (None, _) if fits(usual) => Ok(Currency::parse(usual)?),
            (None, [code, rest @ ..]) if rest.is_empty() || USUAL.contains(&mark) => {
                Ok(Currency::parse(code)?)
            }
            (None, _) => Err(NumberError::WhichCurrency(mark.to_owned())),
        }
    }

    /// A number of things: no currency, nothing behind a decimal sign but zeros, not below zero.
    pub fn count_of(&self) -> Result<i64, NumberError> {
        let sign = self.shows().or_else(|| self.suggests()).unwrap_or(DecimalSign::Point);
        let (whole, decimals) = self.digits(sign)?;
        let is_whole = decimals.bytes().all(|byte| byte == b'0');
        if self.negative || !self.mark.is_empty() || !is_whole {
            return Err(NumberError::NotWhole);
        }
        whole.parse().map_err(|_| NumberError::NotWhole)
    }
}

/// The text without the letter that stands for thousands or millions, and how many zeros that is.
fn scaled(text: &str) -> (&str, usize) {
    let letters = text.trim_start_matches(|one: char| !one.is_alphabetic());
    let zeros = match letters {
        "k" | "K" => 3,
        "m" | "M" | "Mio" | "Mio." => 6,
        _ => return (text, 0),
    };
    (text.strip_suffix(letters).unwrap_or(text).trim(), zeros)
}

/// What stands between groups of digits, or before decimals.
const SEPARATORS: [char; 4] = ['.', ',', ' ', '\''];

/// A letter as it is meant: any blank as a blank, any minus as a minus.
const fn plain(letter: char) -> char {
    match letter {
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{2019}' | '\u{2bc}' => '\'',
        other => other,
    }
}

/// A currency at the beginning or the end, and the rest.
fn marked(text: &str) -> Option<(String, &str)> {
    let code = |word: &str| Currency::parse(word).is_ok().then(|| word.to_uppercase());
    let begins = |rest: &str| !rest.chars().next().is_some_and(char::is_alphabetic);
    let ends = |rest: &str| !rest.chars().next_back().is_some_and(char::is_alphabetic);
    if let Some((word, rest)) = text.split_at_checked(3)
        && begins(rest)
        && let Some(code) = code(word)
    {
        return Some((code, rest.trim()));
    }
    if let Some((rest, word)) = text.split_at_checked(text.len().saturating_sub(3))
        && ends(rest)
        && let Some(code) = code(word)
    {
        return Some((code, rest.trim()));
    }
    SIGNS.iter().find_map(|(sign, _)| {
        let before = text.strip_prefix(sign).filter(|rest| begins(rest));
        let behind = || text.strip_suffix(sign).filter(|rest| ends(rest));
        before.or_else(behind).map(|rest| ((*sign).to_owned(), rest.trim()))
    })
}

/// Whether groups of these lengths are thousands (`1,234,567`) or lakhs (`12,34,567`).
fn is_grouped(lengths: &[usize]) -> bool {
    let [first, middle @ .., last] = lengths else { return false };
    let each = |length: usize| middle.iter().all(|one| *one == length);
    *last == 3 && ((each(3) && (1..=3).contains(first)) || (each(2) && (1..=2).contains(first)))
}

/// The decimal sign of a column, and whether its numbers show it: what most of them show beyond doubt,
/// else what numbers with three digits behind a separator suggest. `None` when nothing tells, or as
/// much for either.
pub fn decimal_sign_of<'t>(
    column: impl IntoIterator<Item = &'t str>,
) -> Option<(DecimalSign, bool)> {
    let (mut shown, mut suggested) = ([0_usize; 2], [0_usize; 2]);
    let place = |sign: DecimalSign| usize::from(sign == DecimalSign::Comma);
    for number in column.into_iter().filter_map(|text| Written::parse(text).ok()) {
        let (counts, sign) = match number.shows() {
            Some(sign) => (&mut shown, Some(sign)),
            None => (&mut suggested, number.suggests()),
        };
        if let Some(count) = sign.and_then(|sign| counts.get_mut(place(sign))) {
            *count += 1;
        }
    }
    let is_shown = shown != [0, 0];
    let [points, commas] = if is_shown { shown } else { suggested };
    match points.cmp(&commas) {
        std::cmp::Ordering::Greater => Some((DecimalSign::Point, is_shown)),
        std::cmp::Ordering::Less => Some((DecimalSign::Comma, is_shown)),
        std::cmp::Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests;
