//! The product is walked as people do: from the first page by every link that is shown, in every
//! role. A link that its reader may not follow, or that fails, is a fault.

mod crowd;
mod page;

use std::collections::{BTreeMap, VecDeque};

use frame::access::VendorRole;
use testkit::{Answer, Caller, World, on_sqlite};

use crowd::Walker;
use page::{Shown, machine_word, read};

/// So many pages of one kind are opened by one person: a list with each filter, things in
/// different states.
const MOST_OF_A_KIND: usize = 3;

#[test]
fn ux_01_every_link_leads_to_a_page_that_its_reader_may_open() {
    on_sqlite(async |_| {
        let (world, walkers) = crowd::gather().await;
        let (mut wrong, mut seen) = (Vec::new(), 0);
        for walker in &walkers {
            let walked = walk(&world, walker).await;
            assert!(walked.pages > 5, "{}: only {} pages", walker.name, walked.pages);
            seen += walked.pages;
            wrong.extend(walked.faults.iter().map(|fault| format!("{}: {fault}", walker.name)));
        }
        assert!(seen > 300, "only {seen} pages");
        assert!(wrong.is_empty(), "{} faults on {seen} pages\n{}", wrong.len(), wrong.join("\n"));
    });
}

#[test]
fn ux_01_before_a_program_is_in_force_every_step_shown_may_be_taken() {
    on_sqlite(async |world| {
        world.tamper(|tx| {
            tx.execute("UPDATE program_versions SET state = 'draft'", &[])?;
            Ok(())
        });
        let mut wrong = Vec::new();
        for role in VendorRole::ALL {
            let caller = world.vendor_user(&format!("{role:?}@acme.example"), role.word()).await;
            let home = caller.get("/").await.is(200).says("No program is in force yet");
            let (mut seen, mut open) = (BTreeMap::new(), VecDeque::new());
            follow(&read(&home.text()), "/", (&mut seen, &mut open));
            assert!(open.len() > 5, "{role:?}: {open:?}");
            for (path, from) in open {
                wrong.extend(opened(&caller, &path, &from).await.err());
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn ux_01_a_walk_notices_a_dead_link_an_instant_and_a_stored_word() {
    let shown = read(
        "<main><a class=\"x\" href=\"/a?b=1&amp;c=2\">Go</a><p>At 2027-01-03T23:00:00Z</p>\
         <pre>partner_direct</pre><input value=\"a_b\"><p>is partner_direct now</p></main>",
    );
    assert_eq!(shown.links, ["/a?b=1&c=2"]);
    let found: Vec<&str> = shown.prose.iter().filter_map(|text| machine_word(text)).collect();
    assert_eq!(found, ["2027-01-03T23:00:00Z", "partner_direct"]);
    on_sqlite(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let walker = Walker { name: "chief".to_owned(), caller: chief };
        let (mut seen, mut open) = (BTreeMap::new(), VecDeque::new());
        follow(
            &Shown { links: vec!["/registrations/new".to_owned()], ..Shown::default() },
            "/",
            (&mut seen, &mut open),
        );
        let (path, from) = open.pop_front().expect("a link");
        assert!(opened(&walker.caller, &path, &from).await.is_err(), "a page of partners only");
        drop(world);
    });
}

/// What a walk found.
#[derive(Debug, Default)]
struct Walked {
    pages: usize,
    faults: Vec<String>,
}

/// How often each kind of page was met, and the pages that are still to be opened with the page
/// that leads there.
type Way<'a> = (&'a mut BTreeMap<String, usize>, &'a mut VecDeque<(String, String)>);

/// Opens every page that one person is led to.
async fn walk(world: &World, walker: &Walker) -> Walked {
    let mut walked = Walked::default();
    let (mut seen, mut open) = (BTreeMap::new(), VecDeque::new());
    open.push_back(("/".to_owned(), "the beginning".to_owned()));
    while let Some((path, from)) = open.pop_front() {
        walked.pages += 1;
        assert!(walked.pages < 2_000, "{} in {world:?}: no end", walker.name);
        match opened(&walker.caller, &path, &from).await {
            Ok(answer) if answer.header("content-type").starts_with("text/html") => {
                let shown = read(&answer.text());
                let words = shown.prose.iter().filter_map(|text| {
                    machine_word(text).map(|word| format!("{path}: {word} in “{text}”"))
                });
                walked.faults.extend(words);
                follow(&shown, &path, (&mut seen, &mut open));
            }
            Ok(_) => {}
            Err(fault) => walked.faults.push(fault),
        }
    }
    walked
}

/// A page as it answers, also behind one redirection.
async fn opened(caller: &Caller, path: &str, from: &str) -> Result<Answer, String> {
    let mut answer = caller.get(path).await;
    if answer.status == 303 {
        answer = caller.get(answer.location()).await;
    }
    if answer.status == 200 {
        return Ok(answer);
    }
    Err(format!("{path} answers {} and {from} leads there", answer.status))
}

/// Takes up the links of a page that lead to pages of ours and are not known well enough.
fn follow(shown: &Shown, path: &str, (seen, open): Way<'_>) {
    for link in &shown.links {
        let link = link.split('#').next().unwrap_or("");
        let target = match link.chars().next() {
            Some('/') => link.to_owned(),
            Some('?') => format!("{}{link}", path.split('?').next().unwrap_or("")),
            _ => continue,
        };
        let times = seen.entry(kind(&target)).or_default();
        let known = open.iter().any(|(other, _)| *other == target);
        if *times < MOST_OF_A_KIND && !known {
            *times += 1;
            open.push_back((target, path.to_owned()));
        }
    }
}

/// What kind of page an address names: its path without ids, and the names of its parameters.
fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts = path.split('/').map(|part| {
        let is_id = part.contains('_') || part.starts_with(|c: char| c.is_ascii_digit());
        if is_id { "{}" } else { part }
    });
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or(""));
    let (path, names): (Vec<&str>, Vec<&str>) = (parts.collect(), names.collect());
    format!("{}?{}", path.join("/"), names.join("&"))
}
