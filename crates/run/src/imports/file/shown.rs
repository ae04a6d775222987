//! A number of a workbook as its cell shows it: leading zeros, decimals, percent and currency signs
//! come from the format of the cell (ECMA-376, part 1, 18.8.31).

/// The number as text with a decimal point and without groups of thousands. A format that scales,
/// asks for conditions or is none of a number shows the number itself, so that none is taken for a
/// thousandth of it.
pub(super) fn number(value: f64, format: &str) -> String {
    let sections = sections(format);
    let section = match (value, sections.as_slice()) {
        (_, []) => return plain(value),
        (value, [_, below, ..]) if value < 0.0 => below,
        // What is shown for a zero is often a dash, which says nothing in a file.
        (0.0, [_, _, ..]) => return "0".to_owned(),
        (_, [first, ..]) => first,
    };
    // A section for what is below zero shows its own minus or brackets, or tells it by a colour only.
    let shows_sign =
        |token: &Token| matches!(token, Token::Text(text) if text.contains(['-', '−', '(']));
    let own_sign = value < 0.0 && sections.len() > 1 && section.iter().any(shows_sign);
    let Some(parts) = Parts::of(section) else { return plain(value) };
    let Some(decimal) = Decimal::of(value) else { return plain(value) };
    let sign = if value < 0.0 && !own_sign { "-" } else { "" };
    parts.filled(&decimal).map_or_else(|| plain(value), |text| format!("{sign}{text}"))
}

/// The number itself, with the 15 digits that a workbook keeps.
fn plain(value: f64) -> String {
    let kept = format!("{value:.14e}").parse().unwrap_or(value);
    let text = f64::to_string(&kept);
    match text.split_once('.') {
        Some((whole, decimals)) => format!("{whole}.{}", no_group(decimals)),
        None => text,
    }
}

/// The digits behind the point of a cell that is a number. Three of them would read as the last group
/// of thousands, so a zero follows.
fn no_group(decimals: &str) -> String {
    if decimals.len() == 3 { format!("{decimals}0") } else { decimals.to_owned() }
}

/// The sections of a format, which a semicolon outside quotation marks ends.
fn sections(format: &str) -> Vec<Vec<Token>> {
    let mut all = vec![Vec::new()];
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        let token = match letter {
            ';' => {
                all.push(Vec::new());
                continue;
            }
            '"' => Token::Text(letters.by_ref().take_while(|letter| *letter != '"').collect()),
            '\\' | '!' => Token::Text(letters.next().map(String::from).unwrap_or_default()),
            // As wide as the next letter, or filled with it.
            '_' | '*' => {
                letters.next();
                continue;
            }
            '[' => {
                bracket(&letters.by_ref().take_while(|letter| *letter != ']').collect::<String>())
            }
            '0' => Token::Digit { always: true },
            '#' | '?' => Token::Digit { always: false },
            '.' => Token::Point,
            ',' => Token::Group,
            '%' => Token::Percent,
            'a'..='z' | 'A'..='Z' | '@' | '/' => Token::Other,
            other => Token::Text(other.into()),
        };
        if let Some(section) = all.last_mut() {
            section.push(token);
        }
    }
    all
}

/// A currency's sign, a colour, or something that is not understood.
fn bracket(inside: &str) -> Token {
    const COLORS: [&str; 8] =
        ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    if let Some(sign) = inside.strip_prefix('$') {
        let sign = sign.split('-').next().unwrap_or_default();
        return Token::Text(sign.to_owned());
    }
    let plain = inside.to_lowercase();
    let is_color = COLORS.contains(&plain.as_str()) || plain.starts_with("color");
    if is_color { Token::Text(String::new()) } else { Token::Other }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Digit { always: bool },
    Point,
    Group,
    Percent,
    Text(String),
    Other,
}

/// A section of a format for numbers, read.
struct Parts<'t> {
    tokens: &'t [Token],
    /// How many digits stand before the point, and behind it.
    whole: usize,
    decimals: usize,
    has_percent: bool,
}

