"""The rules a delivery is checked by: id, how grave, who must act, what is said, and what it stands on.

Messages are in English and are the keys of the translations; names in braces are filled from a finding's details.
"""

from dataclasses import dataclass
from enum import StrEnum


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
    id: str
    severity: Severity
    message: str
    basis: str
    responsible: Responsible = Responsible.SUPPLIER


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for a text that is translated elsewhere
    """Marks a text for the catalogue."""
    return message


ERROR, WARNING, INFORMATION = Severity

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
    "The register's places",
)
LINK_UNUSABLE = Rule(
    "DOC-02", WARNING, N_("“{value}” is no web address; the link is left out."), "Plandata.dk: doklink"
)
ENCODING_GUESSED = Rule(
    "ENC-01",
    INFORMATION,
    N_("The file does not say how its text is encoded; it is read as {encoding}."),
    "ESRI .cpg",
)
ENCODING_WRONG = Rule(
    "ENC-02",
    WARNING,
    N_("The file says that its text is {said}, which does not fit; it is read as {encoding}."),
    "ESRI .cpg",
)
GEOMETRY_MISSING = Rule("GEOM-01", ERROR, N_("The row has no geometry."), "Plandata.dk: geometri")
NOT_POLYGONAL = Rule("GEOM-02", ERROR, N_("The geometry is a {value}; an extent is one or more polygons."), "ISO 19125")
COLLECTION_TAKEN_APART = Rule(
    "GEOM-10", WARNING, N_("The geometry is a mixture; its polygons are kept and the rest is left out."), "ISO 19125"
)
MADE_VALID = Rule(
    "GEOM-03",
    WARNING,
    N_("The geometry was invalid ({reason}) and has been mended; its area was {before} m² and is {after} m²."),
    "ISO 19125",
    Responsible.REGISTER,
)
NOT_MENDABLE = Rule("GEOM-07", ERROR, N_("The geometry cannot be used: {reason}."), "ISO 19125")
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
    "The municipality's outline",
)
HEIGHTS_DROPPED = Rule(
    "GEOM-08",
    INFORMATION,
    N_("The geometry has heights; the register keeps the ground plan."),
    "ISO 19125",
    Responsible.REGISTER,
)
CURVES = Rule(
    "GEOM-09",
    INFORMATION,
    N_("The geometry has arcs; the register keeps them as short straight lines."),
    "ISO 19125",
    Responsible.REGISTER,
)
TOO_MANY_POINTS = Rule(
    "GEOM-12",
    ERROR,
    N_("The geometry has {points} points; at most {most} are read. Simplify it and deliver the row again."),
    "A limit of the register",
)
GEOMETRY_UNREADABLE = Rule("GEOM-13", ERROR, N_("The geometry cannot be read: {reason}."), "ISO 19125")
CRS_WOULD_FIT = Rule(
    "GEOM-14",
    INFORMATION,
    N_("Read as {crs}, the plans would lie in {municipality}. If that is what they are, say --crs {first}."),
    "The municipality's outline",
)
AXES_SWAPPED = Rule(
    "GEOM-15",
    INFORMATION,
    N_("With latitude and longitude exchanged, the plans would lie in {municipality}. Deliver longitude first."),
    "RFC 7946, 3.1.1",
)
DAYS_REVERSED = Rule(
    "LIFE-01", WARNING, N_("{first} comes after {second}; the two days are taken as unknown."), "planloven § 24"
)
PARENT_UNKNOWN = Rule(
    "LIFE-05",
    ERROR,
    N_("The addendum must belong to a municipal plan of the register; {reason}. Load the municipal plan first."),
    "planloven § 23 c",
)
HEARING_SHORT = Rule(
    "LIFE-02",
    WARNING,
    N_("The hearing lasts {days} days; the shortest the law knows is {shortest} ({paragraph})."),
    "planloven § 24",
)
HEARING_HALF = Rule(
    "LIFE-08", WARNING, N_("The hearing has only one of its two days; it is left out."), "planloven § 24"
)
TWICE = Rule("ID-01", ERROR, N_("The plan {number} is in this delivery before, in {other}."), "One row for each plan")
KEY_TWICE = Rule(
    "ID-03",
    ERROR,
    N_("The key {value} stands on a row before, {other}; each plan has a key of its own."),
    "Plandata.dk: planid",
)
NUMBER_TAKEN = Rule(
    "ID-04", WARNING, N_("The number {number} is that of {other} too. Is it the same plan?"), "One number for each plan"
)
ROWS_KEPT = Rule(
    "ID-05",
    INFORMATION,
    N_("Rows were refused, so what the file no longer has is kept: {number} facts."),
    "A refused row takes nothing away",
    Responsible.REGISTER,
)
MISSING_KEPT = Rule(
    "ID-06",
    WARNING,
    N_("{rows} refused rows do not tell which plans they are, so the {number} plans that seem to be missing are kept."),
    "A refused row takes nothing away",
)
NOT_WHOLE = Rule(
    "ID-07",
    WARNING,
    N_("The delivery is said to be complete, and {files} cannot be read; nothing counts as missing."),
    "Only a complete delivery can miss a plan",
)
OTHER_DATASET = Rule(
    "ID-02",
    ERROR,
    N_("The plan {number} is kept by the dataset “{dataset}”; load it with --dataset {dataset}."),
    "A load changes only its own dataset",
)
VERSION_WITHOUT_DAY = Rule(
    "VER-01",
    ERROR,
    N_(
        "The version rises from {old} to {new}, and the row has no day after {since} from which the new one is valid. "
        "Fill in the day of its publication, or say --new-version --effective DAY."
    ),
    "One text for each day",
)
VERSION_TOO_EARLY = Rule(
    "VER-02",
    ERROR,
    N_("A new version cannot begin on {day}: the text in the register is valid from {since}."),
    "One text for each day",
)
NUMBERS_GAP = Rule(
    "NUM-02",
    WARNING,
    N_("Numbers {first} to {last} are missing among the addenda to {parent}. Is the number of one of them mistyped?"),
    "Consecutive numbering",
    Responsible.REGISTER,
)
NUMBER_GAP = Rule(
    "NUM-01",
    WARNING,
    N_("Number {number} is missing among the addenda to {parent}. Is a plan missing from the register?"),
    "Consecutive numbering",
    Responsible.REGISTER,
)
PLACE_NAMELESS = Rule(
    "PLACE-01", ERROR, N_("The row has no name. Fill it in and deliver the row again."), "One name for each place"
)
PLACE_TWICE = Rule(
    "PLACE-02",
    ERROR,
    N_("“{name}” is at the same place in this delivery before, in {other}."),
    "One row for each place",
)
PLACE_OUTSIDE = Rule(
    "PLACE-03",
    WARNING,
    N_("“{name}” lies outside {municipality}, about {distance} km from its outline."),
    "The municipality's outline",
)
PLACE_NO_SHAPE = Rule(
    "PLACE-04", ERROR, N_("The geometry is a {value}; a place is a point, or one or more polygons."), "ISO 19125"
)
NOT_A_COORDINATE = Rule("PLACE-05", ERROR, N_("“{value}” cannot be read as a place."), "Coordinates as numbers, or WKT")
CODE_UNKNOWN = Rule(
    "ATTR-02",
    WARNING,
    N_("“{value}” is not in the list “{list}”. It is kept as it stands; is it mistyped?"),
    "Plandata.dk: kodelister",
)
COLUMN_TAKEN = Rule(
    "MAP-01",
    INFORMATION,
    N_("The column is taken for {field}; in it stands, for example, “{sample}”."),
    "The columns' names and values",
    Responsible.REGISTER,
)
COLUMNS_UNUSED = Rule(
    "MAP-02",
    INFORMATION,
    N_("Columns that were not used: {columns}."),
    "The columns' names and values",
    Responsible.REGISTER,
)
FIGURE_UNREADABLE = Rule(
    "ATTR-08",
    WARNING,
    N_("“{value}” is no number. What the register knew of it is kept."),
    "Plandata.dk: bebygpct, maxetager, maxbygnhjd",
)
BELONGS_NOWHERE = Rule(
    "REF-02",
    ERROR,
    N_("The plan it belongs to must be in the register or in this delivery; {reason}. Deliver that plan, or name it."),
    "Plandata.dk: lokplan_id, komplan_id, komtil_id",
)
TOLD_OTHERWISE = Rule(
    "FACT-01",
    WARNING,
    N_(
        "The dataset “{dataset}” says otherwise: {theirs}; here it is {ours}. Both stay until one of them is corrected."
    ),
    "A load changes only its own dataset",
)
TOLD_ALREADY = Rule(
    "FACT-02", INFORMATION, N_("The dataset “{dataset}” says the same already."), "A load changes only its own dataset"
)
FIELD_MISSING = Rule(
    "FACT-03", ERROR, N_("The entry needs this field. Fill it in and deliver the row again."), "docs/commands.md"
)
NOT_A_DAY = Rule("FACT-04", ERROR, N_("“{value}” is no day; write it as 13.10.2021 or 2021-10-13."), "docs/commands.md")
NOT_A_NUMBER = Rule(
    "FACT-05",
    ERROR,
    N_("“{value}” is no number that can be read in one way only; write it as 1234,5 or 1234.5."),
    "docs/commands.md",
)
NOT_A_CHOICE = Rule("FACT-06", ERROR, N_("“{value}” is not known here; write one of: {choices}."), "docs/commands.md")
PLAN_AMBIGUOUS = Rule(
    "FACT-07", ERROR, N_("“{value}” may be one of several plans: {plans}. Write the plan's id."), "docs/commands.md"
)
ENTRY_INVALID = Rule("FACT-08", ERROR, N_("The entry cannot be taken: {reason}."), "docs/commands.md")
REFERENCE_UNKNOWN = Rule("REF-01", ERROR, N_("“{value}” is not in the register."), "Referential integrity")

RULES = {rule.id: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
