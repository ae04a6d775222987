//! Structs whose fields are the columns of a table, and answers read by type instead of by number.

use std::marker::PhantomData;

use crate::cells::Cells;
use crate::column::Column;
use crate::error::DbError;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::Value;

/// A struct whose fields are columns of one table. [`record!`](crate::record) makes one.
///
/// ```
/// use db::{DbError, Record, Tx, params};
///
/// db::record! {
///     /// A company that sells for a vendor.
///     #[derive(Debug, Clone, PartialEq)]
///     pub struct Partner in "partners" {
///         /// The partner.
///         pub partner_id: String,
///         /// Its name.
///         pub name: String,
///         /// Who looks after it; `None` is stored as an empty text.
///         pub manager_user_id: Option<String> = "",
///         /// When its agreement ends; `None` is stored as NULL.
///         pub agreement_until: Option<String>,
///         /// Counts changes, from 1; the column has another name than the field.
///         pub revision: i64 as "version",
///     }
/// }
///
/// fn add(tx: &mut Tx<'_>, vendor_id: &str, partner: &Partner) -> Result<(), DbError> {
///     // What the table has beside the fields is given along.
///     partner.insert(tx, &[("vendor_id", vendor_id.into())])
/// }
///
/// fn find(tx: &mut Tx<'_>, vendor_id: &str, partner_id: &str) -> Result<Partner, DbError> {
///     let sql = format!("{} WHERE vendor_id = $1 AND partner_id = $2", Partner::SELECT);
///     tx.query_one_as(&sql, params![vendor_id, partner_id])
/// }
///
/// /// Changes the partner unless somebody else was faster; says whether it did.
/// fn change(tx: &mut Tx<'_>, vendor_id: &str, partner: &Partner) -> Result<bool, DbError> {
///     let key = [
///         ("vendor_id", vendor_id.into()),
///         ("partner_id", partner.partner_id.as_str().into()),
///         ("version", partner.revision.into()),
///     ];
///     let next = Partner { revision: partner.revision + 1, ..partner.clone() };
///     Ok(next.update(tx, &key)? == 1)
/// }
///
/// /// Each partner with the number of its deals: a join, read by type.
/// fn with_deals(tx: &mut Tx<'_>, vendor_id: &str) -> Result<Vec<(Partner, i64)>, DbError> {
///     let sql = format!(
///         "SELECT {}, (SELECT COUNT(*) FROM deals d WHERE d.vendor_id = p.vendor_id \
///          AND d.partner_id = p.partner_id) FROM partners p WHERE p.vendor_id = $1",
///         Partner::list("p"),
///     );
///     tx.query_as(&sql, params![vendor_id])
/// }
/// ```
pub trait Record: Sized {
    /// The table.
    const TABLE: &'static str;