impl<'t> Parts<'t> {
    /// `None` when the section is not one of a plain number.
    fn of(tokens: &'t [Token]) -> Option<Self> {
        let is_digit = |token: &Token| matches!(token, Token::Digit { .. });
        let points = tokens.iter().filter(|token| **token == Token::Point).count();
        let point = tokens.iter().position(|token| *token == Token::Point).unwrap_or(tokens.len());
        let (before, behind) = tokens.split_at(point);
        let (whole, decimals) = (
            before.iter().filter(|token| is_digit(token)).count(),
            behind.iter().filter(|token| is_digit(token)).count(),
        );
        let last = before.iter().rposition(is_digit);
        let scales = |from: usize, tokens: &[Token]| {
            tokens.get(from..).is_some_and(|rest| rest.contains(&Token::Group))
        };
        let scaled = last.is_some_and(|last| scales(last, before)) || scales(0, behind);
        let percents = tokens.iter().filter(|token| **token == Token::Percent).count();
        let is_plain = !tokens.contains(&Token::Other) && points < 2 && percents < 2 && !scaled;
        let has_percent = percents == 1;
        (is_plain && whole + decimals > 0).then_some(Self { tokens, whole, decimals, has_percent })
    }

    /// The section with the digits of a number; `None` when there are too many.
    fn filled(&self, decimal: &Decimal) -> Option<String> {
        let decimal = Decimal {
            exponent: decimal.exponent + if self.has_percent { 2 } else { 0 },
            ..*decimal
        };
        let digits = decimal.rounded(self.decimals)?;
        let digits = format!("{digits:0>width$}", width = self.decimals + 1);
        let (whole, decimals) = digits.split_at(digits.len() - self.decimals);
        let mut whole = format!("{:0>width$}", whole.trim_start_matches('0'), width = self.least());
        let mut decimals = decimals.to_owned();
        self.drop_zeros(&mut decimals);
        let decimals = no_group(&decimals);
        if whole.is_empty() && decimals.is_empty() {
            whole.push('0');
        }
        Some(self.put(&whole, &decimals).trim().to_owned())
    }

    /// How many digits stand before the point even when they are zeros.
    fn least(&self) -> usize {
        let before = self.tokens.iter().take_while(|token| **token != Token::Point);
        let mut digits = before.filter(|token| matches!(token, Token::Digit { .. }));
        match digits.position(|token| *token == Token::Digit { always: true }) {
            Some(first) => self.whole - first,
            None => 0,
        }
    }

    /// Takes the zeros off the end that are shown only when they are other digits.
    fn drop_zeros(&self, decimals: &mut String) {
        let always = |token: &&Token| **token == Token::Digit { always: true };
        let behind = self.tokens.iter().skip_while(|token| **token != Token::Point);
        let digits: Vec<&Token> =
            behind.filter(|token| matches!(token, Token::Digit { .. })).collect();
        let least = digits.iter().rposition(always).map_or(0, |last| last + 1);
        while decimals.len() > least && decimals.ends_with('0') {
            decimals.pop();
        }
    }

    fn put(&self, whole: &str, decimals: &str) -> String {
        let (mut shown, mut seen, mut is_behind) = (String::new(), 0, false);
        let extra = whole.len().saturating_sub(self.whole);
        let missing = self.whole.saturating_sub(whole.len());
        let point = |shown: &mut String| {
            if !decimals.is_empty() {
                shown.push('.');
                shown.push_str(decimals);
            }
        };
        for token in self.tokens {
            match token {
                Token::Digit { .. } if !is_behind => {
                    if seen == 0 {
                        shown.push_str(whole.get(..extra).unwrap_or_default());
                    }
                    if seen >= missing {
                        let at = extra + seen - missing;
                        shown.push_str(whole.get(at..=at).unwrap_or_default());
                    }
                    seen += 1;
                }
                Token::Point => {
                    is_behind = true;
                    if self.whole == 0 {
                        shown.push_str(if whole.is_empty() { "0" } else { whole });
                    }
                    point(&mut shown);
                }
                Token::Percent => shown.push('%'),
                Token::Text(text) => shown.push_str(text),
                Token::Digit { .. } | Token::Group | Token::Other => {}
            }
        }
        shown
    }
}

