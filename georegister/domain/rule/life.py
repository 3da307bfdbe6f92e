"""Rules on the days of a plan's life."""

from georegister.domain.rule.model import ERROR, REGISTER, WARNING, Rule
from georegister.sentence import N_

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