    /// The columns, in the order of the fields.
    const COLUMNS: &'static [&'static str];

    /// The columns as a list, `partner_id, name, …`.
    const LIST: &'static str;

    /// `SELECT partner_id, name, … FROM partners`, to be continued by the caller.
    const SELECT: &'static str;

    /// The record from columns `first` and following of a row.
    fn read_at(row: &Row<'_>, first: usize) -> Result<Self, DbError>;

    /// What is stored for each column, in the order of [`Record::COLUMNS`].
    fn values(&self) -> Vec<Value<'_>>;

    /// The record from a row that begins with its columns, as a function to map rows by.
    fn read(row: &Row<'_>) -> Result<Self, DbError> {
        Self::read_at(row, 0)
    }

    /// The columns of the table under an alias, `p.partner_id, p.name, …`, for joins.
    fn list(alias: &str) -> String {
        let mut list = String::with_capacity(Self::LIST.len() + Self::COLUMNS.len() * 4);
        for column in Self::COLUMNS {
            if !list.is_empty() {
                list.push_str(", ");
            }
            list.push_str(alias);
            list.push('.');
            list.push_str(column);
        }
        list
    }

    /// Inserts the record, with columns of the table that are no fields of it.
    #[track_caller]
    fn insert(&self, tx: &mut Tx<'_>, also: &[(&str, Value<'_>)]) -> Result<(), DbError> {
        let mut names = String::with_capacity(Self::LIST.len() + 64);
        names.push_str(Self::LIST);
        let mut values = self.values();
        for (column, value) in also {
            names.push_str(", ");
            names.push_str(column);
            values.push(Value::from(value));
        }
        let markers = (1..=values.len()).map(|number| format!("${number}"));
        let markers = markers.collect::<Vec<_>>().join(", ");
        let sql = format!("INSERT INTO {} ({names}) VALUES ({markers})", Self::TABLE);
        tx.execute(&sql, &values).map(|_| ())
    }

    /// Stores the record's values in the rows that have all values of `key`, and says how many
    /// there were. A column of the key is set only when its value is to be another one, as the
    /// number that counts changes. A key that names no column is refused: it would change every
    /// row.
    #[track_caller]
    fn update(&self, tx: &mut Tx<'_>, key: &[(&str, Value<'_>)]) -> Result<u64, DbError> {
        if key.is_empty() {
            return Err(DbError::other(format!("an update of {} names no row", Self::TABLE)));
        }
        let same = |column: &str, value: &Value<'_>| {
            key.iter().any(|(name, kept)| *name == column && kept == value)
        };
        let (mut values, mut sets) = (Vec::new(), Vec::new());
        for (column, value) in Self::COLUMNS.iter().zip(self.values()) {
            if !same(column, &value) {
                values.push(value);
                sets.push(format!("{column} = ${}", values.len()));
            }
        }
        let mut wheres = Vec::new();
        for (column, value) in key {
            values.push(Value::from(value));
            wheres.push(format!("{column} = ${}", values.len()));
        }
        if sets.is_empty() {
            return Err(DbError::other(format!("an update of {} changes nothing", Self::TABLE)));
        }
        let (sets, wheres) = (sets.join(", "), wheres.join(" AND "));
        tx.execute(&format!("UPDATE {} SET {sets} WHERE {wheres}", Self::TABLE), &values)
    }
}

/// A type that can be read from a row: one column, a [`Record`], a struct of [`row!`](crate::row),
/// an array of these, or up to twelve of these as a tuple. The columns follow each other as the
/// parts of the type do.
///
/// `By` is inferred; see [`Column`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    note = "each part has to be a `db::Column`, a `db::record!`, a `db::row!`, or a tuple of these"
)]
pub trait FromRow<By>: Sized {
    /// How many columns it takes.
    const WIDTH: usize;

    /// The value from columns `first` and following.
    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError>;
}

/// Marks one column.
#[derive(Debug)]
pub struct One<By>(PhantomData<By>);

/// Marks a record.
#[derive(Debug)]
pub enum Whole {}

/// Marks a struct that [`row!`](crate::row) made.
#[derive(Debug)]
pub enum Listed {}

/// Marks such a struct that an outer join may not have found.
#[derive(Debug)]
pub enum OuterListed {}

/// Marks a record that an outer join may not have found.
#[derive(Debug)]
pub enum Outer {}

impl<By, T: Column<By>> FromRow<One<By>> for T {
    const WIDTH: usize = 1;

    fn from_row(row: &Row<'_>, first: usize) -> Result<T, DbError> {
        T::from_value(row.value(first)?).map_err(|detail| row.mistyped(first, detail))
    }
}

impl<T: Record> FromRow<Whole> for T {
    const WIDTH: usize = T::COLUMNS.len();

    fn from_row(row: &Row<'_>, first: usize) -> Result<T, DbError> {
        T::read_at(row, first)
    }
}

/// `None` when every column is NULL, as an outer join gives it.
impl<T: Record> FromRow<Outer> for Option<T> {
    const WIDTH: usize = T::COLUMNS.len();

    fn from_row(row: &Row<'_>, first: usize) -> Result<Option<T>, DbError> {
        for column in first..first + T::COLUMNS.len() {
            if row.value(column)? != Value::Null {
                return T::read_at(row, first).map(Some);
            }
        }
        Ok(None)
    }
}

/// `None` when the first column is NULL, as an outer join gives it; in its own table it never is.
impl<T: FromRow<Listed>> FromRow<OuterListed> for Option<T> {
    const WIDTH: usize = T::WIDTH;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Option<T>, DbError> {
        match row.value(first)? {
            Value::Null => Ok(None),
            Value::Int(_) | Value::Text(_) | Value::Blob(_) => T::from_row(row, first).map(Some),
        }
    }
}