/// The absolute value of a number: its 15 digits and where the point stands.
#[derive(Clone, Copy)]
struct Decimal {
    /// The digits as a whole number.
    digits: i128,
    /// The power of ten by which they are multiplied.
    exponent: i32,
}

impl Decimal {
    fn of(value: f64) -> Option<Self> {
        let text = format!("{:.14e}", value.abs());
        let (digits, exponent) = text.split_once('e')?;
        let digits = digits.replace('.', "").parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()? - 14;
        Some(Self { digits, exponent })
    }

    /// The number times ten to the power of `decimals`, half away from zero.
    fn rounded(self, decimals: usize) -> Option<i128> {
        let shift = self.exponent + i32::try_from(decimals).ok()?;
        let power = 10_i128.checked_pow(shift.unsigned_abs());
        if shift >= 0 {
            return self.digits.checked_mul(power?);
        }
        let Some(power) = power else { return Some(0) };
        Some((self.digits + power / 2) / power)
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn im_01_a_number_is_read_as_its_cell_shows_it() {
        for (value, format, shown) in [
            (2134.0, "00000", "02134"),
            (12_345.0, "00000-0000", "00001-2345"),
            (950.0, "00\\-000", "00-950"),
            (3_162.299_999_999_999_7, "#,##0.00", "3162.30"),
            (33_333.333_333_333_336, "#,##0.00", "33333.33"),
            (1.005, "0.00", "1.01"),
            (-1_234.5, "#,##0.00_);(#,##0.00)", "(1234.50)"),
            (-1_234.5, "#,##0.00", "-1234.50"),
            (-5.0, "0.00;[Red]-0.00", "-5.00"),
            (-1_234.5, "#,##0.00;[Red]#,##0.00", "-1234.50"),
            (-7.0, "0;\"minus \"0", "-minus 7"),
            (1_234.5, "[$€-407]\\ #,##0.00", "€ 1234.50"),
            (1_234.5, "#,##0.00\\ \"€\"", "1234.50 €"),
            (12_000.0, "_(\"$\"* #,##0_);_(\"$\"* \\(#,##0\\);_(\"$\"* \"-\"??_);_(@_)", "$12000"),
            (0.0, "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)", "0"),
            (0.255, "0.0%", "25.5%"),
            (0.5, "0%", "50%"),
            (0.5, ".00", "0.50"),
            (7.0, "0.0#", "7.0"),
            (7.25, "0.0#", "7.25"),
            (7.0, "#.##", "7"),
            (0.0, "#,##0", "0"),
            (0.0, "#", "0"),
            (1_234.567, "0.000", "1234.5670"),
            (1e15, "0.00", "1000000000000000.00"),
        ] {
            assert_eq!(number(value, format), shown, "{value} as {format}");
        }
    }

    #[test]
    fn im_01_a_format_that_scales_or_hides_shows_the_number_itself() {
        for (value, format, shown) in [
            (1_500_000.0, "0.0,,\"M\"", "1500000"),
            (1_500.0, "#,##0,", "1500"),
            (1_500.0, ";;;", "1500"),
            (1_500.0, "[>=1000]0.0;0", "1500"),
            (0.5, "# ?/?", "0.5"),
            (1_500.0, "0.00E+00", "1500"),
            (3_162.299_999_999_999_7, "General", "3162.3"),
            (2134.0, "@", "2134"),
            (1.234, "General", "1.2340"),
            (1e300, "0.00", &1e300_f64.to_string()),
        ] {
            assert_eq!(number(value, format), shown, "{value} as {format}");
        }
    }
}
