//! The one place where a harness may change what is written: a planted fault shows whether a
//! checker would find it. The product never sets it.

use std::fmt;
use std::sync::Arc;

use crate::value::Value;

/// What becomes of a statement that is about to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewritten {
    /// It is run as it was given.
    AsGiven,
    /// These are run in its place, in order; the caller is told what the last of them changed, and
    /// one row when there is none.
    Instead(Vec<(String, Vec<Value<'static>>)>),
}

type Rewrite = dyn Fn(&str, &[Value<'_>]) -> Rewritten + Send + Sync;

/// Looks at every statement that [`Tx::execute`](crate::Tx::execute) is about to run inside a
/// write, with the values bound to it, and may put others in its place. It belongs to harnesses:
/// where [`Options::seam`](crate::Options::seam) is `None`, as in the product, it costs one branch.
#[derive(Clone)]
pub struct Seam(Arc<Rewrite>);

impl Seam {
    /// A seam that does this with every statement.
    pub fn new(rewrite: impl Fn(&str, &[Value<'_>]) -> Rewritten + Send + Sync + 'static) -> Seam {
        Seam(Arc::new(rewrite))
    }

    pub(crate) fn rewrite(&self, sql: &str, params: &[Value<'_>]) -> Rewritten {
        (self.0)(sql, params)
    }
}

impl fmt::Debug for Seam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seam")
    }
}
