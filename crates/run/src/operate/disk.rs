//! How much room is left where the data lies.

use std::path::Path;

/// Below this share of free space, in basis points, nothing new should be begun.
pub const LEAST_FREE_BP: u64 = 500;

/// The size of a file system and what is free of it for this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// All of it, in bytes.
    pub total: u64,
    /// What may still be written, in bytes.
    pub free: u64,
}

impl Space {
    /// The space of the file system that holds `path`.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        let told = rustix::fs::statvfs(path)?;
        Ok(Self {
            total: told.f_blocks.saturating_mul(told.f_frsize),
            free: told.f_bavail.saturating_mul(told.f_frsize),
        })
    }

    /// The free share in basis points; a file system without a size, such as some in containers,
    /// counts as free.
    pub fn free_bp(&self) -> u64 {
        let share = u128::from(self.free) * 10_000 / u128::from(self.total.max(1));
        if self.total == 0 { 10_000 } else { u64::try_from(share).unwrap_or(10_000) }
    }

    /// What is wrong when less than a twentieth is free. Rule OP-03.
    pub fn fault(&self) -> Option<String> {
        let free_bp = self.free_bp();
        (free_bp < LEAST_FREE_BP).then(|| {
            format!(
                "only {}.{:02} % of the disk is free ({} MB of {} MB)",
                free_bp / 100,
                free_bp % 100,
                self.free / 1_000_000,
                self.total / 1_000_000
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn op_03_a_twentieth_of_the_disk_is_enough_and_less_is_not() {
        let at = |free| Space { total: 100_000_000, free }.fault();
        assert_eq!(at(5_000_000), None);
        let fault = at(4_990_000).unwrap();
        assert!(fault.contains("4.99 %"), "{fault}");
        assert!(at(0).is_some());
    }

    #[test]
    fn op_03_a_file_system_without_a_size_is_no_fault() {
        assert_eq!(Space { total: 0, free: 0 }.fault(), None);
        assert_eq!(Space { total: u64::MAX, free: u64::MAX }.fault(), None);
    }

    #[test]
    fn the_file_system_of_a_folder_has_a_size() {
        let space = Space::of(&std::env::temp_dir()).unwrap();
        assert!(space.total > 0 && space.free <= space.total, "{space:?}");
    }
}
