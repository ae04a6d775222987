//! Data and the baseline for `cargo xtask bench`.
//!
//! `bench_data fill FOLDER PARTNERS REGISTRATIONS` makes a database with so many rows and prints
//! one line of JSON with what callers need. `bench_data bare FOLDER TARGET COUNT` inserts the rows
//! that registering has left in FOLDER's database into a fresh one in TARGET, one durable
//! transaction for each registration, and prints how long that took.
//!
//! `bench_data fill-vendors URL VENDORS PARTNERS REGISTRATIONS` makes so many vendors, and
//! `bench_data serve URL ADDRESS lanes|one-turn` is a node of the product, with a worker, whose
//! writes take turns by vendor or over the whole database.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of the benchmark: it reads the clock, prints, and ends at the first fault"
)]

mod bare;
mod node;

use std::path::Path;

use db::{Db, Options};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["fill", folder, partners, registrations] => fill(
            Path::new(folder),
            partners.parse().expect("a number of partners"),
            registrations.parse().expect("a number of registrations"),
        ),
        ["bare", folder, target, count] => {
            bare::run(Path::new(folder), Path::new(target), count.parse().expect("a count"));
        }
        ["fill-vendors", url, vendors, partners, registrations] => {
            let count = |text: &str| text.parse().expect("a number");
            fill_vendors(url, count(vendors), (count(partners), count(registrations)));
        }
        ["serve", url, address, turns] => {
            node::serve(url, address.parse().expect("an address"), *turns == "lanes");
        }
        _ => println!(
            "bench_data fill FOLDER PARTNERS REGISTRATIONS | bare FOLDER TARGET COUNT | \
             fill-vendors URL VENDORS PARTNERS REGISTRATIONS | serve URL ADDRESS lanes|one-turn"
        ),
    }
}

fn open(folder: &Path, options: Options) -> Db {
    std::fs::create_dir_all(folder).expect("the folder");
    let url = format!("sqlite:{}", folder.join("entente.db").display());
    Db::open(&url, options).expect("the database")
}

fn fill_vendors(url: &str, vendors: usize, (partners, registrations): (usize, usize)) {
    let made = testkit::fill_vendors(url, vendors, partners, registrations);
    let keys: Vec<_> = made.into_iter().map(|vendor| vendor.partner_keys).collect();
    println!("{}", serde_json::json!({ "partner_keys": keys }));
}

fn fill(folder: &Path, partners: usize, registrations: usize) {
    std::fs::create_dir_all(folder).expect("the folder");
    let url = format!("sqlite:{}", folder.join("entente.db").display());
    let made = testkit::fill(&url, partners, registrations);
    let told = serde_json::json!({
        "partner_keys": made.partner_keys, "vendor_key": made.vendor_key,
        "decider_key": made.decider_key,
        "partner_sessions": made.partner_sessions, "vendor_session": made.vendor_session,
        "program_id": made.program_id,
    });
    println!("{told}");
}
