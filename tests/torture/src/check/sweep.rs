//! The sweep over everything, from time to time: what changed without a trace shows here.

use jiff::Timestamp;

use super::{Checked, Checker, Scene, Violation};

impl Checker {
    /// Compares every registration, account and case, asks each table for what must never be, and
    /// lets partners look at what they may see.
    pub fn everything(&mut self, scene: &mut Scene<'_, '_>, at: Timestamp) -> Checked {
        self.all_rows(scene)?;
        for label in scene.book.accounts.keys().copied().collect::<Vec<u32>>() {
            self.account(scene, label)?;
        }
        for label in scene.book.cases.keys().copied().collect::<Vec<u32>>() {
            self.case(scene, label)?;
        }
        self.never(scene)?;
        self.constrained(scene)?;
        self.looked_at = at.as_microsecond();
        Ok(())
    }

    /// What must never be, asked of the tables themselves.
    fn never(&mut self, scene: &mut Scene<'_, '_>) -> Checked {
        let questions: [(&'static str, &str); 6] = [
            (
                "DR-02",
                "SELECT COUNT(*) FROM (SELECT account_id FROM deal_registrations \
                 WHERE vendor_id = $1 AND holds_account = 1 GROUP BY account_id, program_id \
                 HAVING COUNT(*) > 1) AS twice",
            ),
            (
                "DR-01",
                "SELECT COUNT(*) FROM deal_registrations WHERE vendor_id = $1 \
                 AND holds_account = 1 AND status NOT IN ('approved', 'renewed')",
            ),
            (
                "DR-16",
                "SELECT COUNT(*) FROM deal_registrations r WHERE r.vendor_id = $1 \
                 AND r.status <> 'draft' AND r.submitted_at IS NOT NULL AND NOT EXISTS (SELECT 1 \
                 FROM deal_registration_receipts c WHERE c.vendor_id = r.vendor_id \
                 AND c.registration_id = r.registration_id)",
            ),
            (
                "CF-04",
                "SELECT COUNT(*) FROM conflict_parties p WHERE p.vendor_id = $1 AND NOT EXISTS \
                 (SELECT 1 FROM conflict_cases c WHERE c.vendor_id = p.vendor_id \
                 AND c.case_id = p.case_id)",
            ),
            (
                "DR-20",
                "SELECT COUNT(*) FROM (SELECT registration_id FROM deal_registration_entries \
                 WHERE vendor_id = $1 AND kind = 'reminded' GROUP BY registration_id, at, words \
                 HAVING COUNT(*) > 1) AS twice",
            ),
            (
                "DR-21",
                "SELECT COUNT(*) FROM deal_registrations WHERE vendor_id = $1 \
                 AND approved_at IS NOT NULL AND submitted_at > approved_at",
            ),
        ];
        let vendor = scene.vendor().as_str().to_owned();
        for (rule, sql) in questions {
            let found = scene.tx.query_one(sql, db::params![&vendor], |row| row.int(0))?;
            self.compared += 1;
            if found != 0 {
                let words = format!("{found} rows that must not be: {sql}");
                return Err(Violation::new(rule, words));
            }
        }
        Ok(())
    }

    /// The database itself refuses a second holder, whatever the product does before (DR-02).
    fn constrained(&mut self, scene: &mut Scene<'_, '_>) -> Checked {
        let vendor = scene.vendor().as_str().to_owned();
        let second = scene.tx.query_opt(
            "SELECT r.registration_id FROM deal_registrations h JOIN deal_registrations r \
             ON r.vendor_id = h.vendor_id AND r.account_id = h.account_id \
             AND r.program_id = h.program_id WHERE h.vendor_id = $1 AND h.holds_account = 1 \
             AND r.holds_account = 0 ORDER BY r.registration_id LIMIT 1",
            db::params![&vendor],
            |row| row.text(0),
        )?;
        let Some(second) = second else {
            return Ok(());
        };
        let outcome = scene.tx.attempt(|tx| {
            tx.execute(
                "UPDATE deal_registrations SET holds_account = 1 WHERE vendor_id = $1 \
                 AND registration_id = $2",
                db::params![&vendor, &second],
            )?;
            Err::<(), Tried>(Tried::Taken)
        });
        self.compared += 1;
        match outcome {
            Err(Tried::Refused(error)) if error.is_unique() => Ok(()),
            Ok(()) | Err(_) => {
                let words = format!("the database takes {second} as a second holder");
                Err(Violation::new("DR-02", words))
            }
        }
    }
}

/// What came of an attempt that is undone in any case.
enum Tried {
    /// The database took it.
    Taken,
    /// The database refused it.
    Refused(db::DbError),
}

impl From<db::DbError> for Tried {
    fn from(error: db::DbError) -> Tried {
        Tried::Refused(error)
    }
}
