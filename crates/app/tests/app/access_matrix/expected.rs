//! What a route's access row says of a principal.

use frame::{access::Access, routes::Route};
use testkit::Verdict;

use super::cast::{Principal, Standing};

/// What the row says.
pub(super) fn of(route: &Route, principal: &Principal) -> Verdict {
    if principal.standing == Standing::Refused {
        return Verdict::SignIn;
    }
    let (right_side, permission) = match route.access {
        Access::SignedIn if principal.standing == Standing::Anonymous => return Verdict::SignIn,
        Access::Public | Access::Link(_) | Access::SignedIn => return Verdict::LetIn,
        Access::Vendor(permission) => (principal.standing == Standing::Vendor, permission),
        Access::Partner(permission) => (principal.standing == Standing::Partner, permission),
        Access::Either(permission) => (true, permission),
        Access::Sides { vendor, partner } => {
            (true, if principal.standing == Standing::Partner { partner } else { vendor })
        }
    };
    if principal.standing == Standing::Anonymous {
        Verdict::SignIn
    } else if !right_side {
        Verdict::Hidden
    } else if principal.permissions.has(permission) {
        Verdict::LetIn
    } else {
        Verdict::Missing(permission.word().to_owned())
    }
}
