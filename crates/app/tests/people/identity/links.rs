//! Signed links: expired, revoked, altered, replayed, of another purpose.

use domain::ids::{PartnerId, UserId};
use jiff::ToSpan;
use people::identity::links::{self, LinkFault, LinkPurpose, NewLink, Uses};
use testkit::{World, on_both};

async fn link(world: &World, purpose: LinkPurpose, whose: (&str, &str), uses: Uses) -> String {
    let (person, side) = (whose.0.to_owned(), whose.1.to_owned());
    world
        .act(move |cx| {
            let (user_id, partner_id) = (UserId::parse(&person).ok(), PartnerId::parse(&side).ok());
            let new = NewLink {
                purpose,
                user_id: user_id.as_ref(),
                partner_id: partner_id.as_ref(),
                subject_id: "reg_1",
                uses,
                expires_at: cx.now.saturating_add(1.hours()).unwrap(),
            };
            links::issue(cx, &new)
        })
        .await
        .secret
}

async fn peek(world: &World, purpose: LinkPurpose, secret: &str) -> Result<String, LinkFault> {
    let secret = secret.to_owned();
    let found = world.act(move |cx| links::peek(cx, purpose, &secret)).await;
    found.map(|opened| opened.subject_id)
}

#[test]
fn id_01_a_link_works_to_its_last_microsecond_and_no_longer() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let whose = (north.seller.user_id.as_str(), north.id.as_str());
        let secret = link(&world, LinkPurpose::Answer, whose, Uses::Once).await;
        world.travel_to_instant("2026-01-05T08:59:59.999999Z").await;
        assert_eq!(peek(&world, LinkPurpose::Answer, &secret).await, Ok("reg_1".to_owned()));
        world.travel_to_instant("2026-01-05T09:00:00Z").await;
        assert_eq!(peek(&world, LinkPurpose::Answer, &secret).await, Err(LinkFault::Expired));
    });
}

#[test]
fn id_01_a_link_serves_its_own_purpose_and_an_altered_one_is_unknown() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let whose = (north.seller.user_id.as_str(), north.id.as_str());
        let secret = link(&world, LinkPurpose::Answer, whose, Uses::Once).await;
        for other in [LinkPurpose::SignIn, LinkPurpose::Consent, LinkPurpose::FollowUp] {
            assert_eq!(peek(&world, other, &secret).await, Err(LinkFault::Unknown));
        }
        let altered = format!("{}A", &secret[..secret.len() - 1]);
        let altered = if altered == secret { format!("{altered}B") } else { altered };
        assert_eq!(peek(&world, LinkPurpose::Answer, &altered).await, Err(LinkFault::Unknown));
        // To a stranger both read the same, and neither says what a link would have been for.
        let nobody = world.anonymous();
        let wrong = nobody.get(&format!("/links/sign-in/{secret}")).await.is(404).text();
        let unknown = nobody.get(&format!("/links/sign-in/{altered}")).await.is(404).text();
        assert_eq!(wrong.replace(&secret, ""), unknown.replace(&altered, ""));
    });
}

#[test]
fn id_01_a_link_is_used_as_often_as_it_says_and_then_says_so() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let whose = (north.seller.user_id.as_str(), north.id.as_str());
        let twice = link(&world, LinkPurpose::Register, whose, Uses::Times(2)).await;
        let any = link(&world, LinkPurpose::Register, whose, Uses::UntilExpiry).await;
        for n in 0..4 {
            for (secret, most) in [(&twice, 2), (&any, 99)] {
                let secret = secret.clone();
                let found =
                    world.act(move |cx| links::spend(cx, LinkPurpose::Register, &secret)).await;
                match found {
                    Ok(opened) => {
                        assert!(n < most);
                        assert_eq!(opened.actor.partner_id().unwrap().as_str(), north.id);
                    }
                    Err(fault) => assert!(n >= most && fault == LinkFault::Used),
                }
            }
        }
    });
}

#[test]
fn id_01_a_revoked_link_and_one_of_a_removed_person_say_they_were_taken_back() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let whose = (north.seller.user_id.as_str(), north.id.as_str());
        let first = link(&world, LinkPurpose::FollowUp, whose, Uses::Once).await;
        world.act(|cx| links::revoke_for_subject(cx, LinkPurpose::FollowUp, "reg_1")).await;
        assert_eq!(peek(&world, LinkPurpose::FollowUp, &first).await, Err(LinkFault::Revoked));
        let second = link(&world, LinkPurpose::FollowUp, whose, Uses::Once).await;
        let path = format!("/people/{}/removal", north.seller.user_id);
        let _ = north.admin.post(&path, &[]).await.is(303);
        assert_eq!(peek(&world, LinkPurpose::FollowUp, &second).await, Err(LinkFault::Revoked));
    });
}

#[test]
fn id_01_a_link_gives_no_more_than_the_persons_roles_still_do() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let whose = (north.seller.user_id.as_str(), north.id.as_str());
        let secret = link(&world, LinkPurpose::Answer, whose, Uses::UntilExpiry).await;
        let may = async |world: &World| {
            let secret = secret.clone();
            let found = world.act(move |cx| links::peek(cx, LinkPurpose::Answer, &secret)).await;
            found.unwrap().actor.may(frame::access::Permission::RegistrationsSubmit)
        };
        assert!(may(&world).await);
        let path = format!("/people/{}/roles", north.seller.user_id);
        let _ = north.admin.save(&path, &[("roles", "marketer")]).await.is(303);
        assert!(!may(&world).await);
    });
}

#[test]
fn id_01_guessing_links_is_slow() {
    on_both(async |world| {
        let nobody = world.anonymous();
        for n in 0..30 {
            let _ = nobody.get(&format!("/links/sign-in/guess{n}")).await.is(404);
        }
        let answer = nobody.get("/links/sign-in/guess").await.is(429);
        assert!(!answer.header("retry-after").is_empty());
    });
}
