//! United Kingdom, Ireland, France, United States, Canada.

use super::lands::Land;

const TRADES: &[(&str, &str)] = &[
    ("Precision Engineering", "Machinery"), ("Freight", "Logistics"), ("Medical", "Medical devices"),
    ("Foods", "Food"), ("Insurance", "Insurance"), ("Energy", "Utilities"), ("Packaging", "Packaging"),
    ("Construction", "Construction"), ("Components", "Electronics"), ("Pharma", "Pharmaceuticals"),
    ("Retail Group", "Retail"), ("Water", "Utilities"), ("Building Society", "Banking"),
    ("Aerospace", "Aerospace"), ("Chemicals", "Chemicals"), ("Media", "Media"), ("Hotels", "Hospitality"),
    ("Brewing Company", "Food"), ("Legal Services", "Professional services"), ("Rail", "Transport"),
    ("Diagnostics", "Health care"), ("Textiles", "Textiles"), ("Timber", "Construction"),
    ("Instruments", "Electronics"), ("Marine", "Transport"),
];

/// United Kingdom.
pub(super) const UNITED_KINGDOM: Land = Land {
    code: "GB",
    territory: "uk_ireland",
    share: 140,
    top_level: "co.uk",
    places: &[
        ("London", "England", "EC"), ("Manchester", "England", "M"), ("Birmingham", "England", "B"),
        ("Leeds", "England", "LS"), ("Bristol", "England", "BS"), ("Sheffield", "England", "S"),
        ("Newcastle upon Tyne", "England", "NE"), ("Reading", "England", "RG"), ("Derby", "England", "DE"),
        ("Norwich", "England", "NR"), ("Edinburgh", "Scotland", "EH"), ("Glasgow", "Scotland", "G"),
        ("Aberdeen", "Scotland", "AB"), ("Cardiff", "Wales", "CF"), ("Swansea", "Wales", "SA"),
        ("Belfast", "Northern Ireland", "BT"),
    ],
    postal: "9 9AA",
    heads: &[
        "Harrington", "Ashdown", "Caledonian", "Pemberton", "Whitcombe", "Thornfield", "Marlowe",
        "Kingsbridge", "Ravenscroft", "Holloway", "Fairfax", "Langdale", "Merriweather", "Northcote",
        "Oakhurst", "Penrose", "Quayside", "Redcliffe", "Severn", "Tamworth", "Underwood", "Wharfedale",
        "Wexcombe", "Yarrow", "Aldersgate", "Blackthorn", "Cotswold", "Dunmore", "Elmstead", "Foxley",
        "Greystoke", "Hexham", "Ivybridge", "Kelso", "Lomond", "Mendip", "Nettleton", "Ormskirk",
        "Pentland", "Rothwell", "Stourbridge", "Trevelyan", "Wensley", "Wyvern",
    ],
    trades: TRADES,
    forms: &["Ltd", "Ltd", "Limited", "plc", "LLP"],
    trade_first: false,
    given: &[
        "Grace", "Oliver", "Charlotte", "Harry", "Amelia", "Callum", "Eleanor", "Rhys", "Imogen",
        "Duncan", "Fiona", "Gareth", "Sunita", "Tariq", "Bethan", "Alistair", "Naomi", "Declan",
    ],
    family: &[
        "Whitfield", "Hughes", "Barlow", "Chowdhury", "Dawson", "Ellison", "Fletcher", "Gallagher",
        "Hargreaves", "Iqbal", "Jennings", "Kershaw", "Lawton", "McAllister", "Nash", "Okonkwo",
        "Pritchard", "Rowntree", "Sinclair", "Turnbull", "Vaughan", "Wilkes",
    ],
};

/// Ireland.
pub(super) const IRELAND: Land = Land {
    code: "IE",
    territory: "uk_ireland",
    share: 30,
    top_level: "ie",
    places: &[
        ("Dublin", "Leinster", "D"), ("Cork", "Munster", "T"), ("Limerick", "Munster", "V"),
        ("Galway", "Connacht", "H"), ("Waterford", "Munster", "X"), ("Kilkenny", "Leinster", "R"),
    ],
    postal: "99 A999",
    heads: &[
        "Ballinrobe", "Carrickmore", "Donegal Bay", "Ennistymon", "Fitzgibbon", "Glendalough", "Kilbride",
        "Lough Derg", "Moyne", "Nenagh", "O'Riordan", "Portmarnock", "Rathmullan", "Shannonside",
        "Tullamore", "Wicklow Hills", "Clonmel",
    ],
    trades: TRADES,
    forms: &["Ltd", "Limited", "DAC", "plc"],
    trade_first: false,
    given: &["Aoife", "Ciarán", "Niamh", "Eoin", "Sinéad", "Pádraig", "Orla", "Fergal", "Gráinne", "Conor"],
    family: &[
        "Byrne", "O'Sullivan", "Kavanagh", "Doyle", "Brennan", "Nolan", "Quinn", "Healy", "Tierney", "Foley",
    ],
};

