"""What a plan's status means, in words a neighbour understands; every day and every doubt is told.

Works on the properties of a feature, as the API gives them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from georegister.domain import contact
from georegister.domain.sdg import TITLES as SDG_TITLES
from georegister.language import Translator
from georegister.sentence import N_

Properties = Mapping[str, Any]

KINDS = {
    # The widest first, as in domain/plan.py: the page's script orders by this.
    "municipal-plan": N_("Municipal plan"),
    "addendum": N_("Addendum to the municipal plan"),
    "frame": N_("Framework area"),
    "local-plan": N_("Local plan"),
    "sub-area": N_("Sub-area"),
    "building-field": N_("Building field"),
}
STATUSES = {
    "idea": N_("Idea"),
    "proposal": N_("Proposal"),
    "adopted": N_("Adopted"),
    "in_force": N_("In force"),
    "replaced": N_("Replaced"),
    "revoked": N_("Revoked"),
    "lapsed": N_("Lapsed"),
    "unknown": N_("Status unknown"),
}
STATUS_MEANS = {
    "idea": N_("The municipality has asked for ideas. Nothing is proposed yet."),
    "proposal": N_("The council has published what it would like to decide. You can object while it is in hearing."),
    "adopted": N_("The council has decided it. It applies from the day it is published, which is not recorded here."),
    "in_force": N_("It applies: it has been decided and published."),
    "replaced": N_("Another plan has taken its place."),
    "revoked": N_("The council has taken it back."),
    "lapsed": N_("The proposal was not adopted in time and no longer counts."),
    "unknown": N_("No day is recorded, so nothing can be said for certain."),
}
APPLIES = {
    "proposed": N_("Proposed"),
    "in_force": N_("Applies or may apply"),
    "ended": N_("Ended"),
}
BORROWED = {
    "frames": N_("shown: its framework areas"),
    "municipality": N_("shown: the whole municipality"),
}
NOT_ITS_OWN = {
    "frames": N_("The addendum has no extent of its own here; what is shown is that of its framework areas."),
    "municipality": N_("The addendum has no extent of its own here; what is shown is the whole municipality."),
}
"""By what an addendum's extent is made of, where that is not its own."""
STANCES = {"supports": N_("Supports"), "hinders": N_("Hinders"), "mixed": N_("Both supports and hinders")}
DIRECTIONS = {
    "n": N_("north of here"),
    "ne": N_("north-east of here"),
    "e": N_("east of here"),
    "se": N_("south-east of here"),
    "s": N_("south of here"),
    "sw": N_("south-west of here"),
    "w": N_("west of here"),
    "nw": N_("north-west of here"),
}
# For each reason: when the day is known, and when it lies between two.
WHEN = {
    "call_for_ideas": (
        N_("Ideas have been called for since {day}."),
        N_("Ideas were called for between {earliest} and {latest}."),
    ),
    "proposal": (
        N_("Published as a proposal on {day}."),
        N_("Published as a proposal between {earliest} and {latest}."),
    ),
    "adoption": (N_("Adopted on {day}."), N_("Adopted between {earliest} and {latest}.")),
    "publication": (
        N_("Published on {day}, and in force from then."),
        N_("Published between {earliest} and {latest}."),
    ),
    "entry_into_force": (N_("In force since {day}."), N_("Came into force between {earliest} and {latest}.")),
    "partial_revocation": (N_("Partly revoked on {day}."), N_("Partly revoked between {earliest} and {latest}.")),
    "replacement": (
        N_("Replaced by {by_title} on {day}."),
        N_("Replaced by {by_title} between {earliest} and {latest}."),
    ),
    "revocation": (N_("Revoked on {day}."), N_("Revoked between {earliest} and {latest}.")),
    "lapse": (N_("Lapsed on {day}."), N_("Lapsed between {earliest} and {latest}.")),
}
MAYBE = {
    "replacement": N_("May have been replaced by {by_title}: that happened between {earliest} and {latest}."),
    "revocation": N_("May have been revoked: that happened between {earliest} and {latest}."),
    "lapse": N_("May have lapsed: that happened between {earliest} and {latest}."),
}
THEME_KINDS = {"theme": N_("Theme"), "core_value": N_("Core value"), "focus_area": N_("Focus area")}
INSTRUMENT_STATES = {
    "announced": N_("announced"),
    "in_preparation": N_("in preparation"),
    "adopted": N_("adopted"),
    "ended": N_("ended"),
    "unknown": N_("not known how far it has come"),
}
COMPARED = {">=": N_("at least"), "<=": N_("at most"), ">": N_("more than"), "<": N_("less than"), "=": ""}
# Where only the last day it can have been is known.
BY_THEN = {
    "adoption": N_("Adopted on {latest} or before; the day is not recorded here."),
    "partial_revocation": N_("Partly revoked on {latest} or before; the day is not recorded here."),
}
PARAMETERS = {
    "plot_ratio": N_("Plot ratio"),
    "volume_ratio": N_("Building volume by plot area"),
    "storeys": N_("Storeys"),
    "building_height": N_("Building height"),
    "floor_area": N_("Floor area"),
    "dwellings": N_("Dwellings"),
    "plot_size": N_("Smallest plot"),
}
OPEN_START = N_("no known day")
OPEN_END = N_("a day that is not known")


