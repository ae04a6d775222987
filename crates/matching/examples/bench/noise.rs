//! Makes noised queries, seeded: kinds that the labelled sets have, and kinds that they lack.

#[path = "rare.rs"]
mod rare;

/// A small seeded generator (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// One of the choices.
    pub(crate) fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices.get(self.below(choices.len())).copied().unwrap_or_default()
    }
}

/// The kinds of the labelled sets, as often as they occur there.
const KNOWN: &[(&str, usize)] = &[
    ("legal", 171),
    ("typo", 147),
    ("abbr", 101),
    ("case", 85),
    ("punct", 83),
    ("accent", 66),
    ("addplace", 65),
    ("drop", 64),
    ("swap", 56),
    ("trunc", 44),
    ("typo2", 44),
    ("dba", 33),
    ("concat", 32),
    ("domain", 23),
];

/// Further kinds that may be trained on.
pub(crate) const FURTHER: &[&str] =
    &["ocr", "split", "initial", "numbers", "vowels", "prefix", "plural", "keyboard"];
/// Kinds that are never trained on.
pub(crate) const UNSEEN: &[&str] = &[
    "translit",
    "acronym",
    "double",
    "suffix",
    "html",
    "reorder",
    "homoglyph",
    "sound",
    "hyphen",
    "former",
];

/// A noised name with one to four kinds of the labelled sets; the kinds, joined with a plus.
pub(crate) fn known(name: &str, dice: &mut Dice) -> (String, String) {
    let many = match dice.below(100) {
        0..=35 => 1,
        36..=69 => 2,
        70..=90 => 3,
        _ => 4,
    };
    apply(name, (0..many).map(|_| known_kind(dice)).collect(), dice)
}

/// A noised name with one of the given kinds and, half of the time, a known one as well.
pub(crate) fn with_one_of(name: &str, kinds: &[&'static str], dice: &mut Dice) -> (String, String) {
    let mut chosen = vec![dice.of(kinds).to_owned()];
    if dice.below(2) == 0 {
        chosen.push(known_kind(dice));
    }
    apply(name, chosen, dice)
}

fn known_kind(dice: &mut Dice) -> String {
    let total = KNOWN.iter().map(|(_, share)| share).sum();
    let mut at = dice.below(total);
    for (kind, share) in KNOWN {
        if at < *share {
            return (*kind).to_owned();
        }
        at -= share;
    }
    String::new()
}

fn apply(name: &str, kinds: Vec<String>, dice: &mut Dice) -> (String, String) {
    let mut text = name.to_owned();
    // an address is made last, as it leaves nothing for the others
    let (last, first): (Vec<String>, Vec<String>) =
        kinds.into_iter().partition(|kind| kind == "domain");
    let kinds: Vec<String> = first.into_iter().chain(last.into_iter().take(1)).collect();
    for kind in &kinds {
        let changed = one(kind, &text, dice);
        if !changed.trim().is_empty() {
            text = changed;
        }
    }
    (text, kinds.join("+"))
}

fn one(kind: &str, text: &str, dice: &mut Dice) -> String {
    match kind {
        "legal" => legal(text, dice),
        "typo" => typo(text, dice),
        "typo2" => typo(&typo(text, dice), dice),
        "abbr" => abbreviate(text, dice),
        "case" => case(text, dice),
        "punct" => punctuation(text, dice),
        "accent" => deunicode::deunicode(text),
        "addplace" => format!(
            "{text}{}",
            dice.of(&[
                " APAC",
                " EMEA",
                " - London",
                " Amsterdam",
                " Germany",
                ", Inc. USA",
                " India",
                " (UK)"
            ])
        ),
        "drop" => edit_words(text, dice, |words, at, _| drop(words.remove(at))),
        "swap" => edit_words(text, dice, |words, at, _| {
            if at + 1 < words.len() {
                words.swap(at, at + 1);
            }
        }),
        "concat" => edit_words(text, dice, |words, at, _| {
            if at + 1 < words.len() {
                let next = words.remove(at + 1);
                words[at].push_str(&next);
            }
        }),
        "trunc" => truncate(text, dice),
        "dba" => format!("{text} dba {}", text.split_whitespace().next().unwrap_or_default()),
        "domain" => domain(text),
        other => rare::rare(other, text, dice),
    }
}

pub(super) fn edit_words(
    text: &str,
    dice: &mut Dice,
    change: impl Fn(&mut Vec<String>, usize, &mut Dice),
) -> String {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if words.len() < 2 {
        return text.to_owned();
    }
    let at = dice.below(words.len());
    change(&mut words, at, dice);
    words.join(" ")
}

fn typo(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    let random = char::from(b'a' + dice.below(26) as u8);
    match dice.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = random,
    }
    letters.into_iter().collect()
}

