//! What is known to be the same vendor.

use std::collections::BTreeMap;

/// Something that is a vendor: that of a table's rows, a marker or a text.
pub(super) type Vendor = usize;

/// Vendors, and which of them are the same one.
#[derive(Debug, Default)]
pub(super) struct Facts {
    same_as: Vec<Vendor>,
    values: BTreeMap<String, Vendor>,
    /// The tables whose rows lie by vendor, with the vendor of the rows that are looked at.
    tables: Vec<(String, Vendor)>,
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

    pub(super) fn unite(&mut self, one: Vendor, other: Vendor) {
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
        let other = self.tables.iter().find(|(_, vendor)| self.first(*vendor) != root);
        if !self.values.values().any(|value| self.first(*value) == root) {
            return Some(format!("`{first}` without a vendor"));
        }
        other.map(|(other, _)| format!("`{first}` and `{other}` not of one vendor"))
    }
}