def name(properties: Properties, t: Translator) -> str:
    """Local plan SK 66"""
    kind = KINDS[properties["kind"]]
    return f"{t.say(kind)} {properties['number']}"


def heading(properties: Properties, t: Translator) -> str:
    """Local plan 66: A solar park; what is called by its kind and number alone is named once."""
    its_name, title = name(properties, t), properties["title"]
    return its_name if title in (its_name, properties["number"]) else f"{its_name}: {title}"


def withdrawn(was: Mapping[str, Any], t: Translator) -> list[str]:
    """What a plan was that the register no longer vouches for, since when it does not, and why, where that is known."""
    name = heading({**was, "title": t.choose(was["titles"])}, t)
    said = [t.say("It was: {name}. It was withdrawn on {day}.", name=name, day=t.day(was["until"]))]
    if was["reason"]:
        return [*said, t.say("Why: {reason}", reason=was["reason"])]
    return [*said, t.say("Why is not recorded here. Perhaps it was told of by mistake; the municipality knows.")]


def status(properties: Properties, t: Translator) -> str:
    """The status in a word or two."""
    if properties["in_hearing"] and properties["status"] == "proposal":
        return t.say("Proposal in hearing")
    word = STATUSES[properties["status"]]
    return t.say(word)


def sentence(properties: Properties, t: Translator) -> str:
    """The status with everything that decides it, in one to three short sentences."""
    parts = [reason(one, t) for one in properties["reasons"]]
    if hearing := hearing_sentence(properties, t):
        parts.insert(0, hearing)
    return " ".join(part for part in parts if part)


def hearing_sentence(properties: Properties, t: Translator) -> str:
    """Until when one may answer an open hearing; empty where none is open."""
    if not properties["in_hearing"]:
        return ""
    closes = t.day(properties["hearing_closes"])
    left = properties["hearing_days_left"]
    days = t.say("today is the last day") if left == 0 else t.count("{n} day left", "{n} days left", left)
    if properties["hearing_kind"] == "call_for_ideas":
        return t.say("The municipality is calling for ideas until and including {day} ({days}).", day=closes, days=days)
    return t.say("You can object until and including {day} ({days}).", day=closes, days=days)


def ban_sentence(properties: Properties, t: Translator) -> str:
    """What a published proposal forbids meanwhile, and until when at the latest; empty where it forbids nothing."""
    if not properties["ban_until"]:
        return ""
    return t.say(
        "Until the plan is finally published, nothing may be built or changed that could stand in its way; "
        "at the latest until {day} (section 17 of the Planning Act).",
        day=t.day(properties["ban_until"]),
    )


