//! Whether two users can be one person. Where a rule asks for two people, two accounts of the same
//! person count as one (DR-05, DR-14, CF-03, PG-02, ID-02).

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::UserId;

/// The most users that are looked at behind one: a longer chain of invitations is no company's.
const MOST_BEHIND: usize = 200;

/// What is known of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct User {
    /// The name that others read.
    pub name: String,
    /// The mailbox that the address reaches, in the form in which mailboxes are compared.
    pub mailbox: String,
    /// What the user shares with others by devices on which one of them was enrolled.
    pub devices: BTreeSet<String>,
    /// Who invited the user at an address that does not belong to the company it acts for. An
    /// address at the company shows that the company knows the person; any other can be one more
    /// address of whoever invited it.
    pub invited_by: BTreeSet<UserId>,
}

/// Something by which two users are alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    User(UserId),
    Mailbox(String),
    Device(String),
}

/// The users of the sides that a rule compares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Users {
    users: BTreeMap<UserId, User>,
    /// The marks of each user and of everybody behind it.
    marks: BTreeMap<UserId, BTreeSet<Mark>>,
    marked: BTreeMap<Mark, BTreeSet<UserId>>,
}

/// Why two users count as one person, the plainest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They are one user.
    Same,
    /// Their addresses reach one mailbox.
    Mailbox,
    /// They were enrolled on one device.
    Device,
    /// The first invited the second at an address outside the company.
    Invited,
    /// The second invited the first at an address outside the company.
    InvitedBy,
    /// Somebody else invited both at addresses outside the company, or what stands behind them is
    /// alike.
    Behind,
}

/// Somebody with whom a person counts as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnePerson {
    /// Why.
    pub likeness: Likeness,
    /// The other's name.
    pub name: String,
}

impl OnePerson {
    /// Why, told to the person; `who` is the other as a sentence begins with it, for example “Ana
    /// Lopez on the partner's side”.
    pub fn words(&self, who: &str) -> String {
        match self.likeness {
            Likeness::Same => format!("{who} is you."),
            Likeness::Mailbox => format!("{who} has the same mailbox as you."),
            Likeness::Device => format!("{who} signed up on the same device as you."),
            Likeness::Invited => {
                format!("{who} was invited by you, at an address outside the company.")
            }
            Likeness::InvitedBy => {
                format!("{who} invited you, at an address outside the company.")
            }
            Likeness::Behind => format!(
                "{who} and you were invited, at addresses outside the company, by the same person."
            ),
        }
    }
}

impl Users {
    /// These users, ready to be compared.
    pub fn new(users: BTreeMap<UserId, User>) -> Self {
        let mut all = Self { users, ..Self::default() };
        for user in all.users.keys().cloned().collect::<Vec<UserId>>() {
            let behind = all.behind(&user);
            let marks: BTreeSet<Mark> = behind.iter().flat_map(|one| all.own_marks(one)).collect();
            for mark in &marks {
                all.marked.entry(mark.clone()).or_default().insert(user.clone());
            }
            all.marks.insert(user, marks);
        }
        all
    }

    /// Everybody who counts as one with a person, itself among them. Two users do when they, or
    /// whoever stands behind them, share a mailbox or a device or are the same. One that is not
    /// among these users counts as itself alone. Rules DR-05, DR-14, CF-03, PG-02, ID-02.
    pub fn selves(&self, person: &UserId) -> BTreeSet<UserId> {
        let marks = self.marks.get(person).into_iter().flatten();
        let mut selves: BTreeSet<UserId> =
            marks.filter_map(|mark| self.marked.get(mark)).flatten().cloned().collect();
        selves.insert(person.clone());
        selves
    }

    /// Why the two count as one person; `None` when they count as two. Rules DR-05, DR-14, CF-03,
    /// PG-02, ID-02.
    pub fn one_person(&self, a: &UserId, b: &UserId) -> Option<OnePerson> {
        let likeness = self.likeness(a, b)?;
        let name = self.users.get(b).map_or_else(String::new, |user| user.name.clone());
        Some(OnePerson { likeness, name })
    }

    fn likeness(&self, a: &UserId, b: &UserId) -> Option<Likeness> {
        if a == b {
            return Some(Likeness::Same);
        }
        if self.marks.get(a)?.is_disjoint(self.marks.get(b)?) {
            return None;
        }
        let (one, other) = (self.users.get(a)?, self.users.get(b)?);
        Some(if !one.mailbox.is_empty() && one.mailbox == other.mailbox {
            Likeness::Mailbox
        } else if !one.devices.is_disjoint(&other.devices) {
            Likeness::Device
        } else if self.behind(b).contains(a) {
            Likeness::Invited
        } else if self.behind(a).contains(b) {
            Likeness::InvitedBy
        } else {
            Likeness::Behind
        })
    }

    fn own_marks(&self, user: &UserId) -> Vec<Mark> {
        let mut marks = vec![Mark::User(user.clone())];
        if let Some(known) = self.users.get(user) {
            marks.extend(known.devices.iter().cloned().map(Mark::Device));
            if !known.mailbox.is_empty() {
                marks.push(Mark::Mailbox(known.mailbox.clone()));
            }
        }
        marks
    }

