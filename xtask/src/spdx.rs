//! Licence expressions as packages state them: `MIT OR Apache-2.0`, `(MIT OR Zlib) AND BSD-3-Clause`.

/// Whether `expression` can be met by licences for which `allowed` is true. The old form with a
/// slash, `MIT/Apache-2.0`, is read as `OR`. An expression that cannot be read is not met.
pub(crate) fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    let met = reader.either();
    met == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take_if(&mut self, word: &str) -> bool {
        let hit = self.words.first().is_some_and(|first| first.eq_ignore_ascii_case(word));
        if hit {
            self.take();
        }
        hit
    }

    fn either(&mut self) -> Option<bool> {
        let mut met = self.both()?;
        while self.take_if("OR") {
            met |= self.both()?;
        }
        Some(met)
    }

    fn both(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.take_if("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take_if("(") {
            let met = self.either()?;
            return self.take_if(")").then_some(met);
        }
        let name = self.take().filter(|word| *word != ")")?;
        if self.take_if("WITH") {
            let exception = self.take()?;
            let whole = format!("{name} WITH {exception}");
            return Some((self.allowed)(&whole) || (self.allowed)(name));
        }
        Some((self.allowed)(name))
    }
}

#[cfg(test)]
mod tests {
    use super::is_met;

    fn met(expression: &str) -> bool {
        is_met(expression, &|name| ["MIT", "Zlib", "Apache-2.0"].contains(&name))
    }

    #[test]
    fn one_of_several_is_enough_and_all_of_several_are_needed() {
        assert!(met("GPL-3.0 OR MIT"));
        assert!(met("MIT/GPL-3.0"));
        assert!(!met("GPL-3.0 AND MIT"));
        assert!(met("(GPL-3.0 OR MIT) AND Zlib"));
        assert!(met("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
        assert!(!met("GPL-3.0"));
    }

    #[test]
    fn what_cannot_be_read_is_not_met() {
        assert!(!met(""));
        assert!(!met("MIT OR"));
        assert!(!met("(MIT"));
        assert!(!met("MIT Zlib"));
    }
}
