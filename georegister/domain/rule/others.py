"""Rules on what a plan refers to, and on its place among the others."""

from georegister.domain.rule.model import ERROR, INFORMATION, REGISTER, WARNING, Rule
from georegister.sentence import N_

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
DOCUMENT_CHANGED = Rule(
    "DOC-04",
    WARNING,
    N_("What stands behind {link}, “{title}”, is not what was recorded: its SHA-256 was {old}… and is {new}…."),
    N_("A plan's document stays as it was adopted"),
)
DOCUMENT_GONE = Rule(
    "DOC-05",
    WARNING,
    N_("Nothing stands behind {link}, “{title}”, any more."),
    "Plandata.dk: doklink",
)
DOCUMENT_UNREACHABLE = Rule(
    "DOC-06",
    WARNING,
    N_("What stands behind {link} could not be had: {reason}."),
    "Plandata.dk: doklink",
)
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
    N_("Rows were refused, so what the file no longer has is kept: {second}."),
    N_("A refused row takes nothing away"),
    REGISTER,
)
MISSING_KEPT = Rule(
    "ID-06",
    WARNING,
    N_(
        "Refused rows without a number or a known key do not tell which plan they are, so what seems to be missing is "
        "kept: {first}, {second}."
    ),
    N_("A refused row takes nothing away"),
)
NOT_WHOLE = Rule(
    "ID-07",
    WARNING,
    N_("The delivery is said to be complete, and {files} cannot be read; nothing counts as missing."),
    N_("Only a complete delivery can miss a plan"),
)
VERSION_WITHOUT_DAY = Rule(
    "VER-01",
    ERROR,
    N_(
        "The version rises from {old} to {new}, and the row has no day after {since} from which the new one is valid. "
        "Fill in the day of its publication, or say --new-version --effective DAY."
    ),
    N_("One text for each day"),
)
VERSION_TOO_EARLY = Rule(
    "VER-02",
    ERROR,
    N_("A new version cannot begin on {day}: the text in the register is valid from {since}."),
    N_("One text for each day"),
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
BELONGS_NOWHERE = Rule(
    "REF-02",
    ERROR,
    N_(
        "The plan it belongs to must be in the register or in this delivery; {reason}. Deliver that plan, or name it "
        "(--parent)."
    ),
    "Plandata.dk: lokplan_id, komplan_id, komtil_id",
)
PARENT_SUPPOSED = Rule(
    "REF-03",
    INFORMATION,
    N_(
        "It names no municipal plan, and the register has {number}; it is put under {parent}, the last one adopted. "
        "If it belongs to another, say --parent."
    ),
    "Plandata.dk: komplan_id",
    REGISTER,
)
