//! References: what names a thing by its code finds it.

use std::collections::BTreeSet;

use super::findings::Findings;
use super::source::KeyPath;
use super::structure::short;
use super::suggestion::suggestion;
use crate::program::document::Document;

/// Notes references that lead nowhere. Rule PG-03.
pub(super) fn check(document: &Document, findings: &mut Findings<'_>) {
    let tracks = document.tracks.iter().map(|one| one.code.as_str());
    let tracks = Known::new("track", "tracks", tracks);
    let tiers = document.tiers.iter().map(|one| one.code.as_str());
    let tiers = Known::new("tier", "tiers", tiers);
    own_numbers(document, &tracks, &tiers, findings);
    gates(document, findings);
    coverage(document, findings);
    incentives(document, &tracks, &tiers, findings);
    let hypotheses = document.thesis.iter().flat_map(|thesis| &thesis.hypotheses);
    for (index, hypothesis) in hypotheses.enumerate() {
        let path = KeyPath::from("thesis.hypotheses").index(index);
        tracks.resolve(&path.key("track"), &hypothesis.track, findings);
    }
}

fn own_numbers(
    document: &Document,
    tracks: &Known<'_>,
    tiers: &Known<'_>,
    findings: &mut Findings<'_>,
) {
    let by_track = KeyPath::from("registration.by_track");
    for code in document.registration.by_track.keys() {
        tracks.resolve(&by_track.key(code), code, findings);
    }
    let by_tier = KeyPath::from("registration.by_tier");
    for code in document.registration.by_tier.keys() {
        tiers.resolve(&by_tier.key(code), code, findings);
    }
}

fn gates(document: &Document, findings: &mut Findings<'_>) {
    let codes = document.certifications.iter().map(|one| one.code.as_str());
    let known = Known::new("certification", "certifications", codes);
    for (index, track) in document.tracks.iter().enumerate() {
        let path = KeyPath::from("tracks").index(index);
        let list = path.key("required_certifications");
        known.resolve_all(&list, &track.required_certifications, findings);
    }
}

fn coverage(document: &Document, findings: &mut Findings<'_>) {
    let codes = document.territories.iter().map(|one| one.code.as_str());
    let territories = Known::new("territory", "territories", codes);
    let codes = document.segments.iter().map(|one| one.code.as_str());
    let segments = Known::new("segment", "segments", codes);
    for (index, row) in document.direct_coverage.iter().enumerate() {
        let path = KeyPath::from("direct_coverage").index(index);
        if let Some(code) = &row.territory {
            territories.resolve(&path.key("territory"), code, findings);
        }
        if let Some(code) = &row.segment {
            segments.resolve(&path.key("segment"), code, findings);
        }
    }
}

fn incentives(
    document: &Document,
    tracks: &Known<'_>,
    tiers: &Known<'_>,
    findings: &mut Findings<'_>,
) {
    for (index, plan) in document.incentives.iter().enumerate() {
        let path = KeyPath::from("incentives").index(index);
        tracks.resolve_all(&path.key("tracks"), &plan.tracks, findings);
        tiers.resolve_all(&path.key("tiers"), &plan.tiers, findings);
    }
}

/// The codes of one section, to which other parts of the document may refer.
struct Known<'d> {
    thing: &'static str,
    section: &'static str,
    codes: BTreeSet<&'d str>,
}

impl<'d> Known<'d> {
    fn new(
        thing: &'static str,
        section: &'static str,
        codes: impl Iterator<Item = &'d str>,
    ) -> Self {
        Self { thing, section, codes: codes.collect() }
    }

    fn resolve_all(&self, list: &KeyPath, codes: &[String], findings: &mut Findings<'_>) {
        for (index, code) in codes.iter().enumerate() {
            self.resolve(&list.index(index), code, findings);
        }
    }

    fn resolve(&self, path: &KeyPath, code: &str, findings: &mut Findings<'_>) {
        if self.codes.contains(code) || findings.touches_unread(&self.section.into()) {
            return;
        }
        let message = format!("There is no {} with the code \"{}\".", self.thing, short(code));
        let remedy = suggestion(code, self.codes.iter().copied());
        findings.error(path, "unknown-reference", (message, remedy));
    }
}
