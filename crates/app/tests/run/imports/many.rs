use serde_json::json;
use testkit::{Dialect, World};

use super::{imported, importer};

/// More rows than one statement takes.
#[test]
fn im_01_two_thousand_companies_are_imported() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let world = World::start(dialect).await;
            let who = importer(&world).await;
            let mut file = String::from("id,name,country,website,employees,industry\n");
            for row in 0..2_000_u32 {
                let name = (row.wrapping_mul(2_654_435_761)).to_string();
                let line = format!(
                    "{row},Company {name} Works,DE,www.firm-{row}.example,{},retail\n",
                    row % 900
                );
                file.push_str(&line);
            }
            let import = imported(&world, &who, ("accounts", file.as_bytes()), json!({})).await;
            assert_eq!(import["report"]["made"], 2_000, "{}", import["report"]);
        }
    });
}
