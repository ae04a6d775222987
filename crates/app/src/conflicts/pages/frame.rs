//! What the pages of this slice share: a form that comes back, and its files.

use web::Form;

use crate::conflicts::Upload;
pub(super) use crate::core::fault::{Fault, bare};

/// The file of a form, when one was chosen.
pub(super) fn uploads(form: &Form) -> Vec<Upload> {
    let file = form
        .file("file")
        .map(|file| Upload { name: file.file_name.clone(), content: file.bytes.to_vec() });
    file.into_iter().collect()
}