    /// The user and everybody who may stand behind it: whoever invited it at an outside address,
    /// whoever invited those, and so on.
    fn behind(&self, user: &UserId) -> BTreeSet<UserId> {
        let mut found = BTreeSet::from([user.clone()]);
        let mut open = vec![user.clone()];
        while let Some(next) = open.pop() {
            for inviter in self.users.get(&next).into_iter().flat_map(|user| &user.invited_by) {
                if found.len() < MOST_BEHIND && found.insert(inviter.clone()) {
                    open.push(inviter.clone());
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ids::IdSource;

    struct Told {
        ids: Vec<UserId>,
        users: BTreeMap<UserId, User>,
    }

    impl Told {
        fn of(count: usize) -> Self {
            let source = IdSource::seeded(1);
            let ids: Vec<UserId> =
                (0..count).map(|_| UserId::new(&source, Timestamp::UNIX_EPOCH)).collect();
            let each = |(place, id): (usize, &UserId)| {
                let mailbox = format!("person{place}@acme.example");
                (id.clone(), User { name: format!("P{place}"), mailbox, ..User::default() })
            };
            let users = ids.iter().enumerate().map(each).collect();
            Self { ids, users }
        }

        fn user(&mut self, place: usize) -> &mut User {
            self.users.get_mut(&self.ids[place]).unwrap()
        }

        fn invited(&mut self, by: usize, place: usize) {
            let by = self.ids[by].clone();
            self.user(place).invited_by.insert(by);
        }

        fn likeness(&self, a: usize, b: usize) -> Option<Likeness> {
            let users = Users::new(self.users.clone());
            let found = users.one_person(&self.ids[a], &self.ids[b]);
            assert_eq!(found.is_some(), users.selves(&self.ids[a]).contains(&self.ids[b]));
            let found = found?;
            assert_eq!(found.name, format!("P{b}"));
            Some(found.likeness)
        }
    }

    #[test]
    fn dr_14_a_user_is_itself_and_strangers_are_two() {
        let told = Told::of(2);
        assert_eq!(told.likeness(0, 0), Some(Likeness::Same));
        assert_eq!(told.likeness(0, 1), None);
    }

    #[test]
    fn dr_14_one_mailbox_is_one_person_and_an_unknown_one_is_nobodys() {
        let mut told = Told::of(2);
        told.user(1).mailbox = "person0@acme.example".to_owned();
        assert_eq!(told.likeness(0, 1), Some(Likeness::Mailbox));
        told.user(0).mailbox = String::new();
        told.user(1).mailbox = String::new();
        assert_eq!(told.likeness(0, 1), None);
    }

    #[test]
    fn dr_14_one_device_is_one_person() {
        let mut told = Told::of(2);
        told.user(0).devices.insert("a".to_owned());
        told.user(1).devices.insert("b".to_owned());
        assert_eq!(told.likeness(0, 1), None);
        told.user(1).devices.insert("a".to_owned());
        assert_eq!(told.likeness(0, 1), Some(Likeness::Device));
    }

    #[test]
    fn dr_14_whom_one_invited_outside_counts_as_oneself_in_both_directions() {
        let mut told = Told::of(3);
        told.invited(0, 1);
        assert_eq!(told.likeness(0, 1), Some(Likeness::Invited));
        assert_eq!(told.likeness(1, 0), Some(Likeness::InvitedBy));
        assert_eq!(told.likeness(0, 2), None);
        told.invited(1, 2);
        assert_eq!(told.likeness(0, 2), Some(Likeness::Invited), "over one more address");
    }

    #[test]
    fn dr_14_two_whom_the_same_person_invited_outside_count_as_one() {
        let mut told = Told::of(4);
        told.invited(0, 1);
        told.invited(0, 2);
        assert_eq!(told.likeness(1, 2), Some(Likeness::Behind));
        assert_eq!(told.likeness(1, 3), None);
        told.user(3).mailbox = "person0@acme.example".to_owned();
        assert_eq!(told.likeness(1, 3), Some(Likeness::Behind), "the inviter's mailbox");
    }

    #[test]
    fn dr_14_an_invitation_by_two_people_makes_them_no_one_person() {
        let mut told = Told::of(3);
        told.invited(0, 2);
        told.invited(1, 2);
        assert_eq!(told.likeness(0, 1), None);
    }

    #[test]
    fn dr_14_people_who_invited_each_other_are_looked_at_once() {
        let mut told = Told::of(3);
        told.invited(0, 1);
        told.invited(1, 0);
        assert_eq!(told.likeness(0, 2), None);
        assert_eq!(told.likeness(0, 1), Some(Likeness::Invited));
    }

    #[test]
    fn dr_14_every_reason_names_the_other() {
        for likeness in [
            Likeness::Same,
            Likeness::Mailbox,
            Likeness::Device,
            Likeness::Invited,
            Likeness::InvitedBy,
            Likeness::Behind,
        ] {
            let one = OnePerson { likeness, name: String::new() };
            assert!(one.words("Ana Lopez").starts_with("Ana Lopez "), "{likeness:?}");
        }
    }
}
