"""The rules a delivery is checked by: id, how grave, who must act, what is said, and what it stands on.

Messages are in English and are the keys of the translations; names in braces are filled from a finding's details.
"""

from dataclasses import dataclass
from enum import StrEnum
from string import Formatter


class Severity(StrEnum):
    ERROR = "error"
    """The row is refused."""
    WARNING = "warning"
    """The row is taken; somebody should look."""
    INFORMATION = "information"


class Responsible(StrEnum):
    SUPPLIER = "supplier"
    REGISTER = "register"


@dataclass(frozen=True)
class Rule:
    """One rule. `basis` is the paragraph or standard it stands on.

    A warning that `must_acknowledge` keeps a delivery out until somebody says that it is meant: few are, and all of
    them of what would mislead a citizen at a click on the map though every value is well formed.
    """

    id: str
    severity: Severity
    message: str
    basis: str
    responsible: Responsible = Responsible.SUPPLIER
    must_acknowledge: bool = False

    @property
    def details(self) -> list[str]:
        """The names of what a finding fills its message with."""
        return [name for _, name, _, _ in Formatter().parse(self.message) if name]


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for a text that is translated elsewhere
    """Marks a text for the catalogue."""
    return message


ERROR, WARNING, INFORMATION = Severity
REGISTER = Responsible.REGISTER
SIMPLE_FEATURES = "ISO 19125"

# -- what a row says

MISSING = Rule(
    "ATTR-01",
    ERROR,
    N_("The plan has no {what}. Fill in the field and deliver the row again."),
    "Plandata.dk: plannr, plannavn",
)
DAY_UNREADABLE = Rule(
    "ATTR-03",
    WARNING,
    N_("“{value}” is no day; days are written YYYYMMDD. What the register knew of it is kept."),
    "Plandata.dk: dato*",
)
TEXT_CUT = Rule(
    "ATTR-04",
    WARNING,
    N_("The text ends at {bytes} bytes, the most a shapefile holds, and may be cut: “…{value}”. Is the rest missing?"),
    "dBASE: 254 bytes",
)
MUNICIPALITY_DIFFERS = Rule(
    "ATTR-05",
    ERROR,
    N_("The row belongs to municipality {value}, and the delivery is loaded for {expected}."),
    "Plandata.dk: komnr",
)
CALLED_MUNICIPAL_PLAN = Rule(
    "ATTR-06",
    WARNING,
    N_("The addendum {number} is called “{value}” in its title. Is the addendum meant, and not a municipal plan?"),
    "planloven § 23 c",
)
PLACE_MISSPELT = Rule(
    "ATTR-07",
    WARNING,
    N_("“{value}” is spelt almost like the known place “{known}”. Which spelling is right?"),
    N_("The register's places"),
)
DAY_UNLIKELY = Rule(
    "ATTR-08",
    WARNING,
    N_("{what} {day} lies before {oldest} or after {latest}. Is the year right? It is kept as it stands."),
    "Plandata.dk: dato*",
)
LINK_UNUSABLE = Rule(
    "DOC-02", WARNING, N_("“{value}” is no web address; the link is left out."), "Plandata.dk: doklink"
)
ENCODING_GUESSED = Rule("ENC-01", INFORMATION, N_("The text is read as {encoding} ({note})."), "ESRI .cpg")

# -- its geometry

