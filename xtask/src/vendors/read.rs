//! Reads a statement: which tables it looks at, and which vendors it says are the same.

use super::clauses::clauses;
use super::facts::{Facts, Vendor};
use super::pieces::{Piece, names, parts};
use super::{COLUMN, Schema};

/// A table, view or query in a `FROM`, with what stands in its vendor column; nothing where it has
/// none.
struct Seen {
    name: String,
    vendors: Vec<Vendor>,
}

/// A column of an answer: its name, and its vendors where it is one.
struct Answer {
    name: String,
    vendors: Vec<Vendor>,
}

/// The words between two tables.
const JOINS: [&str; 9] =
    ["JOIN", "LEFT", "RIGHT", "INNER", "OUTER", "CROSS", "FULL", "LATERAL", "ONLY"];

pub(super) struct Reader<'s> {
    schema: &'s Schema,
    pub(super) facts: Facts,
    scopes: Vec<Vec<Seen>>,
    /// How many scopes, counted from the outermost, cannot be seen from within.
    hidden: usize,
    queries: Vec<Seen>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(schema: &'s Schema) -> Reader<'s> {
        let (facts, scopes, queries) = (Facts::default(), Vec::new(), Vec::new());
        Reader { schema, facts, scopes, hidden: 0, queries }
    }

    /// Reads a whole statement.
    pub(super) fn statement(&mut self, pieces: &[Piece]) {
        let rest = self.with(pieces);
        match rest.first() {
            Some(first) if first.is("INSERT") => self.insert(rest),
            Some(first) if first.is_any(&["UPDATE", "DELETE"]) => self.change(rest),
            Some(_) | None => drop(self.query(rest)),
        }
    }

    /// `WITH name AS (…), …`; returns what follows.
    fn with<'p>(&mut self, pieces: &'p [Piece]) -> &'p [Piece] {
        if !pieces.first().is_some_and(|piece| piece.is("WITH")) {
            return pieces;
        }
        let mut at = 1;
        while let Some(piece) = pieces.get(at) {
            at += 1;
            let Some(name) = piece.name() else { continue };
            let mut columns = Vec::new();
            let body = loop {
                match pieces.get(at) {
                    Some(piece) if piece.query().is_some() => break piece.query(),
                    Some(Piece::Group(list)) => columns = names(list),
                    Some(_) => {}
                    None => break None,
                }
                at += 1;
            };
            at += 1;
            // A query that names itself means the rows that it has found so far.
            let itself = self.facts.some();
            self.queries.push(Seen { name: name.to_owned(), vendors: vec![itself] });
            let answer = self.query(body.unwrap_or_default());
            let vendors = vendors_of(&answer, &columns);
            for vendor in &vendors {
                self.facts.unite(itself, *vendor);
            }
            if let Some(seen) = self.queries.iter_mut().rfind(|seen| seen.name == name) {
                seen.vendors = vendors;
            }
            if !matches!(pieces.get(at), Some(Piece::Mark(','))) {
                break;
            }
        }
        pieces.get(at..).unwrap_or_default()
    }

    /// A query, or several that are put together; the columns of its answer.
    fn query(&mut self, pieces: &[Piece]) -> Vec<Answer> {
        let rest = self.with(pieces);
        let mut answer: Vec<Answer> = Vec::new();
        for part in parts(rest, |piece| piece.is_any(&["UNION", "EXCEPT", "INTERSECT"])) {
            let found = self.select(part);
            for (column, more) in answer.iter_mut().zip(&found) {
                column.vendors.extend(&more.vendors);
            }
            if answer.is_empty() {
                answer = found;
            }
        }
        answer
    }

    fn select(&mut self, pieces: &[Piece]) -> Vec<Answer> {
        self.scopes.push(Vec::new());
        let clauses = clauses(pieces);
        for (word, inner) in &clauses {
            if *word == "FROM" {
                self.tables(inner);
            }
        }
        let mut answer = Vec::new();
        for (word, inner) in &clauses {
            match *word {
                "FROM" => {}
                "WHERE" | "HAVING" => self.condition(inner),
                "SELECT" => answer = self.columns(inner),
                _ => self.inside(inner),
            }
        }
        self.scopes.pop();
        answer
    }

    /// `UPDATE` and `DELETE`.
    fn change(&mut self, pieces: &[Piece]) {
        self.scopes.push(Vec::new());
        let clauses = clauses(pieces);
        for (word, inner) in &clauses {
            if matches!(*word, "UPDATE" | "FROM" | "USING") {
                self.tables(inner);
            }
        }
        for (word, inner) in &clauses {
            match *word {
                "UPDATE" | "FROM" | "USING" => {}
                "WHERE" => self.condition(inner),
                _ => self.inside(inner),
            }
        }
        self.scopes.pop();
    }

    fn insert(&mut self, pieces: &[Piece]) {
        self.scopes.push(Vec::new());
        let mut at = 2;
        let table = pieces.get(at).and_then(Piece::name).unwrap_or_default();
        self.see(table, table);
        while let Some(piece) = pieces.get(at).filter(|p| !matches!(p, Piece::Group(_))) {
            at += usize::from(!piece.is_any(&["VALUES", "SELECT"]));
            if piece.is_any(&["VALUES", "SELECT"]) {
                break;
            }
        }
        let columns = match pieces.get(at) {
            Some(Piece::Group(list)) => names(list),
            Some(_) | None => Vec::new(),
        };
        let rest = pieces.get(at + 1..).unwrap_or_default();
        let conflict = rest.windows(2).position(|two| match two {
            [on, conflict] => on.is("ON") && conflict.is("CONFLICT"),
            _ => false,
        });
        let (body, end) = rest.split_at(conflict.unwrap_or(rest.len()));
        let position = columns.iter().position(|column| column == COLUMN);
        let given = if body.first().is_some_and(|piece| piece.is("VALUES")) {
            self.values(body, position)
        } else {
            let answer = self.query(body);
            position.and_then(|at| answer.into_iter().nth(at)).map(|column| column.vendors)
        };
        let own = self.scopes.last().and_then(|scope| scope.first()).map(|seen| &seen.vendors);
        let own: Vec<Vendor> = own.cloned().unwrap_or_default();
        for (one, other) in own.iter().zip(given.into_iter().flatten()) {
            self.facts.unite(*one, other);
        }
        for (word, inner) in clauses(end) {
            if word == "WHERE" {
                self.condition(inner);
            } else {
                self.inside(inner);
            }
        }
        self.scopes.pop();
    }

    /// The vendors of the rows in `VALUES (…), (…)`, which all must have the same one.
    fn values(&mut self, body: &[Piece], position: Option<usize>) -> Option<Vec<Vendor>> {
        let mut first = None;
        for piece in body {
            let Piece::Group(row) = piece else { continue };
            self.inside(row);
            let values = parts(row, |piece| *piece == Piece::Mark(','));
            let found = self.vendors(values.get(position?)?)?;
            if *first.get_or_insert_with(|| found.clone()) != found {
                return None;
            }
        }
        first
    }

    /// What a `FROM`, an `UPDATE` or a `USING` names, with the conditions between.
    fn tables(&mut self, pieces: &[Piece]) {
        let mut at = 0;
        // Whether the next table is joined by an outer join, and whether that keeps its rows whole.
        let mut outer = None;
        while let Some(piece) = pieces.get(at) {
            at += 1;
            let next = pieces.get(at);
            let from = self.facts.next();
            if piece.is_any(&["LEFT", "RIGHT", "FULL"]) {
                outer = Some(!piece.is("LEFT"));
            }
            let (name, vendors) = if let Some(query) = piece.query() {
                let answer = self.query(query);
                (String::new(), vendors_of(&answer, &[]))
            } else if let Piece::Group(inner) = piece {
                self.tables(inner);
                continue;
            } else if let Some(name) = piece.name() {
                if let Some(Piece::Group(arguments)) = next {
                    self.inside(arguments);
                    at += 1;
                    (name.to_owned(), Vec::new())
                } else {
                    (name.to_owned(), self.lies(name))
                }
            } else {
                continue;
            };
            at += usize::from(pieces.get(at).is_some_and(|piece| piece.is("AS")));
            let alias = pieces.get(at).and_then(Piece::name).map(str::to_owned);
            at += usize::from(alias.is_some());
            if let Some(scope) = self.scopes.last_mut() {
                scope.push(Seen { name: alias.unwrap_or(name), vendors });
            }
            // The condition of an outer join says nothing of the rows that it leaves whole.
            let narrowed = outer.take().map(|whole| if whole { Vendor::MAX } else { from });
            let outside = narrowed.map(|from| self.facts.narrow_only(from));
            at = self.join(pieces, at);
            if let Some(outside) = outside {
                self.facts.narrow_again(outside);
            }
        }
    }

    /// `ON …` or `USING (…)` behind a table; returns where it ends.
    fn join(&mut self, pieces: &[Piece], at: usize) -> usize {
        let Some(word) = pieces.get(at) else { return at };
        if word.is("USING") {
            let shared = matches!(pieces.get(at + 1),
                Some(Piece::Group(list)) if names(list).iter().any(|name| name == COLUMN));
            let vendors: Vec<Vendor> = self
                .scopes
                .last()
                .into_iter()
                .flatten()
                .filter_map(|seen| seen.vendors.first().copied())
                .collect();
            if let (true, [.., one, other]) = (shared, vendors.as_slice()) {
                self.facts.unite(*one, *other);
            }
            return at + 2;
        }
        if !word.is("ON") {
            return at;
        }
        let rest = pieces.get(at + 1..).unwrap_or_default();
        let ends = |piece: &Piece| piece.is_any(&JOINS) || *piece == Piece::Mark(',');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.condition(rest.get(..length).unwrap_or_default());
        at + 1 + length
    }

    /// A condition. Only what must hold in any case counts: not what stands beside an `OR`.
    fn condition(&mut self, pieces: &[Piece]) {
        let certain = !pieces.iter().any(|piece| piece.is("OR"));
        for term in parts(pieces, |piece| piece.is("AND")) {
            match term {
                [group @ Piece::Group(inner)] if certain && group.query().is_none() => {
                    self.condition(inner);
                }
                _ if certain && self.equality(term) => {}
                _ => self.inside(term),
            }
        }
    }

    /// `EXISTS (…)`, and `a = b`; whether it was one, and read.
    fn equality(&mut self, term: &[Piece]) -> bool {
        if let [word, query] | [_, word, query] = term
            && word.is("EXISTS")
            && let Some(query) = query.query()
        {
            let negated = term.first().is_some_and(|first| first.is("NOT"));
            let next = self.facts.next();
            let outside = negated.then(|| self.facts.narrow_only(next));
            drop(self.query(query));
            if let Some(outside) = outside {
                self.facts.narrow_again(outside);
            }
            return true;
        }
        let sides = parts(term, |piece| *piece == Piece::Mark('='));
        let [left, right] = sides.as_slice() else { return false };
        let (Some(left), Some(right)) = (self.vendors(left), self.vendors(right)) else {
            return false;
        };
        for (one, other) in left.iter().zip(&right) {
            self.facts.unite(*one, *other);
        }
        true
    }

    /// The vendor that an expression is, where it is one: a vendor column, a marker, a text.
    fn vendors(&mut self, pieces: &[Piece]) -> Option<Vec<Vendor>> {
        match pieces {
            [Piece::Marker(text)] => Some(vec![self.facts.value(text.clone())]),
            [Piece::Text(text)] => Some(vec![self.facts.value(format!("'{text}'"))]),
            [column] if column.is(COLUMN) => self.found(None),
            [table, Piece::Mark('.'), column] if column.is(COLUMN) => self.found(table.name()),
            [cast, Piece::Group(inner)] if cast.is("CAST") => self.vendors(inner.get(..1)?),
            _ => None,
        }
    }

    /// The vendor column of a table, or of the nearest that has one.
    fn found(&self, table: Option<&str>) -> Option<Vec<Vendor>> {
        let seen = self.scopes.iter().skip(self.hidden).rev().flatten().find(|seen| match table {
            Some(name) => seen.name == name,
            None => !seen.vendors.is_empty(),
        });
        seen.map(|seen| seen.vendors.clone()).filter(|vendors| !vendors.is_empty())
    }

    /// The columns of a `SELECT`.
    fn columns(&mut self, pieces: &[Piece]) -> Vec<Answer> {
        let mut answer = Vec::new();
        for column in parts(pieces, |piece| *piece == Piece::Mark(',')) {
            self.inside(column);
            let column = match column {
                [first, rest @ ..] if first.is_any(&["DISTINCT", "ALL"]) => rest,
                all => all,
            };
            let (value, name) = match column {
                [value @ .., word, name] if word.is("AS") => (value, name.name()),
                all => (all, all.last().and_then(Piece::name)),
            };
            let vendors = match value {
                [Piece::Mark('*')] => self.found(None),
                [table, Piece::Mark('.'), Piece::Mark('*')] => self.found(table.name()),
                _ => self.vendors(value),
            };
            let all = matches!(value.last(), Some(Piece::Mark('*')));
            let name = if all { COLUMN } else { name.unwrap_or_default() };
            answer.push(Answer { name: name.to_owned(), vendors: vendors.unwrap_or_default() });
        }
        answer
    }

    /// The queries within an expression. Each must name the vendor itself: a planner turns `EXISTS`
    /// into a join and knows then whose rows are looked at, but not these.
    fn inside(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            if let Some(query) = piece.query() {
                let outside = std::mem::replace(&mut self.hidden, self.scopes.len());
                drop(self.query(query));
                self.hidden = outside;
            } else if let Piece::Group(inner) = piece {
                self.inside(inner);
            }
        }
    }

    fn see(&mut self, name: &str, table: &str) {
        let vendors = self.lies(table);
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(Seen { name: name.to_owned(), vendors });
        }
    }

    /// The vendor column of a table, a view or a query that was named before.
    fn lies(&mut self, name: &str) -> Vec<Vendor> {
        if let Some(query) = self.queries.iter().rfind(|query| query.name == name) {
            return query.vendors.clone();
        }
        if self.schema.by_vendor.contains(name) {
            return vec![self.facts.table(name)];
        }
        if self.schema.whole.contains(name) { vec![self.facts.some()] } else { Vec::new() }
    }
}

/// What stands in the vendor column of an answer, whose columns may be called otherwise.
fn vendors_of(answer: &[Answer], called: &[String]) -> Vec<Vendor> {
    let is_vendor = |(at, column): &(usize, &Answer)| {
        called.get(*at).map_or(column.name.as_str(), String::as_str) == COLUMN
    };
    answer.iter().enumerate().find(is_vendor).map(|(_, c)| c.vendors.clone()).unwrap_or_default()
}
