//! What is known to be the same vendor.

use std::collections::{BTreeMap, BTreeSet};

/// Something that is a vendor: that of a table's rows, a marker or a text.
pub(super) type Vendor = usize;

/// Vendors, and which of them are the same one.
#[derive(Debug, Default)]
pub(super) struct Facts {
    same_as: Vec<Vendor>,
    values: BTreeMap<String, Vendor>,
    /// The tables whose rows lie by vendor, with the vendor of the rows that are looked at.
    tables: Vec<(String, Vendor)>,
    /// Vendors from here on belong to a part that narrows nothing around it; `None` elsewhere.
    narrows_from: Option<Vendor>,
    /// A vendor within such a part, and the one around it that it is the same as.
    leans: Vec<(Vendor, Vendor)>,
}

impl Facts {
    /// A vendor of which nothing is known.
    pub(super) fn some(&mut self) -> Vendor {
        self.same_as.push(self.same_as.len());
        self.same_as.len() - 1
    }

    /// The vendor that a marker or a text names.
    pub(super) fn value(&mut self, text: String) -> Vendor {
        if let Some(vendor) = self.values.get(&text) {
            return *vendor;
        }
        let vendor = self.some();
        self.values.insert(text, vendor);
        vendor
    }

    /// Rows of a table that lies by vendor are looked at.
    pub(super) fn table(&mut self, name: &str) -> Vendor {
        let vendor = self.some();
        self.tables.push((name.to_owned(), vendor));
        vendor
    }

    /// Begins a part whose conditions choose among the rows named from now on, and not among those
    /// named before: a `NOT EXISTS`, the `ON` of an outer join. Returns what to end it with.
    pub(super) fn narrow_only(&mut self, from: Vendor) -> Option<Vendor> {
        let outside = self.narrows_from;
        self.narrows_from = Some(outside.map_or(from, |outside| outside.max(from)));
        outside
    }

    /// Ends such a part.
    pub(super) fn narrow_again(&mut self, outside: Option<Vendor>) {
        self.narrows_from = outside;
    }

    /// The vendor that is made next.
    pub(super) fn next(&self) -> Vendor {
        self.same_as.len()
    }

    /// They are the same.
    pub(super) fn unite(&mut self, one: Vendor, other: Vendor) {
        let Some(from) = self.narrows_from else { return self.join(one, other) };
        let is_value = |vendor: &Vendor| self.values.values().any(|value| value == vendor);
        let is_within = |vendor: Vendor| vendor >= from && !is_value(&vendor);
        match (is_within(one), is_within(other)) {
            (true, true) => self.join(one, other),
            (true, false) if is_value(&other) => self.join(one, other),
            (false, true) if is_value(&one) => self.join(one, other),
            (true, false) => self.leans.push((one, other)),
            (false, true) => self.leans.push((other, one)),
            (false, false) => {}
        }
    }

    fn join(&mut self, one: Vendor, other: Vendor) {
        let (one, other) = (self.first(one), self.first(other));
        if let Some(slot) = self.same_as.get_mut(one) {
            *slot = other;
        }
    }

    fn first(&self, vendor: Vendor) -> Vendor {
        let mut at = vendor;
        while let Some(next) = self.same_as.get(at).filter(|next| **next != at) {
            at = *next;
        }
        at
    }

    /// How many tables that lie by vendor are looked at.
    pub(super) fn count(&self) -> usize {
        self.tables.len()
    }

    /// What is wrong: rows of a table that belong to no vendor that is named, or to another one
    /// than those of the first.
    pub(super) fn fault(&self) -> Option<String> {
        let (first, vendor) = self.tables.first()?;
        let root = self.first(*vendor);
        let known = self.known(root);
        let other = self.tables.iter().find(|(_, vendor)| !known.contains(&self.first(*vendor)));
        if !self.values.values().any(|value| self.first(*value) == root) {
            return Some(format!("`{first}` without a vendor"));
        }
        other.map(|(other, _)| format!("`{first}` and `{other}` not of one vendor"))
    }

    /// What is the same as `root`, or leans on what is.
    fn known(&self, root: Vendor) -> BTreeSet<Vendor> {
        let mut known = BTreeSet::from([root]);
        loop {
            let leans = self.leans.iter().map(|(one, on)| (self.first(*one), self.first(*on)));
            let more: Vec<Vendor> = leans
                .filter(|(one, on)| known.contains(on) && !known.contains(one))
                .map(|(one, _)| one)
                .collect();
            if more.is_empty() {
                return known;
            }
            known.extend(more);
        }
    }
}
