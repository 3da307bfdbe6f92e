"""The rules as people read them: each with its sentence, how grave it is, who must act and what it stands on."""

from typing import Any

from georegister.domain.rule import RULES, Rule
from georegister.language import Translator
from georegister.loading.report import RESPONSIBLE_WORDS, SEVERITY_WORDS, sentence


def rule_book(t: Translator) -> list[dict[str, Any]]:
    """Every rule by its id, in the reader's language; `severity` and `responsible` as a report's JSON has them."""
    return [
        {
            "id": one.id,
            "severity": str(one.severity),
            "responsible": str(one.responsible),
            "must_acknowledge": one.must_acknowledge,
            "sentence": sentence(one, t),
            "basis": t.say(one.basis),
            "severity_word": t.say(SEVERITY_WORDS[one.severity]),
            "responsible_word": t.say(RESPONSIBLE_WORDS[one.responsible]),
        }
        for one in sorted(RULES.values(), key=_order)
    ]


def _order(one: Rule) -> tuple[str, str]:
    family, number = one.id.rsplit("-", 1)
    return family, number