GEOMETRY_MISSING = Rule("GEOM-01", ERROR, N_("The row has no geometry."), "Plandata.dk: geometri")
NOT_POLYGONAL = Rule(
    "GEOM-02", ERROR, N_("The geometry is a {value}; an extent is one or more polygons."), SIMPLE_FEATURES
)
MADE_VALID = Rule(
    "GEOM-03",
    WARNING,
    N_("The geometry was invalid ({reason}) and has been mended; its area was {before} m² and is {after} m²."),
    SIMPLE_FEATURES,
    REGISTER,
)
CRS_MISSING = Rule(
    "GEOM-04",
    ERROR,
    N_("The delivery does not say its reference system (no .prj). Say it with --crs{suggestion}."),
    "ISO 19111",
)
OUTSIDE = Rule(
    "GEOM-05",
    ERROR,
    N_("The plan lies outside {municipality}, about {distance} km from it.{suggestion}"),
    N_("The municipality's outline"),
)
PARTLY_OUTSIDE = Rule(
    "GEOM-06",
    WARNING,
    N_(
        "{share} % of the plan lies outside {municipality}. Outlines are generalised, and up to {tolerance} m are "
        "passed over; is the plan drawn too far?"
    ),
    N_("The municipality's outline"),
)
AREA_UNLIKELY = Rule(
    "GEOM-07",
    WARNING,
    N_("The plan covers {area} m²; such plans cover {least} to {most} m². Is the unit or a corner wrong?"),
    N_("What such plans usually cover"),
)
SAME_EXTENT = Rule(
    "GEOM-08",
    WARNING,
    N_("The plan has the same extent as {other}, which is of the same kind. Is it one plan, delivered twice?"),
    N_("One extent for each plan: they share more than 99 %"),
    must_acknowledge=True,
)
CURVES_DRAWN = Rule(
    "GEOM-09",
    INFORMATION,
    N_("The geometry has arcs ({number}), kept as straight lines within 1 cm of them; its area is {after} m²."),
    "ISO 19125",
    REGISTER,
)
OUTSIDE_PARENT = Rule(
    "GEOM-10",
    WARNING,
    N_("{share} % of it lies outside {parent}, the plan it is a part of."),
    "Plandata.dk: delområde",
)
PARTS_OVERLAP = Rule(
    "GEOM-11",
    WARNING,
    N_("It overlaps {other}, of the same plan, by {area} m². Which of them applies there?"),
    "Plandata.dk: delområde",
)
NOT_MENDABLE = Rule("GEOM-21", ERROR, N_("The geometry cannot be used: {reason}."), SIMPLE_FEATURES)
COLLECTION_TAKEN_APART = Rule(
    "GEOM-22",
    WARNING,
    N_("The geometry is a mixture; its polygons are kept and the rest is left out."),
    SIMPLE_FEATURES,
)
HEIGHTS_DROPPED = Rule(
    "GEOM-23",
    INFORMATION,
    N_("The geometry has heights; the register keeps the ground plan."),
    SIMPLE_FEATURES,
    REGISTER,
)
SLIVERS_DROPPED = Rule(
    "GEOM-24",
    WARNING,
    N_(
        "Parts smaller than 1 m² or narrower than 5 cm have been left out ({number}); "
        "the area was {before} m² and is {after} m²."
    ),
    N_("Smaller than can be drawn"),
    REGISTER,
)
POINTS_REPEATED = Rule(
    "GEOM-25",
    INFORMATION,
    N_("Points that stand twice, one upon the other, are kept once ({number}); the area stays {after} m²."),
    SIMPLE_FEATURES,
    REGISTER,
)
RINGS_REVERSED = Rule(
    "GEOM-26",
    INFORMATION,
    N_("A hole runs the same way round as its outer ring; the rings have been turned, the area stays {after} m²."),
    SIMPLE_FEATURES,
    REGISTER,
)
MOSTLY_OUTSIDE = Rule(
    "GEOM-27",
    WARNING,
    N_("{share} % of the plan lies outside {municipality}. Is it the right plan, and the right reference system?"),
    N_("The municipality's outline"),
    must_acknowledge=True,
)
OVERLAP = Rule(
    "OVER-01",
    INFORMATION,
    N_("The plan overlaps others of the same kind ({number}): {others}. That is normal."),
    N_("Plans may overlap"),
    REGISTER,
)

# -- its life

DAYS_REVERSED = Rule(
    "LIFE-01",
    WARNING,
    N_("{first} {first_day} comes after {second} {second_day}. Which of the days is right? Both are kept."),
    "planloven § 24, § 27",
)
HEARING_SHORT = Rule(
    "LIFE-02",
    WARNING,
    N_("The hearing lasts {days} days; the shortest the law knows is {shortest} ({paragraph})."),
    "planloven § 24",
)
ADOPTED_LATE = Rule(
    "LIFE-03",
    WARNING,
    N_("Adopted {adopted}; the proposal of {proposed} had lapsed after {deadline} ({paragraph}). Was there another?"),
    "planloven § 32",
)
ADOPTED_IN_HEARING = Rule(
    "LIFE-04",
    WARNING,
    N_("Adopted {adopted}, before the hearing closed on {closes}. Which of the days is right?"),
    "planloven § 24, § 27",
)
PARENT_UNKNOWN = Rule(
    "LIFE-05",
    ERROR,
    N_("The addendum must belong to a municipal plan of the register; {reason}. Load the municipal plan first."),
    "planloven § 23 c",
)
SUCCESSOR_UNKNOWN = Rule(
    "LIFE-06",
    ERROR,
    N_("The plan is said to end by “{value}”, which is not in the register. Load that plan first, or correct the id."),
    N_("A plan ends by a plan that exists"),
)
RELATION_UNANSWERED = Rule(
    "LIFE-07",
    WARNING,
    N_("It {relation} {other}, and nothing answers to that: {missing}. Which of the two is right?"),
    N_("What is said of one plan is said of the other"),
    REGISTER,
)
HEARING_HALF = Rule(
    "LIFE-08", WARNING, N_("The hearing has only one of its two days; it is left out."), "planloven § 24"
)
HEARING_REVERSED = Rule(
    "LIFE-09",
    WARNING,
    N_("The hearing opens on {first} and closes on {second}, before it opens; it is left out."),
    "planloven § 24",
)
SUCCESSOR_NOT_ADOPTED = Rule(
    "LIFE-10",
    WARNING,
    N_("The plan is said to end by {other}, whose adoption is not recorded. Is it missing?"),
    N_("A plan ends when another takes effect"),
    REGISTER,
)

