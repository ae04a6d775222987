//! How a partner works: what tells a diligent one from one that collects accounts.

/// The way a partner works its deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Temper {
    /// Registers much, follows up weekly, wins often.
    Excellent,
    /// Registers steadily and follows up in time.
    Diligent,
    /// Follows up late, so that lockouts lapse.
    Slow,
    /// Registers and does little with it.
    Hoarder,
    /// Joined lately and still learns the form.
    Newcomer,
}

/// The chances and paces of a temper. Chances are of a hundred.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    /// How many registrations for each one of a diligent partner of the same tier, of a hundred.
    pub eagerness: u32,
    /// How often the vendor says yes at once.
    pub approved: u32,
    /// How often it asks for more.
    pub returned: u32,
    /// Days between two documented activities: least and most.
    pub pace_days: (u32, u32),
    /// How often an approved deal is won.
    pub won: u32,
    /// How often it is lost and said so.
    pub lost: u32,
    /// How often it is renewed when its protection runs out.
    pub renews: u32,
    /// How often it stops documenting for good after the first contact.
    pub forgets: u32,
}

impl Temper {
    /// What this temper does.
    pub(super) const fn habits(self) -> Habits {
        match self {
            Self::Excellent => Habits {
                eagerness: 130,
                approved: 80,
                returned: 8,
                pace_days: (9, 13),
                won: 46,
                lost: 26,
                renews: 75,
                forgets: 3,
            },
            Self::Diligent => Habits {
                eagerness: 100,
                approved: 72,
                returned: 11,
                pace_days: (11, 14),
                won: 36,
                lost: 30,
                renews: 60,
                forgets: 8,
            },
            Self::Slow => Habits {
                eagerness: 80,
                approved: 62,
                returned: 14,
                pace_days: (14, 30),
                won: 24,
                lost: 28,
                renews: 40,
                forgets: 22,
            },
            Self::Hoarder => Habits {
                eagerness: 150,
                approved: 64,
                returned: 10,
                pace_days: (25, 50),
                won: 8,
                lost: 8,
                renews: 15,
                forgets: 70,
            },
            Self::Newcomer => Habits {
                eagerness: 90,
                approved: 52,
                returned: 28,
                pace_days: (10, 18),
                won: 20,
                lost: 22,
                renews: 40,
                forgets: 15,
            },
        }
    }
}
