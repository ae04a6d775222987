//! What the specification says of an act.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are told in parts; what one part does not name belongs to the next"
)]

use jiff::Timestamp;

use crate::{
    spec::{
        book::{Book, Step, no},
        cases::{Opening, Party},
        days::plus,
        outside::Engagement,
        registration::Status,
        submission::Form,
    },
    stage::{
        act::{Act, Came, CaseKind},
        perform::Names,
        perform_case::REP,
    },
};

/// Takes the step of an act in the book, and says what should come of it.
pub fn expect(book: &mut Book, names: &Names, at: Timestamp, act: &Act) -> Step<Came> {
    book.step(|book| {
        let done = match act {
            Act::Wait => Ok(()),
            Act::Draft { deal, partner, company, amount_minor, product } => {
                book.draft(*deal, &form(*partner, *company, (*amount_minor, *product)), at)
            }
            Act::Register { deal, partner, company, amount_minor, product } => {
                let form = form(*partner, *company, (*amount_minor, *product));
                book.register(*deal, &form, at).map(drop)
            }
            Act::Submit { deal } => book.submit(*deal, at).map(drop),
            Act::TakeUp { deal } => book.own_step(*deal, at, |one, _| one.take_up()),
            Act::Approve { deal, by } => book.approve(*deal, *by, at),
            Act::Reject { deal, by } => book.answer(*deal, *by, at, false),
            Act::Return { deal, by } => book.answer(*deal, *by, at, true),
            Act::Log { deal, days_ago } => book
                .own_step(*deal, at, |one, days| one.work(plus(days.day(at), -days_ago), at, days)),
            Act::Renew { deal } => book.own_step(*deal, at, |one, days| one.renew(at, days)),
            Act::Win { deal } => won(book, *deal, at),
            Act::Lose { deal } => ended(book, *deal, Status::Lost, at),
            Act::Release { deal } => released(book, *deal, at),
            Act::Withdraw { deal } => book.own_step(*deal, at, |one, _| one.withdraw(at)),
            Act::Amend { deal, amount_minor, need } => {
                amended(book, *deal, (*amount_minor, *need), at)
            }
            Act::Rename { deal, company } => renamed(book, *deal, *company, at),
            Act::Pry { deal, partner } => pried(book, *deal, *partner),
            _ => return outside(book, names, at, act),
        };
        done.map(|()| Came::Done)
    })
}

fn form(partner: u32, company: u32, (amount_minor, product): (i64, u32)) -> Form {
    Form { partner, seller: partner, company, amount_minor, product }
}

fn ended(book: &mut Book, deal: u32, to: Status, at: Timestamp) -> Step<()> {
    book.own_step(deal, at, |one, days| one.end(to, at, days).map(|(kind, _)| vec![kind]))
}

/// The channel chief releases it, which is a decision (CF-03).
fn released(book: &mut Book, deal: u32, at: Timestamp) -> Step<()> {
    ended(book, deal, Status::Released, at)?;
    let chief = book.reference(0);
    book.change(deal, |one, _| one.deciders.insert(chief));
    Ok(())
}

fn won(book: &mut Book, deal: u32, at: Timestamp) -> Step<()> {
    ended(book, deal, Status::Won, at)?;
    if let Some((account, product)) =
        book.registration(deal).and_then(|one| Some((one.account?, one.product)))
    {
        book.bought(account, product);
    }
    Ok(())
}

/// Amending changes what is said of a deal, and neither holder nor clock (DR-21).
fn amended(book: &mut Book, deal: u32, to: (i64, u32), at: Timestamp) -> Step<()> {
    book.own_step(deal, at, |one, _| {
        if (one.amount_minor, one.need) == to {
            return Ok(Vec::new());
        }
        let free = one.is_being_written();
        if one.status.is_over() && !free {
            return Err("DR-21");
        }
        (one.amount_minor, one.need) = to;
        Ok(if free { Vec::new() } else { vec!["amended"] })
    })
}

/// Another account is another registration (DR-21).
fn renamed(book: &mut Book, deal: u32, company: u32, at: Timestamp) -> Step<()> {
    book.own_step(deal, at, |one, _| {
        if one.is_being_written() {
            one.company = company;
            return Ok(Vec::new());
        }
        if one.company == company { Ok(Vec::new()) } else { Err("DR-21") }
    })
}

fn pried(book: &Book, deal: u32, partner: u32) -> Step<()> {
    match book.registration(deal) {
        Some(one) if one.partner == partner => no("own"),
        Some(_) | None => no("none"),
    }
}