/// France.
pub(super) const FRANCE: Land = Land {
    code: "FR",
    territory: "france",
    share: 125,
    top_level: "fr",
    places: &[
        ("Paris", "Île-de-France", "75"), ("Nanterre", "Île-de-France", "92"), ("Lyon", "Rhône", "69"),
        ("Grenoble", "Isère", "38"), ("Clermont-Ferrand", "Puy-de-Dôme", "63"), ("Lille", "Nord", "59"),
        ("Strasbourg", "Bas-Rhin", "67"), ("Mulhouse", "Haut-Rhin", "68"), ("Nancy", "Meurthe-et-Moselle", "54"),
        ("Nantes", "Loire-Atlantique", "44"), ("Rennes", "Ille-et-Vilaine", "35"), ("Bordeaux", "Gironde", "33"),
        ("Toulouse", "Haute-Garonne", "31"), ("Montpellier", "Hérault", "34"),
        ("Marseille", "Bouches-du-Rhône", "13"), ("Orléans", "Loiret", "45"), ("Dijon", "Côte-d'Or", "21"),
    ],
    postal: "999",
    heads: &[
        "Girard", "Lefèvre", "Moreau", "Delacroix", "Beaumont", "Chevalier", "Dufresne", "Étienne",
        "Fournier", "Gauthier", "Hérault", "Jacquemin", "Kervella", "Laurencin", "Mercier", "Noailles",
        "Ouvrard", "Périgord", "Quesnel", "Rochefort", "Saint-Aubin", "Thibault", "Urvoas", "Vasseur",
        "Armorique", "Bourgogne", "Cévennes", "Dauphiné", "Garonne", "Jura", "Loire", "Vosges", "Béarn",
        "Duvivier", "Montclair", "Belleroche", "Castelnau", "d'Aubigny",
    ],
    trades: &[
        ("Transports", "Logistics"), ("Laboratoires", "Pharmaceuticals"), ("Établissements", "Retail"),
        ("Fonderies", "Machinery"), ("Mécanique de précision", "Machinery"), ("Assurances", "Insurance"),
        ("Énergies", "Utilities"), ("Constructions", "Construction"), ("Emballages", "Packaging"),
        ("Boulangeries", "Food"), ("Électronique", "Electronics"), ("Clinique", "Health care"),
        ("Papeteries", "Packaging"), ("Groupe", "Professional services"), ("Ateliers", "Machinery"),
        ("Imprimerie", "Media"), ("Vignobles", "Food"), ("Textiles", "Textiles"), ("Chimie", "Chemicals"),
        ("Aéronautique", "Aerospace"),
    ],
    forms: &["SAS", "SAS", "SA", "SARL", "SCOP"],
    trade_first: true,
    given: &[
        "Camille", "Étienne", "Hélène", "Julien", "Margaux", "Benoît", "Aurélie", "Thomas", "Solène",
        "François", "Inès", "Mathieu", "Clémence", "Yann", "Nathalie", "Rémi",
    ],
    family: &[
        "Roussel", "Marchand", "Blanchard", "Perrin", "Colin", "Lemaire", "Renaud", "Guérin", "Pichon",
        "Barbier", "Masson", "Charpentier", "Hamon", "Le Goff", "Tessier", "Vidal",
    ],
};

