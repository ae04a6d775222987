//! Columns and fields, how values are read, and the first rows as they will be read.

use domain::{ids::ImportId, written::DateOrder};
use web::{
    Button, Callout, Checkbox, Choice, Column, Field, FieldErrors, Form, Markup, Page, PostForm,
    Row, Table, columns, field_group, html, section,
};

use super::mark;
use crate::imports::{
    actions::change::{Begin, SetMapping},
    kind::{Kind, Shape},
    mapping::Mapping,
    settings::{EqualRows, KnownRows, Settings, WithoutAccount},
    store::{self, Import},
    values,
};
use frame::{error::AppError, input::choices, reply::Reply, request::Req};

/// `/imports/{import_id}/mapping`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    let import = store::find(&mut req.cx, &id)?;
    if import.state.is_busy() || import.state.is_over() {
        return Ok(Reply::see_other(&format!("/imports/{id}")));
    }
    let form = filled(&import);
    let page = page(req, &import, &form, &FieldErrors::new());
    req.page(page)
}

/// `POST /imports/{import_id}/mapping`
pub(super) fn save(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    let import = store::find(&mut req.cx, &id)?;
    let form = req.form.clone();
    let mapping = Mapping(
        import
            .kind
            .fields()
            .iter()
            .filter_map(|field| {
                let column = form.opt(&format!("map_{}", field.key))?;
                Some((field.key.to_owned(), column.to_owned()))
            })
            .collect(),
    );
    let setting = SetMapping { import_id: &id, mapping, settings: settings(&form) };
    let saved = setting.run(&mut req.cx).and_then(|import| {
        if form.text("do") == "look" {
            Ok(import)
        } else {
            Begin { import_id: &id, write: false }.run(&mut req.cx)
        }
    });
    match saved {
        Ok(_) if form.text("do") == "look" => {
            Ok(req.go(&format!("/imports/{id}/mapping"), "Preview updated with these columns."))
        }
        Ok(_) => Ok(Reply::see_other(&format!("/imports/{id}"))),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, &import, &form, &errors);
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn filled(import: &Import) -> Form {
    let settings = &import.settings;
    let yes = |on: bool| if on { "1" } else { "" }.to_owned();
    let mut pairs: Vec<(String, String)> = import
        .mapping
        .0
        .iter()
        .map(|(field, column)| (format!("map_{field}"), column.clone()))
        .collect();
    pairs.extend([
        ("date_order".to_owned(), settings.date_order.word().to_owned()),
        ("decimal_comma".to_owned(), yes(settings.decimal_comma)),
        ("currency".to_owned(), settings.currency.clone()),
        ("equal_rows".to_owned(), yes(settings.equal_rows == EqualRows::Fault)),
        ("known_rows".to_owned(), settings.known_rows.word().to_owned()),
        ("without_account".to_owned(), yes(settings.without_account == WithoutAccount::Fault)),
        ("mend_spelling".to_owned(), yes(settings.mend_spelling)),
        ("email_domain".to_owned(), settings.email_domain.clone()),
        ("won_stages".to_owned(), settings.won_stages.clone()),
        ("lost_stages".to_owned(), settings.lost_stages.clone()),
        ("without_invitation".to_owned(), yes(settings.without_invitation)),
    ]);
    Form::from_pairs(pairs)
}

fn settings(form: &Form) -> Settings {
    Settings {
        encoding: String::new(),
        date_order: DateOrder::from_word(form.text("date_order")).unwrap_or_default(),
        decimal_comma: form.ticked("decimal_comma"),
        currency: form.text("currency").to_uppercase(),
        equal_rows: if form.ticked("equal_rows") { EqualRows::Fault } else { EqualRows::LeaveOut },
        known_rows: KnownRows::from_word(form.text("known_rows")).unwrap_or_default(),
        without_account: if form.ticked("without_account") {
            WithoutAccount::Fault
        } else {
            WithoutAccount::LeaveOut
        },
        mend_spelling: form.ticked("mend_spelling"),
        email_domain: form.text("email_domain").to_owned(),
        won_stages: form.text("won_stages").to_owned(),
        lost_stages: form.text("lost_stages").to_owned(),
        without_invitation: form.ticked("without_invitation"),
    }
}

fn page(req: &Req<'_, '_>, import: &Import, form: &Form, errors: &FieldErrors) -> Page {
    let here = format!("/imports/{}", import.import_id);
    // Errors of a mapping name the field; on the form it stands under its own name.
    let mut shown = FieldErrors::new();
    for (field, words) in errors.iter() {
        let mapped = import.kind.fields().iter().any(|known| known.key == field);
        let name = if mapped { format!("map_{field}") } else { field.to_owned() };
        shown.add(&name, words);
    }
    let body = PostForm::new(format!("{here}/mapping"), req.csrf())
        .idempotency(req.form_token())
        .errors(&shown)
        .body(html! {
            (reading(import))
            (mapping_fields(import, form, &shown))
            (setting_fields(import.kind, form, &shown))
        })
        .actions(html! {
            (Button::primary("Check every row").submits("do", "check"))
            (Button::secondary("Update preview").submits("do", "look"))
            (Button::quiet("Back").href(here.clone()))
        });
    Page::new(format!("Import {}", import.file_name))
        .crumb("Imports", "/imports")
        .status(mark(import.state))
        .intro(import.kind.words())
        .body(html! { (body) (section("Preview of the first rows", preview(import))) })
}

/// How the file was read, in a sentence.
pub(super) fn reading(import: &Import) -> Markup {
    let reading = &import.report.reading;
    let rows = super::count(import.report.rows);
    let how = if reading.format == "XLSX" {
        format!("a workbook, sheet “{}”", reading.sheet)
    } else {
        format!("text in {}, separated by {}", reading.encoding, reading.separator)
    };
    html! {
        (Callout::info(format!("The file has {rows} rows")).body(html! {
            p { "It was read as " (how) "." }
            @if reading.formulas > 0 {
                p { (reading.formulas) " cells contain formulas: the last saved values are used." }
            }
            @if reading.empty_rows > 0 { p { (reading.empty_rows) " empty rows are ignored." } }
        }))
    }
}

fn mapping_fields(import: &Import, form: &Form, errors: &FieldErrors) -> Markup {
    let select = |key: &str, label: &str, required: bool| {
        let mut choices = vec![Choice::new("", "not in the file")];
        choices.extend(import.headers.iter().map(|name| Choice::new(name.clone(), name.clone())));
        let field = Field::select(format!("map_{key}"), label, choices).filled(form).errors(errors);
        if required { field.required() } else { field }
    };
    let fields = import.kind.fields();
    field_group(
        "Columns and fields",
        "Columns without a field are not imported.",
        html! {
            @for pair in fields.chunks(2) {
                (columns(html! {
                    @for field in pair { (select(field.key, field.label, field.required)) }
                }))
            }
        },
    )
}

fn setting_fields(kind: Kind, form: &Form, errors: &FieldErrors) -> Markup {
    let has = |shape: Shape| kind.fields().iter().any(|field| field.shape == shape);
    field_group(
        "How values are read",
        "",
        html! {
            @if has(Shape::Day) {
                (Field::select("date_order", "Date format", choices::<DateOrder>()).filled(form).errors(errors).short())
            }
            @if has(Shape::Amount) {
                (Field::text("currency", "Default currency").filled(form).errors(errors).max_length(3).short())
                (Checkbox::new("decimal_comma", "Decimal comma: 1.234,50").value("1").filled(form))
            } @else {
                (web::hidden("currency", form.text("currency")))
            }
            @if kind == Kind::Accounts {
                (Field::select("known_rows", "Existing companies", choices::<KnownRows>()).filled(form))
            }
            @if matches!(kind, Kind::Accounts | Kind::DirectOpportunities) {
                (Checkbox::new("equal_rows", "Treat duplicate rows as errors").value("1").filled(form)
                    .hint("Otherwise the first is imported, and the others are skipped and reported"))
            }
            @if kind == Kind::DirectOpportunities {
                (Field::text("won_stages", "Stages that mean won").filled(form).errors(errors).max_length(2_000)
                    .hint("Separated by commas, beside those that say so, such as “Closed Won”"))
                (Field::text("lost_stages", "Stages that mean closed without being won").filled(form).errors(errors).max_length(2_000)
                    .hint("Separated by commas, beside those that say so, such as “Closed Lost”"))
                (Checkbox::new("without_account", "Treat opportunities without an account as errors").value("1").filled(form)
                    .hint("Otherwise they are skipped and reported"))
            }
            @if matches!(kind, Kind::Accounts | Kind::Partners | Kind::Registrations) {
                (Checkbox::new("mend_spelling", "Correct likely misspellings").value("1").filled(form)
                    .hint("Otherwise corrections are only suggested in the report"))
            }
            @if kind == Kind::VendorUsers {
                (Field::text("email_domain", "Domain for addresses built from names").filled(form).errors(errors)
                    .hint("For people without an address: first.last@DOMAIN"))
            }
            @if matches!(kind, Kind::PartnerUsers | Kind::VendorUsers) {
                (Checkbox::new("without_invitation", "Let people sign in at once, without an invitation by mail").value("1").filled(form))
            }
        },
    )
}

/// The first rows with each value as it is understood.
fn preview(import: &Import) -> Markup {
    let fields: Vec<_> = import
        .kind
        .fields()
        .iter()
        .filter_map(|field| {
            let header = import.mapping.0.get(field.key)?;
            let at = import.headers.iter().position(|known| known == header)?;
            Some((field, at))
        })
        .collect();
    let table = fields.iter().fold(Table::new("The first rows").compact(), |table, (field, _)| {
        table.column(if field.shape == Shape::Amount {
            Column::number(field.label)
        } else {
            Column::text(field.label)
        })
    });
    let rows = import.report.sample.iter().map(|cells| {
        fields.iter().fold(Row::new(), |row, (field, at)| {
            let text = cells.get(*at).map_or("", String::as_str);
            row.cell(understood(field.shape, text, &import.settings))
        })
    });
    html! { (table.rows(rows)) }
}

fn understood(shape: Shape, text: &str, settings: &Settings) -> Markup {
    let read = match shape {
        _ if text.is_empty() => return html! {},
        Shape::Text | Shape::Lines => Ok(text.to_owned()),
        Shape::Day => values::day(text, settings.date_order).map(web::day_text),
        Shape::Amount => values::amount(text, ("", &settings.currency), settings.decimal_comma)
            .map(|money| money.to_string()),
    };
    match read {
        Ok(words) => html! { (words) },
        Err(words) => html! { strong { "“" (text) "” " (words) } },
    }
}