def reason(said: Properties, t: Translator) -> str:
    """One reason as a sentence."""
    code = said["code"]
    values = {"by_title": said.get("by_title") or said.get("by") or "", **_days(said, t)}
    if code == "publication_not_recorded":
        return t.say("The day of its publication is not recorded here; from that day it is in force.")
    if code == "nothing_recorded":
        return t.say("No dates are recorded for this plan.")
    if code == "lapse_deadline_passed":
        return t.say(
            "It would have lapsed after {day} unless it was adopted before; no adoption is recorded here.", **values
        )
    if code in MAYBE and not said["certain"]:
        return t.say(MAYBE[code], **values)
    if code not in WHEN:
        return ""
    if code in BY_THEN and said.get("latest") and not said.get("earliest"):
        return t.say(BY_THEN[code], **values)
    exact, between = WHEN[code]
    is_exact = said.get("earliest") and said.get("earliest") == said.get("latest")
    return t.say(exact if is_exact else between, **values)


def borrowed(properties: Properties, t: Translator) -> str | None:
    """Of an addendum without an extent of its own, in a few words what is shown in its place."""
    words = BORROWED.get(properties["extent_source"]) if properties["kind"] == "addendum" else None
    return t.say(words) if words else None


def unknown(properties: Properties, t: Translator) -> list[str]:
    """What the register does not know of a plan and a reader would expect it to, each in a sentence."""
    codes = {one["code"] for one in properties["reasons"]}
    said = []
    if properties["kind"] != "municipal-plan" and not properties["adopted_on"]:
        if properties["adopted_earliest"] or properties["adopted_latest"]:
            said.append(t.say("The exact day of adoption is in no source we have."))
        elif properties["status"] == "proposal" and not properties["in_hearing"]:
            said.append(t.say("Whether it was adopted after the hearing is not recorded here."))
    if "publication_not_recorded" in codes:
        said.append(t.say("The day it was published, and so came into force, is not recorded here."))
    if not properties["document_url"]:
        said.append(t.say("The legal document is not recorded here. Ask the municipality for it."))
    if properties["kind"] == "addendum" and properties["extent_source"] in NOT_ITS_OWN:
        whose = properties["extent_source"]
        said.append(t.say(NOT_ITS_OWN[whose]))
    if properties["geometry_source"] == "illustrative":
        said.append(t.say("The outline is illustrative: no source gives it."))
    return said


def strategy(properties: Properties, t: Translator) -> list[str]:
    """A strategy's period, hearing, adoption and what it decided of the municipal plan, each in a sentence."""
    said = []
    period, hearing = properties["period"], properties["hearing"]
    if period["from"] and period["to"]:
        said.append(t.say("Applies to the years {first} to {last}.", first=period["from"], last=period["to"]))
    if hearing:
        opens, closes = t.day(hearing["opens"]), t.day(hearing["closes"])
        said.append(t.say("In public hearing from {opens} to {closes}.", opens=opens, closes=closes))
    if properties["adopted_on"]:
        said.append(t.say("Adopted by the council on {day}.", day=t.day(properties["adopted_on"])))
    elif properties["adopted_earliest"] or properties["adopted_latest"]:
        said.append(t.say("Adopted between {earliest} and {latest}.", **_days(_between(properties), t)))
    else:
        said.append(t.say("The day of its adoption is not recorded here."))
    if properties["revision"] == "full":
        said.append(t.say("The council decided on a full revision of the municipal plan."))
    elif properties["revision"] == "partial":
        said.append(t.say("The council decided on a partial revision of the municipal plan."))
    return said


def target(said: Properties, t: Translator) -> str:
    """Fall in CO2 emissions: 70% in 2030; base year not given"""
    compared = COMPARED[said["comparator"]]
    amount = said["benchmark"] or ""
    if said["value"] is not None:
        amount = _amount(said["value"], said["unit"], t)
    when = ""
    if said["year"]:
        year = str(said["year"])
        when = (
            t.say("by {year} at the latest", year=year) if said["by_or_in"] == "by" else t.say("in {year}", year=year)
        )
    words = " ".join(part for part in (t.say(compared) if compared else "", amount, when) if part)
    scope = f" ({said['scope']})" if said["scope"] else ""
    base = t.say("base year not given") if said["baseline"] is None else t.number(said["baseline"], 1)
    return f"{said['measure']}{scope}: {words}; {base}"


def measurement(said: Properties, unit: str | None, t: Translator) -> str:
    """Measured on 31 December 2025: 42.5%"""
    return t.say("Measured on {day}: {amount}", day=t.day(said["day"]), amount=_amount(said["value"], unit, t, 2))


