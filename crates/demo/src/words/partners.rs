//! The sixty partners: who they are, how they work, since when they take part.

use super::super::temper::Temper::{self, Diligent, Excellent, Hoarder, Newcomer, Slow};

/// A partner as the demo invents it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sketch {
    /// Its name.
    pub name: &'static str,
    /// The first part of its internet domain, which ends in `.example`.
    pub domain: &'static str,
    /// ISO 3166 alpha-2.
    pub country: &'static str,
    /// The city of its seat.
    pub city: &'static str,
    /// The code of its track.
    pub track: &'static str,
    /// The code of its tier today.
    pub tier: &'static str,
    /// How it works.
    pub temper: Temper,
    /// In which month of the story it joined; 0 from the beginning.
    pub joined_month: u32,
}

type Row = (
    &'static str, &'static str, &'static str, &'static str, &'static str, &'static str, Temper, u32,
);

const ROWS: [Row; 60] = [
    ("Nordlicht Systemhaus GmbH", "nordlicht-systemhaus", "DE", "Hamburg", "reseller", "premier", Excellent, 0),
    ("Rheinwerk IT GmbH & Co. KG", "rheinwerk-it", "DE", "Köln", "reseller", "premier", Diligent, 0),
    ("Isartal Consulting GmbH", "isartal-consulting", "DE", "München", "reseller", "select", Excellent, 0),
    ("Sachsendata AG", "sachsendata", "DE", "Leipzig", "reseller", "select", Diligent, 2),
    ("Kurpfalz Netzwerke GmbH", "kurpfalz-netzwerke", "DE", "Mannheim", "reseller", "select", Slow, 0),
    ("Westfalen Digital GmbH", "westfalen-digital", "DE", "Bielefeld", "reseller", "registered", Diligent, 5),
    ("Hansekontor Software GmbH", "hansekontor", "DE", "Bremen", "reseller", "registered", Hoarder, 1),
    ("Alb & Donau Systeme GmbH", "alb-donau-systeme", "DE", "Ulm", "reseller", "registered", Slow, 8),
    ("Spreebogen Beratung GmbH", "spreebogen", "DE", "Berlin", "referral", "registered", Diligent, 3),
    ("Mainbrücke Partner GmbH", "mainbruecke", "DE", "Frankfurt am Main", "referral", "select", Excellent, 0),
    ("Harz Managed Services GmbH", "harz-ms", "DE", "Hannover", "msp", "select", Diligent, 8),
    ("Küstenwolke GmbH", "kuestenwolke", "DE", "Kiel", "msp", "registered", Newcomer, 22),
    ("Donaustadt Informatik GmbH", "donaustadt-informatik", "AT", "Wien", "reseller", "select", Diligent, 0),
    ("Steirische Softwarewerke GmbH", "steirische-softwarewerke", "AT", "Graz", "reseller", "registered", Slow, 6),
    ("Tauern Consulting OG", "tauern-consulting", "AT", "Salzburg", "referral", "registered", Newcomer, 21),
    ("Limmat Solutions AG", "limmat-solutions", "CH", "Zürich", "reseller", "premier", Excellent, 0),
    ("Romandie Numérique SA", "romandie-numerique", "CH", "Lausanne", "reseller", "select", Diligent, 4),
    ("Säntis Informatik AG", "saentis-informatik", "CH", "St. Gallen", "reseller", "registered", Hoarder, 9),
    ("Albion Technology Partners Ltd", "albion-tp", "GB", "London", "reseller", "premier", Excellent, 0),
    ("Northern Lights IT Ltd", "northern-lights-it", "GB", "Manchester", "reseller", "select", Diligent, 0),
    ("Severnside Systems Ltd", "severnside", "GB", "Bristol", "reseller", "select", Slow, 1),
    ("Lothian Data Services Ltd", "lothian-data", "GB", "Edinburgh", "reseller", "registered", Diligent, 7),
    ("Pennine Managed IT Ltd", "pennine-managed", "GB", "Leeds", "msp", "select", Excellent, 8),
    ("Thamesgate Advisory LLP", "thamesgate", "GB", "Reading", "referral", "registered", Slow, 2),
    ("Cambrian Cloud Ltd", "cambrian-cloud", "GB", "Cardiff", "reseller", "registered", Newcomer, 20),
    ("Midlands Process Automation Ltd", "midlands-pa", "GB", "Birmingham", "reseller", "registered", Hoarder, 3),
    ("Liffey Systems Ltd", "liffey-systems", "IE", "Dublin", "reseller", "select", Diligent, 1),
    ("Shannon Software Partners DAC", "shannon-sp", "IE", "Limerick", "reseller", "registered", Slow, 10),
    ("Hexagone Intégration SAS", "hexagone-integration", "FR", "Paris", "reseller", "premier", Diligent, 0),
    ("Rhône Informatique SAS", "rhone-informatique", "FR", "Lyon", "reseller", "select", Diligent, 0),
    ("Atlantique Services Numériques SARL", "atlantique-sn", "FR", "Nantes", "reseller", "registered", Slow, 4),
    ("Garonne Conseil SAS", "garonne-conseil", "FR", "Toulouse", "reseller", "select", Excellent, 2),
    ("Provence Infogérance SAS", "provence-infogerance", "FR", "Marseille", "msp", "registered", Diligent, 9),
    ("Flandres Digital SARL", "flandres-digital", "FR", "Lille", "reseller", "registered", Hoarder, 6),
    ("Alsace Réseaux SA", "alsace-reseaux", "FR", "Strasbourg", "referral", "registered", Newcomer, 23),
    ("Back Bay Integrators Inc.", "backbay-integrators", "US", "Boston", "reseller", "premier", Excellent, 0),
    ("Lake Effect Technologies LLC", "lake-effect-tech", "US", "Chicago", "reseller", "select", Diligent, 0),
    ("Lone Mesa Consulting Inc.", "lone-mesa", "US", "Austin", "reseller", "select", Diligent, 1),
    ("Piedmont Business Systems Inc.", "piedmont-bs", "US", "Charlotte", "reseller", "select", Slow, 0),
    ("Puget Workflow Group LLC", "puget-workflow", "US", "Seattle", "reseller", "registered", Diligent, 5),
    ("Front Range Data Corp.", "frontrange-data", "US", "Denver", "reseller", "registered", Slow, 7),
    ("Three Rivers Managed Services LLC", "three-rivers-ms", "US", "Pittsburgh", "msp", "select", Diligent, 8),
    ("Gulf Coast Solutions Inc.", "gulfcoast-solutions", "US", "Tampa", "reseller", "registered", Hoarder, 2),
    ("Golden Gate Advisors LLC", "goldengate-advisors", "US", "San Diego", "referral", "select", Diligent, 3),
    ("Great Plains Technology Co.", "great-plains-tech", "US", "Kansas City", "reseller", "registered", Newcomer, 22),
    ("Hudson Valley Automation Inc.", "hudson-automation", "US", "New York", "reseller", "registered", Slow, 11),
    ("Érable Technologies Inc.", "erable-tech", "CA", "Montréal", "reseller", "select", Diligent, 2),
    ("Prairie North Systems Ltd.", "prairie-north", "CA", "Winnipeg", "reseller", "registered", Newcomer, 21),
    ("Pacific Rim Solutions Corp.", "pacific-rim-solutions", "CA", "Vancouver", "reseller", "registered", Slow, 6),
    ("Mälardalen IT AB", "malardalen-it", "SE", "Västerås", "reseller", "select", Excellent, 1),
    ("Göta Konsult AB", "gota-konsult", "SE", "Göteborg", "reseller", "registered", Diligent, 6),
    ("Fjordtech AS", "fjordtech", "NO", "Bergen", "reseller", "select", Diligent, 3),
    ("Nordkapp Drift AS", "nordkapp-drift", "NO", "Tromsø", "msp", "registered", Newcomer, 20),
    ("Øresund Partnere A/S", "oresund-partnere", "DK", "København", "reseller", "select", Slow, 2),
    ("Suomen Prosessit Oy", "suomen-prosessit", "FI", "Tampere", "reseller", "registered", Diligent, 10),
    ("Waterlinie Automatisering B.V.", "waterlinie", "NL", "Utrecht", "reseller", "select", Diligent, 1),
    ("Maasoever IT B.V.", "maasoever-it", "NL", "Rotterdam", "reseller", "registered", Hoarder, 7),
    ("Scheldt Consulting NV", "scheldt-consulting", "BE", "Antwerpen", "reseller", "registered", Newcomer, 21),
    ("Sakura Shisutemu K.K.", "sakura-shisutemu", "JP", "Tōkyō", "reseller", "select", Excellent, 4),
    ("Kansai Solutions Co., Ltd.", "kansai-solutions", "JP", "Ōsaka", "reseller", "registered", Newcomer, 19),
];

/// The sixty partners, the best known first.
pub(crate) fn all() -> Vec<Sketch> {
    ROWS.iter()
        .map(|&(name, domain, country, city, track, tier, temper, joined_month)| Sketch {
            name,
            domain,
            country,
            city,
            track,
            tier,
            temper,
            joined_month,
        })
        .collect()
}
