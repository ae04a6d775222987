//! The parameters in the address of a request: those that the route has, and what no value may hold.

use web::{FieldErrors, ListUrl};

use super::{error::AppError, request::Input, routes::Route};

/// Fails unless each parameter can be stored and, in the API, is one that the route has. A list
/// checks the names itself, because they depend on its reader.
pub(super) fn check(route: &Route, input: &Input) -> Result<(), AppError> {
    let mut errors = web::query_faults(&input.query, input.is_api());
    if let Some(doc) = route.doc
        && doc.parameters.is_none()
    {
        let known: Vec<&str> = doc.query.iter().map(|(name, _)| *name).collect();
        refuse_others(&ListUrl::new(input.path.clone(), &input.query), &known, &mut errors);
    }
    errors.check().map_err(AppError::Invalid)
}

/// Names each parameter that is none of `known`.
pub(super) fn refuse_others(url: &ListUrl, known: &[&str], errors: &mut FieldErrors) {
    for name in url.names().filter(|name| !known.contains(name)) {
        let words = match known {
            [] => "Unknown parameter. This address has none".to_owned(),
            known => format!("Unknown parameter. Known parameters: {}", known.join(", ")),
        };
        // A name may hold anything, and errors are kept by name.
        let shown: String = name.chars().filter(|letter| !letter.is_control()).take(80).collect();
        errors.add(shown, words);
    }
}