fn legal(text: &str, dice: &mut Dice) -> String {
    const FORMS: &[(&str, &[&str])] = &[
        ("private limited", &["Pvt Ltd", "Pvt. Ltd.", "Ltd", "P Ltd", "Pvt Limited", ""]),
        ("limited", &["Ltd", "Ltd.", "LIMITED", ""]),
        ("gmbh", &["G.m.b.H.", "Gesellschaft mit beschränkter Haftung", ""]),
        ("b.v.", &["BV", "B.V", "Besloten Vennootschap", ""]),
        ("llc", &["L.L.C.", "Limited Liability Company", ""]),
        ("inc.", &["Incorporated", "Inc", ""]),
        ("s.r.l.", &["SRL", "Srl", ""]),
        ("ab", &["Aktiebolag", ""]),
        ("s.a.", &["SA", "Société Anonyme", ""]),
        ("ltd.", &["Limited", "Ltd", ""]),
        ("corporation", &["Corp", "Corp.", ""]),
    ];
    let lower = text.to_ascii_lowercase();
    if dice.below(2) == 0 {
        for (form, others) in FORMS {
            if lower.ends_with(form) && text.is_char_boundary(text.len() - form.len()) {
                let base = text[..text.len() - form.len()].trim_end_matches([' ', ',']);
                return format!("{base} {}", dice.of(others)).trim_end().to_owned();
            }
        }
    }
    format!("{text} {}", dice.of(&["Co", "Ltd", "Inc", "Group"]))
}

fn abbreviate(text: &str, dice: &mut Dice) -> String {
    const SHORT: &[(&str, &str)] = &[
        ("investment", "Inv"),
        ("investments", "Invs"),
        ("industries", "Inds"),
        ("engineering", "Engg"),
        ("holding", "Hldg"),
        ("holdings", "Hldgs"),
        ("technology", "Tech"),
        ("technologies", "Tech"),
        ("energy", "Enrg"),
        ("international", "Intl"),
        ("services", "Svcs"),
        ("group", "Grp"),
        ("management", "Mgmt"),
        ("construction", "Constr"),
        ("systems", "Sys"),
        ("solutions", "Soln"),
        ("enterprises", "Entp"),
        ("development", "Dev"),
        ("&", "and"),
        ("and", "&"),
        ("manufacturing", "Mfg"),
    ];
    let words = text.split_whitespace().map(|word| {
        let plain = word.trim_end_matches([',', '.']).to_lowercase();
        match SHORT.iter().find(|(long, _)| *long == plain) {
            Some((_, short)) if dice.below(4) > 0 => (*short).to_owned(),
            Some(_) | None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn case(text: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => text.to_lowercase(),
        1 => text.to_uppercase(),
        _ => text
            .split(' ')
            .map(|word| {
                let mut letters = word.chars();
                letters.next().map_or_else(String::new, |first| {
                    first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
                })
            })
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn punctuation(text: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => text.replace(['.', ','], ""),
        1 => text.replace(['.', '-', '&', '(', ')'], " "),
        _ => text.replace('-', " ").replace(", ", " ") + dice.of(&["", ".", ","]),
    }
}

fn truncate(text: &str, dice: &mut Dice) -> String {
    let letters: Vec<char> = text.chars().collect();
    let keep = 16 + dice.below(6);
    letters.into_iter().take(keep).collect::<String>().trim_end().to_owned()
}

fn domain(text: &str) -> String {
    let plain: String = deunicode::deunicode(text)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == ' ')
        .collect();
    let words: Vec<&str> = plain.split_whitespace().take(2).collect();
    format!("www.{}.com", words.concat())
}
