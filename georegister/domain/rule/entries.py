"""Rules on places, and on the facts that people enter or deliver in tables."""

from georegister.domain.rule.model import ERROR, INFORMATION, SIMPLE_FEATURES, WARNING, Rule
from georegister.sentence import N_

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
TOLD_OTHERWISE = Rule(
    "FACT-01",
    WARNING,
    N_(
        "The dataset “{dataset}” says otherwise: {theirs}; here it is {ours}. Both stay until one of them is corrected."
    ),
    N_("A load changes only its own dataset"),
)
TOLD_ALREADY = Rule(
    "FACT-02",
    INFORMATION,
    N_("The dataset “{dataset}” says the same already."),
    N_("A load changes only its own dataset"),
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