/// United States.
pub(super) const UNITED_STATES: Land = Land {
    code: "US",
    territory: "north_america",
    share: 165,
    top_level: "com",
    places: &[
        ("Boston", "Massachusetts", "021"), ("New York", "New York", "100"), ("Buffalo", "New York", "142"),
        ("Philadelphia", "Pennsylvania", "191"), ("Pittsburgh", "Pennsylvania", "152"),
        ("Charlotte", "North Carolina", "282"), ("Atlanta", "Georgia", "303"), ("Tampa", "Florida", "336"),
        ("Nashville", "Tennessee", "372"), ("Columbus", "Ohio", "432"), ("Detroit", "Michigan", "482"),
        ("Chicago", "Illinois", "606"), ("Milwaukee", "Wisconsin", "532"), ("Minneapolis", "Minnesota", "554"),
        ("St. Louis", "Missouri", "631"), ("Kansas City", "Missouri", "641"), ("Dallas", "Texas", "752"),
        ("Austin", "Texas", "787"), ("Denver", "Colorado", "802"), ("Salt Lake City", "Utah", "841"),
        ("Phoenix", "Arizona", "850"), ("San Diego", "California", "921"), ("Sacramento", "California", "958"),
        ("Portland", "Oregon", "972"), ("Seattle", "Washington", "981"),
    ],
    postal: "99",
    heads: &[
        "Blue Ridge", "Lakeshore", "Tremont", "Cascade Valley", "Ironwood", "Prairie Star", "Copperfield",
        "Granite State", "Harbor Point", "Juniper", "Keystone Hill", "Liberty Bend", "Mesa Verde",
        "Northfork", "Old Mill", "Pinecrest", "Quarry Lane", "Red Maple", "Silver Birch", "Twin Rivers",
        "Union Square", "Verdant", "Whitewater", "Yellow Pine", "Amberlight", "Brookhaven", "Cedar Falls",
        "Driftwood", "Eagle Crest", "Fallbrook", "Glenhaven", "Hollister", "Kettle Creek", "Lone Oak",
        "Magnolia", "Nantasket", "Oxbow", "Palisade", "Ridgeline", "Sagebrush", "Tidewater", "Wolcott",
    ],
    trades: &[
        ("Medical Supply", "Medical devices"), ("Credit Union", "Banking"), ("Foods", "Food"),
        ("Manufacturing", "Machinery"), ("Logistics", "Logistics"), ("Health System", "Health care"),
        ("Insurance Group", "Insurance"), ("Energy Partners", "Utilities"), ("Homes", "Construction"),
        ("Biosciences", "Pharmaceuticals"), ("Aerospace", "Aerospace"), ("Outdoor", "Retail"),
        ("School District", "Education"), ("Semiconductor", "Electronics"), ("Paper", "Packaging"),
        ("Trucking", "Transport"), ("Hospitality", "Hospitality"), ("Plastics", "Plastics"),
        ("Broadcasting", "Media"), ("Farms", "Agriculture"), ("Auto Parts", "Automotive"),
        ("Title & Trust", "Professional services"), ("Water Utility", "Utilities"),
    ],
    forms: &["Inc.", "Inc.", "LLC", "Corp.", "Co."],
    trade_first: false,
    given: &[
        "Rachel", "Derek", "Priya", "Marcus", "Emily", "Jamal", "Lauren", "Trevor", "Sofia", "Brandon",
        "Keisha", "Kyle", "Monica", "Tyler", "Angela", "Diego", "Heather", "Vikram",
    ],
    family: &[
        "Donovan", "Lawson", "Natarajan", "Bennett", "Coleman", "Delgado", "Erickson", "Foster", "Grant",
        "Hayes", "Jefferson", "Kowalski", "Lindgren", "Mendoza", "Nguyen", "Ortiz", "Pruitt", "Reynolds",
        "Sandoval", "Whitaker",
    ],
};

/// Canada.
pub(super) const CANADA: Land = Land {
    code: "CA",
    territory: "north_america",
    share: 40,
    top_level: "ca",
    places: &[
        ("Toronto", "Ontario", "M"), ("Ottawa", "Ontario", "K"), ("Hamilton", "Ontario", "L"),
        ("Montréal", "Québec", "H"), ("Québec", "Québec", "G"), ("Vancouver", "British Columbia", "V"),
        ("Calgary", "Alberta", "T"), ("Winnipeg", "Manitoba", "R"), ("Halifax", "Nova Scotia", "B"),
    ],
    postal: "9A 9A9",
    heads: &[
        "Laurentides", "Maple Leaf Point", "Great Slave", "Saguenay", "Kootenay", "Algonquin", "Bow Valley",
        "Cape Breton", "Fraser Canyon", "Gaspésie", "Hudson Bay Road", "Kawartha", "Muskoka", "Okanagan",
        "Peace River", "Red Deer Hill", "Thousand Islands", "Yukon Trail",
    ],
    trades: TRADES,
    forms: &["Inc.", "Ltd.", "Corp.", "Ltée"],
    trade_first: false,
    given: &["Chantal", "Ryan", "Geneviève", "Liam", "Mireille", "Owen", "Nadia", "Patrick", "Zoé", "Ethan"],
    family: &[
        "Tremblay", "Gagnon", "MacDonald", "Singh", "Fraser", "Bouchard", "Côté", "Campbell", "Leblanc", "Wong",
    ],
};