# -- what it refers to

RETROSPECTIVE = Rule(
    "LINK-01",
    INFORMATION,
    N_("The plan is older than “{strategy}”, whose goal it is said to serve or hinder: a look back, and no error."),
    N_("A goal belongs to the strategy of its time"),
    REGISTER,
)
OTHER_STRATEGY = Rule(
    "LINK-02",
    WARNING,
    N_("“{goal}” is part of “{strategy}”, and what it is put under is part of “{other}”."),
    N_("A goal and its theme are of one strategy"),
)
REFERENCE_UNKNOWN = Rule("REF-01", ERROR, N_("“{value}” is not in the register."), N_("Referential integrity"))
DOCUMENT_UNSEEN = Rule(
    "DOC-01",
    INFORMATION,
    N_("Nobody has recorded what stands behind {link}; a later change of the document would go unseen."),
    "Plandata.dk: doklink",
    REGISTER,
)
DOCUMENT_MISSING = Rule(
    "DOC-03",
    WARNING,
    N_("There is no link to the plan's document."),
    "Plandata.dk: doklink",
)

# -- its place among the others

TWICE = Rule(
    "ID-01", ERROR, N_("The plan {number} is in this delivery before, in {other}."), N_("One row for each plan")
)
OTHER_DATASET = Rule(
    "ID-02",
    ERROR,
    N_("The plan {number} is kept by the dataset “{dataset}”; load it with --dataset {dataset}."),
    N_("A load changes only its own dataset"),
)
KEY_TWICE = Rule(
    "ID-03",
    ERROR,
    N_("The key {value} stands on a row before, {other}; each plan has a key of its own."),
    "Plandata.dk: planid",
)
NUMBER_TAKEN = Rule(
    "ID-04",
    WARNING,
    N_("The number {number} is that of {other} too. Is it the same plan?"),
    N_("One number for each plan"),
)
ROWS_KEPT = Rule(
    "ID-05",
    INFORMATION,
    N_("Rows were refused, so what the file no longer has is kept: {number} facts."),
    N_("A refused row takes nothing away"),
    REGISTER,
)
NUMBER_GAP = Rule(
    "NUM-01",
    WARNING,
    N_("Number {number} is missing among the addenda to {parent}. Is a plan missing from the register?"),
    N_("Consecutive numbering"),
    REGISTER,
)
NUMBERS_GAP = Rule(
    "NUM-02",
    WARNING,
    N_("Numbers {first} to {last} are missing among the addenda to {parent}. Is the number of one of them mistyped?"),
    N_("Consecutive numbering"),
    REGISTER,
)

# -- places

PLACE_NAMELESS = Rule(
    "PLACE-01", ERROR, N_("The row has no name. Fill it in and deliver the row again."), N_("One name for each place")
)
PLACE_TWICE = Rule(
    "PLACE-02",
    ERROR,
    N_("“{name}” is at the same place in this delivery before, in {other}."),
    N_("One row for each place"),
)
PLACE_OUTSIDE = Rule(
    "PLACE-03",
    WARNING,
    N_("“{name}” lies outside {municipality}, about {distance} km from its outline."),
    N_("The municipality's outline"),
)
PLACE_NO_SHAPE = Rule(
    "PLACE-04",
    ERROR,
    N_("The geometry is a {value}; a place is a point, or one or more polygons."),
    SIMPLE_FEATURES,
)
NOT_A_COORDINATE = Rule(
    "PLACE-05", ERROR, N_("“{value}” cannot be read as a place."), N_("Coordinates as numbers, or WKT")
)

RULES = {rule.id: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
"""Every rule by its id."""

WORDS = frozenset({"suggestion", "what", "first", "second", "reason", "note", "relation", "missing"})
"""The details that are words of ours, to be said in the reader's language."""

AREAS = frozenset({"before", "after", "area", "least", "most"})
"""The details that are square metres."""
