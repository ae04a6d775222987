//! What stands above the text of a mail, for the programs through which it passes.

use people::notifications::{self, Notice};
use testkit::{Letter, on_both_by_mail};

use super::ask;

const ANA: &str = "ana@acme.example";

fn header<'l>(letter: &'l Letter, name: &str) -> &'l str {
    letter.header(name).unwrap_or_else(|| panic!("no {name} in {}", letter.head))
}

#[test]
fn a_mail_says_that_a_program_wrote_it_when_and_by_which_name() {
    on_both_by_mail(async |world, post| {
        world.vendor_user(ANA, "direct_rep").await;
        ask(&world, ANA).await;
        world.travel_to_instant("2026-01-05T08:20:00Z").await;
        ask(&world, ANA).await;
        let letters = post.letters_to(ANA);
        let [first, second] = letters.as_slice() else { panic!("{letters:?}") };
        assert_eq!(header(first, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(first, "MIME-Version"), "1.0");
        assert_eq!(header(first, "Date"), "Mon, 05 Jan 2026 08:00:00 +0000");
        assert_eq!(header(second, "Date"), "Mon, 05 Jan 2026 08:20:00 +0000");
        let name = header(first, "Message-ID");
        assert!(name.starts_with("<mal_") && name.ends_with("@entente.example>"), "{name}");
        assert_ne!(name, header(second, "Message-ID"));
        assert_eq!(first.greeted_as, "partners.acme.example");
    });
}

#[test]
fn a_notice_can_be_declined_and_a_sign_in_link_cannot() {
    on_both_by_mail(async |world, post| {
        let ana = world.vendor_user(ANA, "direct_rep").await;
        ask(&world, ANA).await;
        let notice = async |kind: &'static str| {
            let user_id = ana.user_id.clone();
            let tell = world.act(move |cx| {
                let notice = Notice {
                    user_id: &user_id,
                    partner_id: "",
                    kind,
                    title: "Returned: Müller & Söhne",
                    body: "It was returned.",
                    href: "/inbox",
                    action: "",
                    until: None,
                    subject_id: "reg_1",
                    links: &[],
                };
                notifications::notify(cx, &notice)
            });
            tell.await;
            world.run_jobs().await;
        };
        notice("deal_registration.returned").await;
        notice("identity.member_added").await;
        let letters = post.letters_to(ANA);
        let [link, returned, added] = letters.as_slice() else { panic!("{letters:?}") };
        let way = "<mailto:partners@entente.example?subject=Unsubscribe>";
        assert_eq!(header(returned, "List-Unsubscribe"), way);
        assert_eq!(header(returned, "Auto-Submitted"), "auto-generated");
        assert_eq!(
            (link.header("List-Unsubscribe"), added.header("List-Unsubscribe")),
            (None, None)
        );
    });
}