/// Columns of one type that follow each other.
impl<By, T: FromRow<By>, const N: usize> FromRow<[By; N]> for [T; N] {
    const WIDTH: usize = T::WIDTH * N;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        let mut cells = Cells::new(row, first);
        let parts: Vec<T> = (0..N).map(|_| cells.part()).collect::<Result<_, _>>()?;
        let counted = parts.len();
        parts.try_into().map_err(|_| DbError::other(format!("{counted} parts are not {N}")))
    }
}

macro_rules! tuples {
    ($(($($part:ident $by:ident),+)),+ $(,)?) => { $(
        impl<$($part: FromRow<$by>, $by),+> FromRow<($($by,)+)> for ($($part,)+) {
            const WIDTH: usize = 0 $(+ $part::WIDTH)+;

            fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
                let mut cells = Cells::new(row, first);
                Ok(($(cells.part::<$part, $by>()?,)+))
            }
        }
    )+ };
}

tuples! {
    (A A1),
    (A A1, B B1),
    (A A1, B B1, C C1),
    (A A1, B B1, C C1, D D1),
    (A A1, B B1, C C1, D D1, E E1),
    (A A1, B B1, C C1, D D1, E E1, F F1),
    (A A1, B B1, C C1, D D1, E E1, F F1, G G1),
    (A A1, B B1, C C1, D D1, E E1, F F1, G G1, H H1),
    (A A1, B B1, C C1, D D1, E E1, F F1, G G1, H H1, I I1),
    (A A1, B B1, C C1, D D1, E E1, F F1, G G1, H H1, I I1, J J1),
    (A A1, B B1, C C1, D D1, E E1, F F1, G G1, H H1, I I1, J J1, K K1),
    (A A1, B B1, C C1, D D1, E E1, F F1, G G1, H H1, I I1, J J1, K K1, L L1),
}

/// Makes a struct whose fields are columns of a table, with a [`Record`] for it.
///
/// A field is `name: Type`, where the type is a [`Column`]; the column has the field's name.
/// `name: Type as "column"` names another one. `name: Option<Type> = ""` stores `None` as an empty
/// text instead of NULL.
#[macro_export]
macro_rules! record {
    (
        $(#[$about:meta])*
        $seen:vis struct $name:ident in $table:literal {
            $(
                $(#[$meaning:meta])*
                $open:vis $field:ident : $kind:ty $(as $column:literal)? $(= $none:literal)?
            ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        $seen struct $name {
            $( $(#[$meaning])* $open $field: $kind, )+
        }

        impl $crate::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] =
                &[$( $crate::__column!($field $($column)?) ),+];
            const LIST: &'static str = $crate::__list!($( ($field $($column)?) )+);
            const SELECT: &'static str = concat!(
                "SELECT ",
                $crate::__list!($( ($field $($column)?) )+),
                " FROM ",
                $table
            );

            fn read_at(
                row: &$crate::Row<'_>,
                first: usize,
            ) -> ::core::result::Result<Self, $crate::DbError> {
                let mut cells = $crate::__Cells::new(row, first);
                ::core::result::Result::Ok(Self {
                    $( $field: cells.next(
                        $crate::__column!($field $($column)?),
                        $crate::__none!($($none)?),
                    )?, )+
                })
            }

            fn values(&self) -> ::std::vec::Vec<$crate::Value<'_>> {
                ::std::vec![$(
                    $crate::__stored(
                        $crate::Column::to_value(&self.$field),
                        $crate::__none!($($none)?),
                    )
                ),+]
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __column {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $column:literal) => {
        $column
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __list {
    (($($first:tt)+) $(($($other:tt)+))*) => {
        concat!($crate::__column!($($first)+) $(, ", ", $crate::__column!($($other)+))*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __none {
    () => {
        ::core::option::Option::None
    };
    ($none:literal) => {
        ::core::option::Option::Some($none)
    };
}

/// What is stored for a value where a text stands for NULL.
#[doc(hidden)]
pub fn stored<'v>(value: Value<'v>, none: Option<&'static str>) -> Value<'v> {
    match (value, none) {
        (Value::Null, Some(none)) => Value::from(none),
        (value, _) => value,
    }
}
