"""The code's own names, of tables and fields, as words for people."""

from georegister.sentence import N_, Sentence, verbatim

TABLES = {
    "plan": N_("plan"),
    "plan_event": N_("event"),
    "event": N_("event"),
    "hearing": N_("hearing"),
    "relation": N_("relation"),
    "claim": N_("goal claim"),
    "topic_link": N_("topic of a plan"),
    "document": N_("document"),
    "parameter": N_("provision"),
    "place": N_("place"),
    "measurement": N_("measurement"),
    "strategy": N_("strategy"),
    "strategy_part": N_("strategy part"),
    "theme": N_("theme"),
    "goal": N_("goal"),
    "action": N_("action"),
    "principle": N_("principle"),
    "target": N_("target"),
    "instrument": N_("instrument"),
    "action_instrument": N_("instrument of an action"),
    "sdg_link": N_("tie to a sustainable development goal"),
    "administration": N_("administration"),
    "sector_plan": N_("sector plan"),
    "sub_goal": N_("sub-goal"),
    "municipality": N_("municipality"),
    "municipality_outline": N_("outline of the municipality"),
}
KINDS = {
    "municipal-plan": N_("municipal plan"),
    "addendum": N_("addendum"),
    "frame": N_("framework area"),
    "local-plan": N_("local plan"),
    "sub-area": N_("sub-area"),
    "building-field": N_("building field"),
}
EVENTS = {
    "call_for_ideas": N_("call for ideas"),
    "proposal": N_("proposal"),
    "adoption": N_("adoption"),
    "publication": N_("publication"),
    "entry_into_force": N_("entry into force"),
    "partial_revocation": N_("partial revocation"),
    "replacement": N_("replacement"),
    "revocation": N_("revocation"),
    "lapse": N_("lapse"),
}
PARAMETERS = {
    "plot_ratio": N_("plot ratio"),
    "volume_ratio": N_("building volume by plot area"),
    "storeys": N_("storeys"),
    "building_height": N_("building height"),
    "floor_area": N_("floor area"),
    "dwellings": N_("dwellings"),
    "plot_size": N_("smallest plot"),
}
VALUES = {
    "type": {
        **EVENTS,
        "amends": N_("amends"),
        "accompanies": N_("accompanies"),
        "replaces": N_("replaces"),
        "absorbs": N_("absorbs"),
        "partly_revokes": N_("partly revokes"),
    },
    "kind": {
        "call_for_ideas": EVENTS["call_for_ideas"],
        "public": N_("public hearing"),
        "renewed": N_("renewed hearing"),
        "strategy": N_("hearing of a strategy"),
    },
    "stance": {"supports": N_("supports"), "hinders": N_("hinders"), "mixed": N_("both supports and hinders")},
    "name": PARAMETERS,
}
"""What a field of an entry may hold, in words."""
FIELDS = {
    "external_id": N_("key"),
    "source_version": N_("version at its source"),
    "number": N_("number"),
    "title": N_("title"),
    "titles": N_("title"),
    "description": N_("description"),
    "descriptions": N_("description"),
    "names": N_("name"),
    "name": N_("name"),
    "document_url": N_("address of the document"),
    "source": N_("source"),
    "parent": N_("belongs to"),
    "kind": N_("kind"),
    "type": N_("kind"),
    "topic": N_("topic"),
    "specific_use": N_("specific use"),
    "extent_source": N_("whose extent"),
    "geometry_source": N_("whose outline"),
    "geometry": N_("geometry"),
    "geom": N_("geometry"),
    "version": N_("version"),
    "on": N_("day"),
    "day": N_("day"),
    "earliest": N_("earliest day"),
    "latest": N_("latest day"),
    "opens": N_("opens"),
    "closes": N_("closes"),
    "respond_to": N_("where to answer"),
    "paragraph": N_("paragraph"),
    "by_plan": N_("replaced by"),
    "from_plan": N_("from the plan"),
    "to_plan": N_("to the plan"),
    "sdg": N_("sustainable development goal"),
    "stance": N_("direction"),
    "evidence": N_("evidence"),
    "asserted_by": N_("said by"),
    "url": N_("address"),
    "file": N_("file"),
    "file_name": N_("file"),
    "size": N_("size"),
    "media_type": N_("kind of file"),
    "seen_on": N_("seen on"),
    "value": N_("value"),
    "text_value": N_("value in words"),
    "unit": N_("unit"),
    "code": N_("code"),
    "state": N_("state"),
    "nth": N_("which of several"),
    "id": N_("id"),
    "period_from": N_("from the year"),
    "period_to": N_("to the year"),
    "year": N_("year"),
    "baseline": N_("baseline"),
    "comparator": N_("comparison"),
    "section": N_("section"),
}
STEPS = {
    "read": N_("Reading the file"),
    "map": N_("Finding the fields"),
    "repair": N_("Mending geometries"),
    "check": N_("Checking"),
    "compare": N_("Comparing with the register"),
    "plans": N_("Writing plans"),
    "facts": N_("Writing facts"),
    "states": N_("Deriving statuses"),
    "dump": N_("Taking everything out of the database"),
    "checksum": N_("Computing the checksums"),
    "write": N_("Writing the file"),
    "restore": N_("Putting everything into the database"),
    "migrate": N_("Bringing the database to this version's schema"),
}
"""What is being done, while a load, an undo, a backup or a restore goes on."""


def word(name: str) -> Sentence:
    """What a table, a kind of plan, an event or a field is called; its own name where it has no other.

    `events.adoption` is the event, `title.en` the title in that language.
    """
    first, _, rest = name.partition(".")
    if not rest:
        return Sentence(
            next((words[name] for words in (TABLES, KINDS, EVENTS, PARAMETERS, FIELDS) if name in words), name)
        )
    if first in ("events", "parameters"):
        return word(rest)
    if first in ("title", "titles", "description", "descriptions"):
        return Sentence("{field} ({language})", {"field": word(first), "language": rest})
    return Sentence(name)


def in_words(name: str, held: str) -> Sentence:
    """What a field of an entry holds; as it is written, where that is no name of the code."""
    known = VALUES.get(name, {}).get(held)
    return Sentence(known) if known else verbatim(held)
