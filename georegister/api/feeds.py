"""News as other programs subscribe to it: Atom (RFC 4287) and calendars (RFC 5545).

Texts of the register are only texts in them: the libraries escape what has a meaning there, and what may stand in
neither (control characters) is taken out before.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from feedgen.feed import FeedGenerator
from icalendar import Alarm, Calendar, Event, vDuration

from georegister.settings import Settings

ATOM = "application/atom+xml"
CALENDAR = "text/calendar"
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
"""When a register was changed that nobody has told anything."""
REMINDED = timedelta(days=3, hours=15)
"""Before the end of the last day, which is its midnight: nine in the morning, three days before."""
REFRESHED = timedelta(hours=12)
_UNFIT = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "https://georegister.invalid/news")


@dataclass(frozen=True)
class Entry:
    """Something new. `id_` stays whatever else of it changes."""

    id_: str
    title: str
    text: str
    address: str
    updated: datetime
    published: datetime
    category: str | None = None


@dataclass(frozen=True)
class Occasion:
    """Something with a first and a last day, which counts."""

    id_: str
    title: str
    text: str
    address: str
    first: date
    last: date
    updated: datetime
    created: datetime
    is_cancelled: bool
    reminder: str


def identity(*parts: str) -> str:
    """A name that is this thing's for ever, by whatever address the service is known (RFC 4122, version 5)."""
    return str(uuid.uuid5(_OURS, "\0".join(parts)))


def atom(
    entries: Sequence[Entry],
    *,
    name: str,
    title: str,
    subtitle: str,
    language: str,
    address: str,
    page: str,
    updated: datetime | None,
    settings: Settings,
) -> bytes:
    """A feed of entries; `address` is its own, `page` that of the same for people."""
    feed = FeedGenerator()
    feed.id(f"urn:uuid:{identity(name)}")
    feed.title(_clean(title))
    feed.subtitle(_clean(subtitle))
    feed.language(language)
    feed.link(href=address, rel="self", type=ATOM)
    feed.link(href=page, rel="alternate", type="text/html")
    feed.generator("georegister")
    feed.author(name=_clean(settings.attribution or settings.contact or "georegister"))
    if settings.licence:
        feed.rights(_clean(settings.licence))
    feed.updated(max([one.updated for one in entries], default=updated or NOTHING_YET))
    for one in entries:
        entry = feed.add_entry(order="append")
        entry.id(f"urn:uuid:{one.id_}")
        entry.title(_clean(one.title))
        entry.link(href=one.address, rel="alternate", type="text/html")
        entry.updated(one.updated)
        entry.published(one.published)
        entry.content(_clean(one.text), type="text")
        if one.category:
            entry.category(term=_clean(one.category))
    made: bytes = feed.atom_str(pretty=True)
    return made


def calendar(occasions: Sequence[Occasion], *, title: str, language: str, address: str) -> bytes:
    """A calendar of whole days, which have no time zone; each has a reminder before its last day."""
    made = Calendar()
    made.add("prodid", "-//georegister//georegister//DA")
    made.add("version", "2.0")
    made.add("name", _line(title), parameters={"LANGUAGE": language})
    made.add("x-wr-calname", _line(title))
    made.add("source", address, parameters={"VALUE": "URI"})
    made.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESHED))
    for one in occasions:
        made.add_component(_event(one, language))
    return bytes(made.to_ical())


def _event(one: Occasion, language: str) -> Event:
    event = Event()
    event.add("uid", one.id_)
    event.add("dtstamp", one.updated.astimezone(UTC))
    event.add("created", one.created.astimezone(UTC))
    event.add("last-modified", one.updated.astimezone(UTC))
    event.add("dtstart", one.first)
    # The end is the first day that is no more of it (RFC 5545, 3.6.1).
    event.add("dtend", one.last + timedelta(days=1))
    event.add("summary", _line(one.title), parameters={"LANGUAGE": language})
    event.add("description", _clean(one.text), parameters={"LANGUAGE": language})
    event.add("url", one.address)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    if not one.is_cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _line(one.reminder))
        alarm.add("trigger", -REMINDED, parameters={"RELATED": "END"})
        event.add_component(alarm)
    return event


def _clean(text: str) -> str:
    """Without what neither XML nor a calendar may hold; lines end in one way."""
    return _UNFIT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _line(text: str) -> str:
    return " ".join(_clean(text).split())
