//! What an account is to the vendor.

crate::words! {
    /// What an account is to the vendor at this moment.
    pub enum AccountStatus {
        /// Known, without business so far.
        #[default]
        Prospect = "prospect", "Prospect",
        /// It has bought.
        Customer = "customer", "Customer",
        /// Reserved for the vendor; no partner can register it.
        House = "house", "House account",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_03_each_status_is_read_back_by_its_word() {
        for status in AccountStatus::ALL {
            assert_eq!(AccountStatus::from_word(status.word()), Some(*status));
        }
        assert_eq!(AccountStatus::from_word("lead"), None);
    }
}
