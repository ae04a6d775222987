//! Warnings about what the program pays.

use super::sources;
use crate::money::Money;
use crate::percentage::BasisPoints;
use crate::program::check::findings::Findings;
use crate::program::check::source::KeyPath;
use crate::program::document::Document;
use crate::program::rate::{RateMethod, RateTable};

/// Notes rates that are hard to calculate, that jump, or that cost more than they may.
pub(super) fn check(document: &Document, findings: &mut Findings<'_>) {
    incentives(document, findings);
    margins(document, findings);
}

fn incentives(document: &Document, findings: &mut Findings<'_>) {
    for (index, plan) in document.incentives.iter().enumerate() {
        let path = KeyPath::from("incentives").index(index);
        let steps = plan.calculation.len();
        if steps > 3 {
            let message = format!("\"{}\" takes {steps} steps to calculate.", plan.name);
            let remedy = "Reduce it to three steps.".to_owned();
            let reason = "sellers ignore incentives they cannot work out in their head";
            let key = path.key("calculation");
            findings.warning(
                &key,
                "many-steps",
                (message, remedy),
                (reason, sources::SIMPLE_INCENTIVES),
            );
        }
        cliffs(&path.key("rates"), &plan.rates, document, findings);
        above_ceiling(&path.key("rates"), highest(&plan.rates), &plan.name, document, findings);
    }
    if let Some(table) = &document.discount_table {
        cliffs(&"discount_table".into(), table, document, findings);
    }
    for (index, tier) in document.tiers.iter().enumerate() {
        let path = KeyPath::from("tiers").index(index);
        let rate = tier.discount_bp.saturating_add(tier.registered_uplift_bp);
        above_ceiling(&path.key("discount_bp"), rate, &tier.name, document, findings);
        above_ceiling(
            &path.key("referral_fee_bp"),
            tier.referral_fee_bp,
            &tier.name,
            document,
            findings,
        );
    }
}

fn highest(table: &RateTable) -> u32 {
    table.bands.iter().map(|band| band.rate_bp).max().unwrap_or(0)
}

fn above_ceiling(
    path: &KeyPath,
    rate_bp: u32,
    name: &str,
    document: &Document,
    findings: &mut Findings<'_>,
) {
    let ceiling = document.policies.incentive_ceiling_bp;
    if rate_bp > ceiling {
        let message = format!(
            "\"{name}\" gives {}, more than the ceiling of {}.",
            BasisPoints::new(rate_bp),
            BasisPoints::new(ceiling)
        );
        let remedy = "Lower the rate, or raise policies.incentive_ceiling_bp.".to_owned();
        let reason = "the ceiling is what finance has agreed to spend on a deal";
        findings.warning(
            path,
            "above-ceiling",
            (message, remedy),
            (reason, sources::INCENTIVE_RULE),
        );
    }
}

/// A retroactive table pays one more cent with a jump; the jump is shown in money.
fn cliffs(path: &KeyPath, table: &RateTable, document: &Document, findings: &mut Findings<'_>) {
    if table.method != RateMethod::Retroactive {
        return;
    }
    let below = table.bands.iter();
    let above = table.bands.iter().enumerate().skip(1);
    for (before, (index, after)) in below.zip(above) {
        let edge = after.amount_minor.from;
        let change = i128::from(after.rate_bp) - i128::from(before.rate_bp);
        let jump = i64::try_from(i128::from(edge) * change / 10_000).unwrap_or(i64::MAX);
        if jump != 0 {
            let message = format!(
                "At {} the payment jumps by {}.",
                Money::new(edge, document.currency).words(),
                Money::new(jump, document.currency).words()
            );
            let remedy =
                "Use method = \"marginal\", which pays each part at its own rate.".to_owned();
            let reason = "around a cliff deals are held back or split to reach the other side";
            let key = path.key("bands").index(index);
            findings.warning(&key, "cliff", (message, remedy), (reason, sources::INCENTIVE_RULE));
        }
    }
}

fn margins(document: &Document, findings: &mut Findings<'_>) {
    let by_size = document.discount_table.as_ref().map_or(0, highest);
    let (mut most, mut best_tier) = (0, "");
    for tier in &document.tiers {
        let discount = tier.discount_bp.saturating_add(tier.registered_uplift_bp);
        if discount >= most {
            (most, best_tier) = (discount, tier.name.as_str());
        }
    }
    let discount = most.saturating_add(by_size);
    for (index, product) in document.products.iter().enumerate() {
        if product.gross_margin_bp.is_some_and(|margin| margin < discount) {
            let message = format!(
                "A registered deal of {best_tier} is discounted by {}, more than the margin of {}.",
                BasisPoints::new(discount),
                product.name
            );
            let remedy = "Lower the discounts, or leave the product out of the program.".to_owned();
            let path = KeyPath::from("products").index(index).key("gross_margin_bp");
            let reason = "each such deal is sold at a loss";
            findings.warning(
                &path,
                "negative-margin",
                (message, remedy),
                (reason, sources::ARITHMETIC),
            );
        }
    }
}
