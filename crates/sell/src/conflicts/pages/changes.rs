//! The form of each change of a case, and what its page says once it is made.

use domain::ids::CaseId;
use http::StatusCode;
use web::{Callout, html};

use super::{decide, detail};
use crate::conflicts::{
    appeal::AppealInput,
    change::{Change, on_own_page, uploads},
    close::{ClosingInput, HoldInput},
    course::{self, EscalationInput},
    decide::DecisionInput,
    file::CaseFile,
    notes::NoteInput,
    requests::{EvidenceAnswerInput, RequestInput},
    statements::{FILE_LABEL, MOST_FILES, StatementInput},
    store::Case,
};
use frame::{action::Opened, ctx::Cx, error::AppError, request::Req};

impl Change for StatementInput {
    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        let opened = Opened::part_of(detail::page, &[("words", "statement")]);
        Ok(opened.files(FILE_LABEL, MOST_FILES))
    }

    fn said(&self) -> &'static str {
        "Your statement has been saved."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let through = if req.input.is_api() { "api" } else { "page" };
        self.run(&mut req.cx, case_id, (&uploads(&req.form), through))
    }
}

impl Change for NoteInput {
    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        Ok(Opened::part_of(detail::page, &[]))
    }

    fn said(&self) -> &'static str {
        "Your note has been saved."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
    }
}

impl Change for RequestInput {
    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        let names = &[("partner_id", "party"), ("words", "asked")];
        Ok(Opened::part_of(decide::page, names))
    }

    fn said(&self) -> &'static str {
        "Evidence requested; the clock is stopped."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id).map(|_| ())
    }
}

impl Change for EvidenceAnswerInput {
    const STATUS: StatusCode = StatusCode::OK;

    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        let opened = Opened::part_of(detail::page, &[("words", "answer")]);
        Ok(opened.files(FILE_LABEL, MOST_FILES))
    }

    fn said(&self) -> &'static str {
        "Your answer has been saved; the clock resumes."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        let request_id = req.param("request_id")?.to_owned();
        self.run(&mut req.cx, (case_id, &request_id), &uploads(&req.form))
    }
}

impl Change for EscalationInput {
    const STATUS: StatusCode = StatusCode::OK;

    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        Ok(Opened::part_of(decide::page, &[("reason", "why")]))
    }

    fn said(&self) -> &'static str {
        "The case was escalated to the next level."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
    }
}

impl Change for ClosingInput {
    const STATUS: StatusCode = StatusCode::OK;

    fn form(_: &mut Cx<'_, '_>, case: &Case) -> Result<Opened<Self>, AppError> {
        let words = "Close a case that the parties settled themselves or that needs no decision. \
                     Registrations and opportunities stay unchanged.";
        let opened = on_own_page(case, "Close", ("closing", "Close case"));
        Ok(opened.above(html! { p { (words) } }))
    }

    fn said(&self) -> &'static str {
        "Case closed."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
    }
}

impl Change for HoldInput {
    const STATUS: StatusCode = StatusCode::OK;

    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        Ok(Opened::part_of(decide::page, &[]))
    }

    fn said(&self) -> &'static str {
        if self.hold { "Clocks stopped." } else { "Clocks resumed." }
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
    }
}

impl Change for DecisionInput {
    fn form(_: &mut Cx<'_, '_>, _: &Case) -> Result<Opened<Self>, AppError> {
        Ok(Opened::part_of(decide::page, &[]))
    }

    fn said(&self) -> &'static str {
        "Case decided."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id)
    }
}

impl Change for AppealInput {
    fn form(cx: &mut Cx<'_, '_>, case: &Case) -> Result<Opened<Self>, AppError> {
        let words = course::appeal_words(&CaseFile::open(cx, &case.case_id)?);
        let words = html! { p { (words) " The next level up decides it." } };
        Ok(on_own_page(case, "Appeal", ("appeal", "Appeal"))
            .above(html! { (Callout::info("You can appeal once").body(words)) })
            .files(FILE_LABEL, MOST_FILES))
    }

    fn said(&self) -> &'static str {
        "Your appeal has been filed."
    }

    fn make(self, req: &mut Req<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        self.run(&mut req.cx, case_id, &uploads(&req.form))
    }
}
