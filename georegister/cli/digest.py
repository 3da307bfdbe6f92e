"""`georegister digest`: what is new, as a text for the municipality's own newsletter."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.register import the_register
from georegister.errors import NotFound, SettingsInvalid
from georegister.language import Translator
from georegister.maps.digest import FORMATS, Digest, digest
from georegister.register import municipalities, news
from georegister.register.database import Row, Session, reading
from georegister.register.features import bound
from georegister.register.questions import HearingSearch
from georegister.sentence import N_
from georegister.settings import Settings

AGO = re.compile(r"(\d{1,4})([dw])", re.ASCII)
DAYS = {"d": 1, "w": 7}
MOST = 1000


@app.command("digest")
def digest_command(
    since: Annotated[str, typer.Option(help="So long ago, such as 7d or 2w, or a day such as 2021-05-25.")] = "7d",
    municipality: Annotated[
        str | None, typer.Option(help="Code of the municipality.", show_default="all of them")
    ] = None,
    format_: Annotated[Literal["text", "markdown", "html"], typer.Option("--format", help="The form.")] = "text",
    lang: Language = None,
) -> None:
    """Write what is new for a newsletter: open hearings with their last day, what was proposed, adopted and ended."""
    settings, t = Settings.read(), spoken(lang)
    ago = _ago(since)
    with the_register(settings) as database, reading(database) as session:
        rows = session.rows(municipalities.everything())
        chosen = [row for row in rows if municipality in (None, row["code"])]
        if municipality and not chosen:
            raise NotFound(N_("There is no municipality {code!r} in the register."), code=municipality[:12])
        told = [_digest(session, row, ago, settings, t) for row in chosen]
    if not told:
        raise NotFound(N_("The register is empty."))
    if not settings.public_url:
        words = t.say("The addresses are not whole: set GEOREGISTER_PUBLIC_URL to where the service is known.")
        Console(stderr=True, highlight=False).print(words, markup=False, soft_wrap=True)
    print(FORMATS[format_](told, t), end="")


def _ago(since: str) -> timedelta | date:
    """Raises SettingsInvalid."""
    if found := AGO.fullmatch(since):
        return timedelta(days=int(found[1]) * DAYS[found[2]])
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since, re.ASCII):
            return date.fromisoformat(since)
    except ValueError:
        pass
    raise SettingsInvalid(N_("--since: “{since}” is no time; write 7d, 2w or a day such as 2021-05-25."), since=since)


def _digest(session: Session, row: Row, ago: timedelta | date, settings: Settings, t: Translator) -> Digest:
    today = settings.clock.today(ZoneInfo(row["time_zone"]))
    since = ago if isinstance(ago, date) else today - ago
    asked = HearingSearch.model_validate({"municipality": row["code"], "datetime": f"{today.isoformat()}/.."})
    values = bound(asked, {"now": settings.clock.now(), "day": settings.clock.fixed})
    hearings = session.rows(news.hearings(asked.shape, newest_first=False), **{**values, "limit": MOST})
    events = session.rows(news.happened(), of=row["code"], since=since, today=today)
    base = (settings.public_url or "").rstrip("/")
    return digest(row, since, today, hearings, events, base, t)