fn outside(book: &mut Book, names: &Names, at: Timestamp, act: &Act) -> Step<Came> {
    let known = |book: &Book, company: u32| {
        if book.accounts.contains_key(&company) { Ok(company) } else { no("none") }
    };
    match act {
        Act::Engage { company, by, opportunity } => {
            let account = living(book, known(book, *company)?)?;
            let product = opportunity.unwrap_or(0) % 2;
            Ok(match book.direct((account, *by, product), *opportunity, at) {
                Engagement::Recorded => Came::Done,
                Engagement::Refused(_) => Came::Kept,
            })
        }
        Act::Crm { company, by, opportunity, case } => {
            let account = known(book, *company)?;
            arrived(book, (account, *by), (*opportunity, *case), at)
        }
        Act::CloseDirect { opportunity, won } => {
            let exists =
                book.accounts.values().any(|one| one.opportunities.contains_key(opportunity));
            if !exists {
                return no("none");
            }
            book.close_direct(*opportunity, *won, at).map(|()| Came::Done)
        }
        Act::AskConsent { company, consent, .. } => {
            let account = known(book, *company)?;
            book.ask_consent(account, *consent, at).map(|_| Came::Done)
        }
        Act::GiveConsent { deal, consent, days } => {
            let until = days.map(|days| plus(book.program.days.day(at), days));
            book.answer_consent(*deal, (*consent, true, until), at).map(|()| Came::Done)
        }
        Act::AnswerConsent { consent, given, days } => {
            let Some(deal) = names.consent_deals.get(consent) else {
                return no("none");
            };
            let until = days.map(|days| plus(book.program.days.day(at), days));
            book.answer_consent(*deal, (*consent, *given, until), at).map(|()| Came::Done)
        }
        Act::WithdrawConsent { consent } => {
            let Some(deal) = names.consent_deals.get(consent) else {
                return no("none");
            };
            book.withdraw_consent(*deal, *consent, at).map(|()| Came::Done)
        }
        Act::Merge { kept, merged, case } => {
            known(book, *kept)?;
            known(book, *merged)?;
            merged_into(book, (*kept, *merged), *case, at)
        }
        _ => in_case(book, at, act),
    }
}

/// An account that was merged away takes nothing new.
fn living(book: &Book, account: u32) -> Step<u32> {
    match book.accounts.get(&account).map(|one| one.merged_into) {
        Some(None) => Ok(account),
        Some(Some(_)) => no("fields"),
        None => no("none"),
    }
}

/// What arrives from the CRM is recorded, or held back by a case (DR-05).
fn arrived(
    book: &mut Book,
    (account, by): (u32, u32),
    (opportunity, case): (u32, u32),
    at: Timestamp,
) -> Step<Came> {
    let Engagement::Refused(holder) = book.engage(account, at) else {
        let new = crate::spec::book::Opportunity {
            opened_at: at,
            owner: by,
            is_open: true,
            closed_at: None,
            product: opportunity % 2,
        };
        if let Some(account) = book.accounts.get_mut(&account) {
            account.opportunities.insert(opportunity, new);
        }
        return Ok(Came::Done);
    };
    if let Some(account) = book.accounts.get_mut(&account) {
        account.attempts.push((at, by));
    }
    let partner = book.registration(holder).map(|one| one.partner);
    let parties = vec![Party { partner, deal: Some(holder) }, Party { partner: None, deal: None }];
    let kind = CaseKind::PartnerDirect;
    book.open_case(case, &Opening { kind, account, parties, opener: None }, at)?;
    Ok(Came::Kept)
}

/// Two accounts become one; two live holders open a case (AC-04).
fn merged_into(
    book: &mut Book,
    (kept, merged): (u32, u32),
    case: u32,
    at: Timestamp,
) -> Step<Came> {
    if let Some((holder, other)) = book.merge(kept, merged, at)? {
        let party = |deal: u32| Party {
            partner: book.registration(deal).map(|one| one.partner),
            deal: Some(deal),
        };
        let parties = vec![party(holder), party(other)];
        let one =
            parties.iter().map(|party| party.partner).collect::<std::collections::BTreeSet<_>>();
        let kind = if one.len() == 1 { CaseKind::Duplicate } else { CaseKind::PartnerPartner };
        let opening = Opening { kind, account: kept, parties, opener: Some(1) };
        book.open_case(case, &opening, at)?;
    }
    Ok(Came::Done)
}

fn in_case(book: &mut Book, at: Timestamp, act: &Act) -> Step<Came> {
    let done = match act {
        Act::OpenCase { case, deal, kind, by } => {
            let opened = book.open_by(*case, (*deal, *kind, *by), at)?;
            return Ok(if opened == *case { Came::Done } else { Came::Kept });
        }
        Act::State { case, side } => {
            let speaker = side.is_none().then_some(REP);
            book.state(*case, *side, speaker)
        }
        Act::Decide { case, by, outcome } => book.rule_on(*case, *by, *outcome, at),
        Act::Appeal { case, side } => book.appeal(*case, *side, at),
        Act::Close { case, by } => book.close_case(*case, *by, at),
        Act::Hold { case, by, hold } => book.hold_clocks(*case, *by, *hold, at),
        Act::Ask { case, by, side, request } => {
            book.ask_evidence(*case, (*by, *side, *request), at)
        }
        Act::Answer { case, side, request } => book.give_evidence(*case, (*side, *request), at),
        Act::Escalate { case, by } => book.pass_on(*case, *by, at),
        _ => no("none"),
    };
    done.map(|()| Came::Done)
}
