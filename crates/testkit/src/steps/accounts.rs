//! Accounts through the API.

use crate::{Caller, World};

/// A program of somebody in operations that reads and writes accounts.
pub async fn operations(world: &World) -> Caller {
    world.key_of_some("operations", "accounts:read accounts:write").await
}
