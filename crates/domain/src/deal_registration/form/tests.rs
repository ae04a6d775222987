use jiff::civil::date;

use super::*;

fn read(input: &FormInput) -> Result<DealForm, Vec<FieldError>> {
    let product_lines = ["cloud".to_owned(), "desk".to_owned()].into();
    let rules = FormRules {
        today: date(2026, 4, 1),
        product_lines: &product_lines,
        currency: Currency::parse("EUR").unwrap(),
    };
    parse(input, &rules)
}

fn short() -> FormInput {
    FormInput {
        account_name: "Globex GmbH".to_owned(),
        domain: "globex.de".to_owned(),
        contact_email: "ana@globex.de".to_owned(),
        product_lines: vec!["cloud".to_owned()],
        amount: "12000".to_owned(),
        close_on: "2026-04-01".to_owned(),
        evidence: "Met at the fair.".to_owned(),
        ..FormInput::default()
    }
}

fn fields(errors: &[FieldError]) -> Vec<&str> {
    errors.iter().map(|error| error.field.as_str()).collect()
}

#[test]
fn dr_21_seven_fields_are_enough_to_submit() {
    let form = read(&short()).unwrap();
    assert_eq!(missing(&form), []);
    assert_eq!(form.amount.unwrap().to_string(), "12000.00 EUR");
    let lacking = missing(&DealForm::default());
    assert_eq!(lacking.len(), 7);
}

#[test]
fn dr_21_a_draft_may_be_empty() {
    assert_eq!(read(&FormInput::default()), Ok(DealForm::default()));
}

#[test]
fn dr_15_every_bad_field_is_named_at_once() {
    let input = FormInput {
        currency: "EURO".to_owned(),
        domain: "globex".to_owned(),
        country: "XX".to_owned(),
        contact_email: "ana".to_owned(),
        product_lines: vec!["cloud".to_owned(), "moon".to_owned()],
        quantity: "0".to_owned(),
        amount: "12.345".to_owned(),
        close_on: "1.4.2026".to_owned(),
        first_met_on: "2026-04-02".to_owned(),
        ..short()
    };
    let errors = read(&input).unwrap_err();
    assert_eq!(
        fields(&errors),
        [
            "currency",
            "domain",
            "country",
            "contact_email",
            "product_lines",
            "quantity",
            "amount",
            "close_on",
            "first_met_on"
        ]
    );
}

#[test]
fn dr_21_the_close_date_may_be_today_and_not_yesterday() {
    assert!(read(&short()).is_ok());
    let yesterday = FormInput { close_on: "2026-03-31".to_owned(), ..short() };
    let errors = read(&yesterday).unwrap_err();
    assert_eq!(errors[0].words, "2026-03-31 is in the past; enter 2026-04-01 or a later date.");
}

#[test]
fn dr_12_an_amount_is_above_zero_and_has_the_decimals_of_its_currency() {
    let amount = |amount: &str, currency: &str| {
        let input =
            FormInput { amount: amount.to_owned(), currency: currency.to_owned(), ..short() };
        read(&input).map_err(|errors| errors[0].words.clone())
    };
    assert!(amount("0.01", "EUR").is_ok());
    assert_eq!(amount("0", "EUR").unwrap_err(), "The value must be above zero.");
    assert!(amount("-5", "EUR").is_err());
    assert_eq!(amount("1.5", "JPY").unwrap_err(), "JPY has 0 decimals, 1 were given.");
}

#[test]
fn dr_15_a_megabyte_of_name_is_refused_in_few_words() {
    let huge = FormInput { account_name: "x".repeat(1_000_000), ..short() };
    let errors = read(&huge).unwrap_err();
    assert_eq!(fields(&errors), ["account_name"]);
    assert!(errors[0].words.len() < 100);
}
