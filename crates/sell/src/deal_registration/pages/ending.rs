//! The ends of a registration: withdrawn, released, won, lost. Each says what follows before it
//! happens.

use domain::{deal_registration::status::StatusKind, ids::RegistrationId};
use web::day_text;

use super::{
    change::{done, opened},
    edit::shown_name,
};
use crate::deal_registration::{
    self as deals, Registration,
    actions::{LostInput, ReleaseInput, WithdrawalInput, WonInput},
    terms,
};
use channel::partners;
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    request::Req,
};

const FINAL: &str = "This cannot be undone; the history is kept";

/// The registration that is to end, and its company's name.
fn ending(req: &mut Req<'_, '_>) -> Result<(Registration, String), AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let name = shown_name(&registration);
    Ok((registration, name))
}

/// What becomes of the account when this registration ends.
fn free(r: &Registration, name: &str) -> String {
    if r.status.is_live() && !r.holds_account {
        return format!("{name} stays with whoever holds it; this registration does not");
    }
    format!("{name} is free at once: other partners can register it and direct sales may engage")
}

fn until(r: &Registration) -> String {
    r.protected_until.map(day_text).unwrap_or_default()
}

impl Action for WithdrawalInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let (r, name) = ending(req)?;
        if r.status.is_live() {
            let question = format!("Give {name} back before protection ends?");
            let given_up = format!(
                "You give up the days until {}; a new registration queues behind the others",
                until(&r)
            );
            let follows = vec![free(&r, &name), given_up, FINAL.to_owned()];
            let opened = opened(&r, "Give back", ("withdrawal", "Give it back"));
            return Ok(opened.asks(question, follows).danger());
        }
        let follows: &[&str] = if r.status == StatusKind::Draft {
            &["Nobody but you has seen the draft; it stays in your list as withdrawn"]
        } else {
            &[
                "The vendor no longer has to decide",
                "You can submit it again; each submission counts from its own time",
                FINAL,
            ]
        };
        let follows = follows.iter().map(|line| (*line).to_owned()).collect();
        let opened = opened(&r, "Withdraw", ("withdrawal", "Withdraw it"));
        Ok(opened.asks(format!("Withdraw the registration of {name}?"), follows).danger())
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let r = input.run(&mut req.cx, &id)?;
        done(req, &r, "Withdrawn.")
    }
}

impl Action for ReleaseInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let (r, name) = ending(req)?;
        let partner = partners::name_of(&mut req.cx, &r.partner_id)?;
        let follows = vec![
            free(&r, &name),
            format!("{partner} loses the days until {} and is notified of the reason", until(&r)),
            "The release stays in the timeline and in the audit trail".to_owned(),
            FINAL.to_owned(),
        ];
        let question = format!("End the protection that {partner} has on {name}?");
        let opened = opened(&r, "Release", ("release", "Release the account"));
        Ok(opened.asks(question, follows).danger())
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let r = input.run(&mut req.cx, &id)?;
        done(req, &r, "Released: the account is free.")
    }
}

impl Action for WonInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let (r, name) = ending(req)?;
        let follows = [
            "The registration is closed as won; its clocks stop",
            "It no longer keeps other partners and direct sales out; the account becomes a customer",
            FINAL,
        ];
        let amount = r.details.amount.map_or_else(String::new, |amount| amount.decimal());
        // Programs and pages of before send an amount without a currency: it is the registration's.
        if !req.form.ticked("currency") {
            req.form.set("currency", r.currency.as_str());
        }
        Ok(opened(&r, "Close as won", ("win", "Close as won"))
            .asks(format!("Has {name} ordered?"), follows.map(str::to_owned).to_vec())
            .preset("closed_on", terms::today(&mut req.cx)?.to_string())
            .preset("amount", amount)
            .preset("currency", r.currency.as_str()))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let r = input.run(&mut req.cx, &id)?;
        done(req, &r, "Won. The clocks have stopped.")
    }
}

impl Action for LostInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let (r, name) = ending(req)?;
        let closed = "The registration is closed as lost; its clocks stop".to_owned();
        Ok(opened(&r, "Close as lost", ("loss", "Close as lost"))
            .asks(format!("Is {name} lost?"), vec![free(&r, &name), closed, FINAL.to_owned()])
            .danger()
            .preset("closed_on", terms::today(&mut req.cx)?.to_string()))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let r = input.run(&mut req.cx, &id)?;
        done(req, &r, "Closed as lost.")
    }
}
