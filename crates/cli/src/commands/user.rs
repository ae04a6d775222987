//! `entente user`: the first users, and users who cannot sign in.

use clap::{Args, Subcommand};
use domain::ids::UserId;
use people::identity::{self, NewUser, NewVendor};

use super::{Failure, acting};
use crate::{config::Settings, node};

/// User commands.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Create an active user and print a sign-in link. If there is no vendor yet, it is created
    /// too.
    Create(Create),
    /// List the users of a side.
    List(OfSide),
    /// Suspend a user; sessions and links end at once.
    Suspend(One),
    /// Restore a suspended user.
    Restore(One),
    /// Print a link with which a user can sign in once within a day, or accept an open invitation.
    /// No page ever shows such a link.
    Link(One),
}

/// A side: the vendor's own, or a partner's.
#[derive(Debug, Args)]
pub(super) struct OfSide {
    /// The vendor, if there are several.
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
    /// The partner, by name or id; by default the vendor.
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
}

/// A user of a side.
#[derive(Debug, Args)]
pub(super) struct One {
    /// The e-mail address.
    email: String,
    #[command(flatten)]
    side: OfSide,
}

/// A user to create.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// The e-mail address, which identifies the user.
    #[arg(long)]
    email: String,
    /// The user's name.
    #[arg(long)]
    name: String,
    /// A role, for example `channel_chief`, `partner_manager`, `operations` or `direct_rep` for
    /// the vendor, `admin` or `seller` for a partner; repeatable.
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// The time zone of a new vendor, for example Europe/Berlin.
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    zone: String,
    /// The host name of a new vendor's portal; by default any.
    #[arg(long, default_value = "", value_name = "HOST")]
    host: String,
    /// Create the vendor even if another one exists.
    #[arg(long)]
    new_vendor: bool,
    #[command(flatten)]
    side: OfSide,
}

/// Carries it out.
pub(super) fn run(settings: &Settings, what: &User) -> Result<(), Failure> {
    match what {
        User::Create(new) => create(settings, new),
        User::List(side) => list(settings, side),
        User::Suspend(one) => suspend(settings, one, true),
        User::Restore(one) => suspend(settings, one, false),
        User::Link(one) => link(settings, one),
    }
}

fn create(settings: &Settings, new: &Create) -> Result<(), Failure> {
    // The first command of a new installation, so it makes the database too.
    let app = node::application(settings)?;
    let vendors = app.db.read_blocking(identity::vendors)?;
    let link = if vendors.is_empty() || new.new_vendor {
        found(&app, new)?
    } else {
        let vendor = acting::vendor(&app, new.side.vendor.as_deref())?;
        let (name, email, roles) = (new.name.clone(), new.email.clone(), new.roles.clone());
        let partner = new.side.partner.clone();
        acting::write(&app, &vendor, move |cx| {
            let partner = acting::partner(cx, partner.as_deref())?;
            let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
            let user = NewUser {
                email: &email,
                name: &name,
                partner_id: partner.as_ref(),
                roles: &roles,
                ..NewUser::default()
            };
            let user_id = identity::add_person(cx, &user)?;
            identity::sign_in_link(cx, &user_id)
        })?
    };
    eprintln!("{} can sign in once with this link within 24 hours:", new.email);
    println!("{link}");
    Ok(())
}

/// Makes the vendor with its first person; gives the link.
fn found(app: &std::sync::Arc<frame::App>, new: &Create) -> Result<String, Failure> {
    let Some(vendor) = new.side.vendor.clone() else {
        return Err(Failure::Wrong(
            "--vendor: there is no vendor yet; name the company that owns the program".into(),
        ));
    };
    if new.side.partner.is_some() {
        return Err(Failure::Wrong("--partner: a new vendor has no partners yet".into()));
    }
    let (told, now) = (app.clone(), app.clock.now());
    let (email, name) = (new.email.clone(), new.name.clone());
    let (roles, host, zone) = (new.roles.clone(), new.host.clone(), new.zone.clone());
    let link = app.db.write_blocking(move |tx| {
        let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
        let company = NewVendor { name: &vendor, host: &host, zone: &zone };
        let user = NewUser { email: &email, name: &name, roles: &roles, ..NewUser::default() };
        let (vendor_id, user_id): (_, UserId) =
            identity::create_vendor_with_admin(tx, &told, now, (&company, &user))?;
        let mut cx = frame::Cx::system(tx, &told, vendor_id, now);
        identity::sign_in_link(&mut cx, &user_id)
    })?;
    Ok(link)
}

fn list(settings: &Settings, side: &OfSide) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, side.vendor.as_deref())?;
    let partner = side.partner.clone();
    let people = acting::read(&app, &vendor, move |cx| {
        let partner = acting::partner(cx, partner.as_deref())?;
        identity::people_of(cx, partner.as_ref())
    })?;
    for person in people {
        let roles = person.roles.join(",");
        println!("{}\t{}\t{}\t{roles}", person.email, person.standing.word(), person.name);
    }
    Ok(())
}

fn suspend(settings: &Settings, one: &One, suspended: bool) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, one.side.vendor.as_deref())?;
    let (email, partner) = (one.email.clone(), one.side.partner.clone());
    let changed = acting::write(&app, &vendor, move |cx| {
        let partner = acting::partner(cx, partner.as_deref())?;
        let person = identity::person_by_email(cx, partner.as_ref(), &email)?;
        identity::set_suspension(cx, &person, suspended)
    })?;
    println!(
        "{} {}{}",
        one.email,
        if suspended { "is suspended" } else { "is active" },
        if changed { "" } else { ", as before" }
    );
    Ok(())
}

fn link(settings: &Settings, one: &One) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, one.side.vendor.as_deref())?;
    let (email, partner) = (one.email.clone(), one.side.partner.clone());
    let way_in = acting::write(&app, &vendor, move |cx| {
        let partner = acting::partner(cx, partner.as_deref())?;
        let person = identity::person_by_email(cx, partner.as_ref(), &email)?;
        identity::way_in(cx, &person)
    })?;
    let does = if way_in.accepts { "accept the invitation" } else { "sign in" };
    eprintln!("{} can {does} once with this link within 24 hours:", one.email);
    println!("{}", way_in.url);
    Ok(())
}
