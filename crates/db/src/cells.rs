//! Answers read column after column, and structs that are read from one.

use crate::column::Column;
use crate::error::DbError;
use crate::record::FromRow;
use crate::row::Row;
use crate::value::Value;

/// Reads the columns of a row one after the other.
#[doc(hidden)]
pub struct Cells<'a, 'r> {
    row: &'a Row<'r>,
    next: usize,
}

impl<'a, 'r> Cells<'a, 'r> {
    #[doc(hidden)]
    pub fn new(row: &'a Row<'r>, first: usize) -> Cells<'a, 'r> {
        Cells { row, next: first }
    }

    /// The next column, which the statement has to give under this name. `none` is the text that
    /// stands for NULL.
    #[doc(hidden)]
    pub fn next<T: Column<By>, By>(
        &mut self,
        name: &str,
        none: Option<&str>,
    ) -> Result<T, DbError> {
        let at = self.next;
        self.next += 1;
        // A statement that lists other columns than the record's fails in every test, and costs
        // nothing in earnest.
        if cfg!(debug_assertions) && self.row.name(at) != name {
            let found = self.row.name(at).to_owned();
            let detail = format!("the statement gives `{found}` in its place");
            return Err(DbError::Type { column: name.to_owned(), detail });
        }
        let value = filled(self.row.value(at)?, none);
        T::from_value(value).map_err(|detail| DbError::Type { column: name.to_owned(), detail })
    }

    /// The next part of a tuple or of a struct of [`row!`](crate::row).
    #[doc(hidden)]
    pub fn part<T: FromRow<By>, By>(&mut self) -> Result<T, DbError> {
        let first = self.next;
        self.next += T::WIDTH;
        T::from_row(self.row, first)
    }

    /// The next column, whatever its name; `none` is the text that stands for NULL.
    #[doc(hidden)]
    pub fn column<T: Column<By>, By>(&mut self, none: Option<&str>) -> Result<T, DbError> {
        let at = self.next;
        self.next += 1;
        let value = filled(self.row.value(at)?, none);
        T::from_value(value).map_err(|detail| self.row.mistyped(at, detail))
    }
}

fn filled<'v>(value: Value<'v>, none: Option<&str>) -> Value<'v> {
    match (value, none) {
        (Value::Text(text), Some(none)) if text == none => Value::Null,
        (value, _) => value,
    }
}

/// How many columns a type takes.
#[doc(hidden)]
pub const fn width<T: FromRow<By>, By>() -> usize {
    T::WIDTH
}

/// Makes a struct that is read from an answer, whose columns follow each other as its fields do.
/// It is for answers that mirror no table, as those of joins; see [`record!`](crate::record).
///
/// A field is `name: Type`, where the type is anything that [`FromRow`] reads. After it,
/// `= ""` reads an empty text as NULL, `= default` reads nothing, and `=> function` says what is made of the column; the type
/// that is read is then the one which the function takes. The names of the columns do not matter.
///
/// ```
/// db::row! {
///     /// A deal and who registered it.
///     struct Listed {
///         name: String,
///         decided_by: Option<String> = "",
///         tags: usize => |tags: String| tags.split(',').count(),
///         partner: String => Option::unwrap_or_default,
///         // Filled in later.
///         manager: String = default,
///     }
/// }
///
/// # fn example(tx: &mut db::Tx<'_>) -> Result<Vec<Listed>, db::DbError> {
/// tx.query_as(
///     "SELECT d.name, d.decided_by, d.tags, p.name FROM deals d \
///      LEFT JOIN partners p ON p.partner_id = d.partner_id WHERE d.vendor_id = $1",
///     db::params!["v"],
/// )
/// # }
/// ```
#[macro_export]
macro_rules! row {
    (
        $(#[$about:meta])*
        $seen:vis struct $name:ident {
            $(
                $(#[$meaning:meta])*
                $open:vis $field:ident : $kind:ty $(= $none:tt)? $(=> $how:expr)?
            ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        $seen struct $name {
            $( $(#[$meaning])* $open $field: $kind, )+
        }

        impl $crate::FromRow<$crate::Listed> for $name {
            const WIDTH: usize = 0 $( + $crate::__width!($kind $(= $none)? $(=> $how)?) )+;

            fn from_row(
                row: &$crate::Row<'_>,
                first: usize,
            ) -> ::core::result::Result<Self, $crate::DbError> {
                let mut cells = $crate::__Cells::new(row, first);
                ::core::result::Result::Ok(Self {
                    $( $field: $crate::__cell!(cells $(= $none)? $(=> $how)?), )+
                })
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __width {
    ($kind:ty) => {
        $crate::__width::<$kind, _>()
    };
    ($kind:ty = default) => {
        0
    };
    ($kind:ty = $none:literal) => {
        1
    };
    ($kind:ty => $how:expr) => {
        1
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __cell {
    ($cells:ident) => {
        $cells.part()?
    };
    ($cells:ident = default) => {
        ::core::default::Default::default()
    };
    ($cells:ident = $none:literal) => {
        $cells.column(::core::option::Option::Some($none))?
    };
    ($cells:ident => $how:expr) => {
        ($how)($cells.column(::core::option::Option::None)?)
    };
}
