//! People as far as rules ask who is who.

mod one_person;

pub use one_person::{Likeness, OnePerson, User, Users};
