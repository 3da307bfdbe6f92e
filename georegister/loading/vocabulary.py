"""The code's own names, of tables and fields, as words for people."""

from georegister.sentence import N_, Sentence

WORDS = {
    "plan": N_("plan"),
    "plan_event": N_("event"),
    "event": N_("event"),
    "hearing": N_("hearing"),
    "relation": N_("relation"),
    "claim": N_("goal claim"),
    "document": N_("document"),
    "parameter": N_("provision"),
    "measurement": N_("measurement"),
    "strategy": N_("strategy"),
    "theme": N_("theme"),
    "goal": N_("goal"),
    "action": N_("action"),
    "principle": N_("principle"),
    "target": N_("target"),
    "instrument": N_("instrument"),
    "administration": N_("administration"),
    "sector_plan": N_("sector plan"),
    "sub_goal": N_("sub-goal"),
    "number": N_("number"),
    "title": N_("title"),
}


def word(name: str) -> Sentence:
    """What a table or a field is called; its own name where it has no other."""
    return Sentence(WORDS.get(name, name))