def parameter_name(said: Properties, t: Translator) -> str:
    """What it is; one that the register has no word for is called as it was."""
    word = PARAMETERS.get(said["name"])
    return t.say(word) if word else str(said["name"])


def parameter_value(said: Properties, t: Translator) -> str:
    """30% · 8.5 m"""
    return str(said["text"]) if said["value"] is None else _amount(said["value"], said["unit"], t, 2)


def file_kind(said: Properties, t: Translator) -> str:
    """PDF, 1.2 MB"""
    kind = "PDF" if said["media_type"] == "application/pdf" else said["media_type"]
    size = said["size"]
    amount = f"{t.number(size / 1e6, 1)} MB" if size >= 1e5 else f"{t.number(max(size / 1e3, 0.1), 1)} kB"
    return f"{kind}, {amount}"


def document_seen(said: Properties, t: Translator) -> str:
    """What is known of its content: its hash, begun, and the day somebody looked."""
    parts = []
    if said["sha256"]:
        parts.append(t.say("SHA-256 {start}…", start=said["sha256"][:12]))
    if said["seen_on"]:
        parts.append(t.say("seen on {day}", day=t.day(said["seen_on"])))
    return " · ".join([*parts, *([said["source"]] if said["source"] else [])])


def answer_to(respond_to: str | None, municipality: str, contact: str | None, t: Translator) -> dict[str, str | None]:
    """Where an answer to a hearing is sent: `words`, `to` whom, and the `link` that leads there.

    Where the hearing does not say, where people write to the municipality; where nobody says, words alone.
    """
    if respond_to:
        return {"words": t.say("Send your answer to:"), "to": respond_to, "link": answer_link(respond_to)}
    unsaid = t.say("Where to send the answer is not recorded here.")
    if contact:
        write_to = t.say("Write to {municipality}:", municipality=municipality)
        return {"words": f"{unsaid} {write_to}", "to": contact, "link": answer_link(contact)}
    write = t.say("Write to the municipality.")
    return {"words": f"{unsaid} {write}", "to": None, "link": None}


def answer_link(where: str) -> str | None:
    """What leads to where an answer is sent; None where it is words, or nothing a page should link to."""
    try:
        return contact.link(where)
    except ValueError:
        return None


def sdg(number: int, t: Translator) -> str:
    """The UN's title of a goal."""
    return t.choose(SDG_TITLES[number])


def not_held(plan: Properties, t: Translator) -> str:
    """A municipal plan whose frames are not in the register."""
    return t.say("{plan} applies here; its frames are not loaded.", plan=plan["title"])


def upcoming(said: Properties | None, t: Translator) -> str:
    """What comes next by law."""
    if not said:
        return ""
    values = _days(said, t)
    if said["code"] == "hearing_closes":
        return t.say("The hearing closes on {latest}.", **values)
    if said["code"] == "lapses":
        return t.say("It lapses after {latest} unless it is adopted before (section 32 of the Planning Act).", **values)
    if said["code"] == "appeal_closes":
        return t.say("The decision can be appealed until and including {latest}.", **values)
    return ""


def where(distance: float, direction: str | None, t: Translator) -> str:
    """420 m north of here"""
    return f"{t.distance(distance)} {t.say(DIRECTIONS[direction])}" if direction else t.distance(distance)


def is_late(said_by: date | None, adopted_latest: str | None) -> bool:
    """Whether a claim is to a strategy adopted after the plan: information, and no error."""
    return bool(said_by and adopted_latest and date.fromisoformat(adopted_latest) <= said_by)


def _between(properties: Properties) -> Properties:
    return {"earliest": properties["adopted_earliest"], "latest": properties["adopted_latest"]}


def _days(said: Properties, t: Translator) -> dict[str, str]:
    earliest, latest = said.get("earliest"), said.get("latest")
    either = latest or earliest
    return {
        "day": t.day(either) if either else "",
        "earliest": t.day(earliest) if earliest else t.say(OPEN_START),
        "latest": t.day(latest) if latest else t.say(OPEN_END),
    }


def _amount(number: float, unit: str | None, t: Translator, digits: int = 1) -> str:
    return f"{t.number(number, digits)}{'' if unit == '%' and t.language == 'en' else ' '}{unit or ''}".strip()
