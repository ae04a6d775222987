//! Running an installation: imports and operation.

pub mod imports;
pub mod operate;
