//! How the conflict cases of the demo go, in turn.

/// What is decided, by which rule, why for the vendor, and why for the parties.
pub(crate) type Verdict = (&'static str, &'static str, &'static str, &'static str);

/// How a case goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quarrel {
    /// What the partner states.
    pub(crate) statement: &'static str,
    /// Business days until it is decided; more than two and it has climbed; 0 for never.
    pub(crate) days: u32,
    /// The decision.
    pub(crate) verdict: Verdict,
    /// What the partner brings on appeal, and what is decided then.
    pub(crate) appeal: Option<(&'static str, Verdict)>,
}

/// What a partner asks that disputes a rejection.
pub(crate) const DISPUTE: &str = "Our registration was rejected although we named the contact and the meeting. Please look again.";

const QUARRELS: [Quarrel; 8] = [
    Quarrel {
        statement: "We registered first and were on site twice since; the minutes are logged.",
        days: 1,
        verdict: (
            "partner with relief",
            "DR-05",
            "Protected, followed up in time, and the opportunity was opened after the approval.",
            "The registration was earlier and is worked. Direct sales comes back when protection \
             ends.",
        ),
        appeal: None,
    },
    Quarrel {
        statement: "We run their archive and would like the group's contacts to help.",
        days: 2,
        verdict: (
            "together",
            "CF-05",
            "The group is bought centrally, the plant locally; neither closes it alone.",
            "Both sides are needed for this deal; you sell it together.",
        ),
        appeal: None,
    },
    Quarrel {
        statement: "The project lead has our offer on the table.",
        days: 3,
        verdict: (
            "direct",
            "DR-13",
            "The opportunity in the CRM is older than the submission and was being negotiated.",
            "An opportunity older than the submission was under way.",
        ),
        appeal: Some((
            "The customer's own letter of last month names us as the only bidder.",
            (
                "partner",
                "DR-05",
                "The letter shows that the older opportunity had been closed by the customer.",
                "New evidence shows that the older opportunity had ended.",
            ),
        )),
    },
    Quarrel {
        statement: "There was nothing to log in August; the customer was on holiday.",
        days: 2,
        verdict: (
            "direct with priority",
            "DR-06",
            "No activity for weeks, and direct sales was invited by the customer.",
            "Nothing was documented for longer than the follow-up allows.",
        ),
        appeal: None,
    },
    Quarrel {
        statement: "We hold weekly calls with purchasing; see the activities.",
        days: 5,
        verdict: (
            "partner",
            "DR-05",
            "Weekly activities; the rep had not asked for consent.",
            "The account is protected and worked.",
        ),
        appeal: None,
    },
    Quarrel {
        statement: "We are no longer pursuing this deal in its old form.",
        days: 1,
        verdict: (
            "release",
            "DR-01",
            "Neither side has a live project there.",
            "Nobody has a live project there; the account is free for a new start.",
        ),
        appeal: None,
    },
    Quarrel {
        statement: "Our seller met the buyer at the fair in spring.",
        days: 2,
        verdict: (
            "partner",
            "DR-05",
            "The meeting is documented and the follow-up is in time.",
            "The documented meeting counts.",
        ),
        appeal: None,
    },
    Quarrel {
        statement: "We have asked the customer for a confirmation.",
        days: 0,
        verdict: ("neither", "CF-05", "Nothing to decide.", "Nothing to decide."),
        appeal: None,
    },
];

/// The number of a case in which a partner disputes an answer.
pub(crate) const DISPUTED: usize = usize::MAX;

const DISPUTED_ANSWER: Quarrel = Quarrel {
    statement: "The contact left the company in the meantime; her successor confirms the project.",
    days: 2,
    verdict: (
        "neither",
        "DR-15",
        "The contact could not confirm a project, and nothing new was shown.",
        "The reason for the rejection still holds. Register again with a contact who confirms.",
    ),
    appeal: None,
};

/// The number of the case between two partners whose accounts turned out to be one.
pub(crate) const TWINS: usize = usize::MAX - 1;

const ONE_COMPANY: Quarrel = Quarrel {
    statement: "We registered the company under its own domain and ran the workshop in October.",
    days: 3,
    verdict: (
        "first with priority",
        "DR-04",
        "Both work the account and both were approved in good faith. The other registration was \
         submitted first, under a spelling that we did not recognise; its time counts.",
        "Two of our records were one company. Of two registrations made in good faith the earlier \
         submission counts; the other side gets priority on the next comparable lead.",
    ),
    appeal: None,
};

/// What the other partner states in a case between two.
pub(crate) const RIVAL: &str =
    "We registered them first, by the name on their building; the receipt has the time.";

/// How the case of that number goes.
pub(crate) fn of(number: usize) -> Quarrel {
    match number {
        DISPUTED => return DISPUTED_ANSWER,
        TWINS => return ONE_COMPANY,
        _ => {}
    }
    let [first, ..] = QUARRELS;
    QUARRELS.get(number % QUARRELS.len()).copied().unwrap_or(first)
}
