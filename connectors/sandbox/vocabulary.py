"""The words the sandbox's companies and people are made of."""

from __future__ import annotations


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


EMPLOYEES = ("Olivia Owner", "Ben Seller", "Carla Partner", "Dario Support", "Emma Field")
"""Those who work with the companies: users of the CRM, each with a mailbox under MAIL_DOMAIN."""
MAIL_DOMAIN = "outlook.example"

FIRST_WORDS = _list(
    "Amber | Arctic | Aspen | Atlas | Aurora | Bayside | Beacon | Birch | Bluebird | Boreal | Bright | "
    "Canyon | Cedar | Cobalt | Copper | Coral | Crescent | Crown | Delta | Eagle | Ember | Evergreen | "
    "Falcon | Fern | Fjord | Garnet | Golden | Granite | Harbor | Hazel | Heron | Highland | Horizon | "
    "Indigo | Iron | Ivory | Jade | Juniper | Keystone | Lakeside | Larkspur | Linden | Lunar | Maple | "
    "Meridian | Mistral | Northern | Oakwood | Onyx | Orchid | Pacific | Pioneer | Prairie | Quartz | "
    "Redwood | Riverside | Sable | Sierra | Silver | Solstice | Summit | Tidal | Umber | Willow"
)

SECOND_WORDS = _list(
    "Aerospace | Analytics | Apparel | Architects | Automotive | Bakery | Biotech | Books | Brewing | "
    "Builders | Capital | Ceramics | Chemicals | Clinics | Coffee | Components | Consulting | Dairy | "
    "Dental | Design | Diagnostics | Dynamics | Electric | Energy | Engineering | Equipment | Farms | "
    "Fitness | Foods | Freight | Furniture | Gardens | Glassworks | Health | Hotels | Imaging | "
    "Insurance | Interiors | Instruments | Jewelry | Kitchens | Laboratories | Logistics | Marine | "
    "Media | Metals | Mobility | Motors | Networks | Optics | Outdoor | Packaging | Paper | Pharma | "
    "Plastics | Printing | Robotics | Security | Shipping | Software | Solar | Studios | Systems | "
    "Textiles"
)

# legal form, country, city, telephone prefix
HOMES = (
    ("Inc.", "United States", "Austin", "+1 512 555"),
    ("LLC", "United States", "Denver", "+1 303 555"),
    ("Corp.", "United States", "Chicago", "+1 312 555"),
    ("Group", "United States", "Seattle", "+1 206 555"),
    ("Partners", "United States", "Boston", "+1 617 555"),
    ("Holdings", "Canada", "Toronto", "+1 416 555"),
    ("Limited", "Ireland", "Dublin", "+353 1 555"),
    ("Ltd", "United Kingdom", "Leeds", "+44 113 496"),
    ("plc", "United Kingdom", "London", "+44 20 7946"),
    ("GmbH", "Germany", "Hamburg", "+49 40 6696"),
    ("AG", "Switzerland", "Zürich", "+41 44 555"),
    ("KG", "Austria", "Wien", "+43 1 555"),
    ("SA", "France", "Lyon", "+33 4 6555"),
    ("SARL", "Luxembourg", "Luxembourg", "+352 26 55"),
    ("SpA", "Italy", "Torino", "+39 011 555"),
    ("SL", "Spain", "Málaga", "+34 952 555"),
    ("Lda", "Portugal", "Porto", "+351 22 555"),
    ("BV", "Netherlands", "Utrecht", "+31 30 555"),
    ("AB", "Sweden", "Malmö", "+46 40 555"),
    ("A/S", "Denmark", "Århus", "+45 86 55"),
    ("Oy", "Finland", "Tampere", "+358 3 555"),
    ("Pty Ltd", "Australia", "Brisbane", "+61 7 5550"),
    ("KK", "Japan", "Osaka", "+81 6 5550"),
    ("Pvt Ltd", "India", "Pune", "+91 20 5550"),
)

INDUSTRIES = _list(
    "Agriculture | Apparel | Banking | Biotechnology | Chemicals | Communications | Construction | "
    "Consulting | Education | Electronics | Energy | Engineering | Finance | Food & Beverage | "
    "Healthcare | Hospitality | Insurance | Machinery | Manufacturing | Media | Retail | Technology | "
    "Transportation | Utilities"
)
RATINGS = _list("Hot | Warm | Cold")
# weighted by repetition
KINDS = _list("Customer | Customer | Customer | Customer | Prospect | Prospect | Partner | Competitor | Other")
RECORD_TYPE_OF_KIND = {"Customer": "Customer", "Partner": "Partner"}
TIERS = _list("gold | silver | bronze")

GIVEN_NAMES = _list(
    "Aisha | Alice | Amélie | Ana | Anders | Anna | Ben | Björn | Carlos | Chidi | Chloé | Daniel | "
    "David | Elena | Emma | Fatima | Felix | Grace | Hannah | Hiro | Ines | Ivan | James | Jana | João "
    "| Jürgen | Karin | Kofi | Lars | Laura | Léa | Liam | Lucía | Marco | Maria | Mei | Mohammed | "
    "Nadia | Noah | Olga | Oliver | Paula | Pedro | Priya | Rachel | Raj | Sara | Sofia | Søren | "
    "Thomas | Tomoko | Victor | Wei | Yusuf | Zoë | Zuzana"
)
FAMILY_NAMES = _list(
    "Adeyemi | Almeida | Andersson | Bauer | Becker | Brown | Castillo | Chen | Costa | Diallo | Dubois "
    "| Eriksen | Fernández | Fischer | Garcia | Haddad | Hansen | Hernandez | Ito | Ivanov | Jensen | "
    "Johnson | Kaya | Khan | Kowalski | Kumar | Larsen | Lefèvre | Li | Lindqvist | López | MacDonald | "
    "Martin | Meyer | Moreau | Müller | Nakamura | Nguyen | Novák | O'Connor | Okafor | Park | Patel | "
    "Pereira | Popescu | Quispe | Rossi | Saito | Schmidt | Silva | Smith | Suzuki | Tanaka | Virtanen "
    "| van der Berg | de la Cruz | Walker | Wang | Weber | Yılmaz | Young | Zhang"
)
# Whole names that break naive splitting: single words, non-Latin, suffixes.
ODD_PEOPLE = (
    ("", "Cher"),
    ("伟", "王"),
    ("محمد", "الفارسي"),
    ("Robert", "Downing Jr."),
    ("Marie-Thérèse", "d'Aubigné"),
    ("Ludwig", "van Beethoven"),
    ("Zoë 🌻", "Sunflower"),
    ("<i>Ida</i>", "Markup"),
)
TITLES = _list(
    "Account Manager | Buyer | CEO | CFO | Consultant | CTO | Developer | Director of Operations | "
    "Engineer | Head of Support | IT Administrator | Office Manager | Product Manager | Sales Manager"
)
DEPARTMENTS = _list("Engineering | Finance | Marketing | Operations | Procurement | Sales | Support")
LEAD_SOURCES = _list("Web | Phone Inquiry | Partner Referral | Purchased List | Other")
