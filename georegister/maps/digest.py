"""What is new, as a text for a municipality's own newsletter: plain, as Markdown or as HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from georegister.language import Translator
from georegister.maps import news, sentences
from georegister.maps.environment import environment
from georegister.sentence import N_

Row = Mapping[str, Any]

SECTIONS = {
    "open": N_("In hearing now"),
    "coming": N_("Hearings to come"),
    "proposed": N_("New proposals"),
    "adopted": N_("Newly adopted or in force"),
    "ended": N_("Ended"),
}
OF_EVENTS = {
    **dict.fromkeys(("call_for_ideas", "proposal"), "proposed"),
    **dict.fromkeys(("adoption", "publication", "entry_into_force"), "adopted"),
    **dict.fromkeys(("partial_revocation", "replacement", "revocation", "lapse"), "ended"),
}
_MARKS = re.compile(r"([\\`*_\[\]<>#|~$&])")


@dataclass(frozen=True)
class Item:
    """A plan or strategy with what there is to say of it, and its address."""

    heading: str
    sentences: Sequence[str]
    address: str


@dataclass
class Digest:
    """What is new in a municipality from one day to another, by section."""

    municipality: str
    since: date
    today: date
    sections: dict[str, list[Item]] = field(default_factory=lambda: {name: [] for name in SECTIONS})

    @property
    def is_empty(self) -> bool:
        return not any(self.sections.values())


def digest(
    named: Row, since: date, today: date, hearings: Sequence[Row], events: Sequence[Row], base: str, t: Translator
) -> Digest:
    """Puts together what the register says; `named` is the municipality, `base` the address of the service."""
    made = Digest(_line(t.choose(named["names"], named["languages"])), since, today)
    for row in sorted(
        hearings, key=lambda one: (not one["is_open"], one["closes"] if one["is_open"] else one["opens"])
    ):
        name = f"plans/{row['plan']}" if row["plan"] else f"strategies/{row['strategy']}"
        said = [news.countdown(row, today, t), news.how_to_answer(row, t)]
        item = Item(_line(news.hearing_heading(row, t)), list(map(_line, said)), _address(base, name, t))
        made.sections["open" if row["is_open"] else "coming"].append(item)
    told: dict[tuple[str, str], list[Row]] = {}
    for row in events:
        told.setdefault((OF_EVENTS[row["type"]], row["plan"]), []).append(row)
    for (section, plan), rows in told.items():
        title = t.choose(rows[0]["titles"], rows[0]["languages"])
        heading = _line(sentences.heading({**rows[0], "title": title}, t))
        said = list(dict.fromkeys(_line(_event(row, t)) for row in reversed(rows)))
        made.sections[section].append(Item(heading, said, _address(base, f"plans/{plan}", t)))
    return made


def as_text(digests: Sequence[Digest], t: Translator) -> str:
    """Plain text."""
    lines: list[str] = []
    for one in digests:
        title = _title(one, t)
        lines += [title, "=" * len(title), ""]
        for heading, items in _sections(one, t):
            lines += [heading, "-" * len(heading), ""]
            for item in items:
                lines += [item.heading, *(f"  {said}" for said in item.sentences), f"  {item.address}", ""]
        lines += [_nothing(one, t), ""] if one.is_empty else []
    return "\n".join([*lines, _footing(t), ""])


def as_markdown(digests: Sequence[Digest], t: Translator) -> str:
    """Markdown, in which nothing of the register is a mark."""
    lines: list[str] = []
    for one in digests:
        lines += [f"# {_marked(_title(one, t))}", ""]
        for heading, items in _sections(one, t):
            lines += [f"## {_marked(heading)}", ""]
            lines += [f"- [{_marked(item.heading)}](<{item.address}>): {_said(item)}" for item in items]
            lines.append("")
        lines += [_marked(_nothing(one, t)), ""] if one.is_empty else []
    return "\n".join([*lines, _marked(_footing(t)), ""])


def as_html(digests: Sequence[Digest], t: Translator) -> str:
    """A piece of HTML for a mail or a page of one's own."""
    told = [(_title(one, t), list(_sections(one, t)), _nothing(one, t) if one.is_empty else "") for one in digests]
    return environment(t).get_template("digest.html").render(digests=told, footing=_footing(t)) + "\n"


FORMATS = {"text": as_text, "markdown": as_markdown, "html": as_html}


def _sections(one: Digest, t: Translator) -> list[tuple[str, list[Item]]]:
    return [(t.say(words), one.sections[name]) for name, words in SECTIONS.items() if one.sections[name]]


def _title(one: Digest, t: Translator) -> str:
    days = {"since": t.day(one.since), "today": t.day(one.today)}
    return t.say("Plans in {municipality} from {since} to {today}", municipality=one.municipality, **days)


def _nothing(one: Digest, t: Translator) -> str:
    return t.say("Nothing new since {day}, and no hearing is open.", day=t.day(one.since))


def _footing(t: Translator) -> str:
    return t.say("This is not the legal register. What applies in law is what the municipality has published.")


def _event(row: Row, t: Translator) -> str:
    days = {name: row[name].isoformat() if row[name] else None for name in ("earliest", "latest")}
    by = row["by_plan"]
    if row["by_titles"]:
        title = t.choose(row["by_titles"], row["languages"])
        by = sentences.heading({"kind": row["by_kind"], "number": row["by_number"], "title": title}, t)
    return sentences.reason({"code": row["type"], "certain": True, **days, "by_title": by}, t)


def _address(base: str, path: str, t: Translator) -> str:
    return f"{base}/{path}?lang={t.language}"


def _said(item: Item) -> str:
    return _marked(" ".join(item.sentences))


def _marked(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _line(text: str) -> str:
    """On one line, without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
