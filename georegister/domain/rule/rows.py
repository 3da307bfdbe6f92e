"""Rules on what a row says."""

from georegister.domain.rule.model import ERROR, INFORMATION, REGISTER, WARNING, Rule
from georegister.sentence import N_

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
CODE_UNKNOWN = Rule(
    "ATTR-02",
    WARNING,
    N_("“{value}” is not in the list “{list}”. It is kept as it stands; is it mistyped?"),
    "Plandata.dk: kodelister",
)
FIGURE_UNREADABLE = Rule(
    "ATTR-09",
    WARNING,
    N_("“{value}” is no number. What the register knew of it is kept."),
    "Plandata.dk: bebygpct, maxetager, maxbygnhjd",
)
COLUMN_TAKEN = Rule(
    "MAP-01",
    INFORMATION,
    N_("The column is taken for {field}; in it stands, for example, “{sample}”."),
    N_("The columns' names and values"),
    REGISTER,
)
COLUMNS_UNUSED = Rule(
    "MAP-02",
    INFORMATION,
    N_("Columns that were not used: {columns}."),
    N_("The columns' names and values"),
    REGISTER,
)
