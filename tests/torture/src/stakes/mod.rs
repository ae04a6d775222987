//! One person is one pair of eyes (DR-05, DR-14, CF-03, PG-02, ID-02): people who collude act by
//! sessions, keys, keys made with keys and second addresses of their own, on both sides, through the
//! product's own doors. An oracle that knows which human being is behind each act asks that no
//! decision was reached with fewer people than its rule wants.

mod act;
mod choose;
mod faults;
mod figures;
mod human;
mod judge;
mod oracle;
mod perform;
mod perform_deals;
mod perform_people;
mod scene;
mod sequence;

pub(crate) use figures::run;
