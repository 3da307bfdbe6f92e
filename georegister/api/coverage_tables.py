"""The coverage as a table: a row for each theme, goal and so on, what each column is called, and what must be said."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from georegister.api.download_texts import BOM, TEXTS_STAY_TEXTS, inert, lines, with_comma
from georegister.domain.covered import Covered
from georegister.domain.lifecycle import GROUPS, Status
from georegister.domain.plan import Kind
from georegister.domain.sdg import TITLES
from georegister.language import Translator
from georegister.maps import sentences
from georegister.register.coverage import OF_AIMS, By, Coverage
from georegister.register.database import Row
from georegister.sentence import N_

STANCES = ("supports", "hinders", "mixed")
HEADINGS = {
    "theme": N_("Plans by theme"),
    "goal": N_("Plans by goal"),
    "sdg": N_("Plans by UN goal"),
    "status": N_("Plans by status"),
    "kind": N_("Plans by kind"),
    "year": N_("Plans by year of adoption"),
}
KEYS = {
    "theme": N_("Theme"),
    "goal": N_("Goal"),
    "sdg": N_("UN goal"),
    "status": N_("Status"),
    "kind": N_("Kind"),
    "year": N_("Year"),
}
NONE = {
    "theme": N_("No theme"),
    "goal": N_("No goal"),
    "sdg": N_("No UN goal"),
    "year": N_("No day of adoption recorded"),
}
COLUMNS = {
    "key": N_("Id"),
    "title": N_("Name"),
    "strategy": N_("Strategy"),
    "plans": N_("Plans"),
    "proposed": N_("Proposed"),
    "in_force": N_("Applies or may apply"),
    "ended": N_("Ended"),
    "supports": N_("Supports"),
    "hinders": N_("Hinders"),
    "mixed": N_("Both supports and hinders"),
    "illustrative_plans": N_("With an illustrative outline"),
    "unmeasured_plans": N_("Without an outline of their own"),
    "hectares": N_("Hectares"),
    "illustrative_hectares": N_("Hectares that only illustrative outlines cover"),
}
OF_STRATEGIES = ("theme", "goal")
TOTAL = "total"
SQUARE_METRES = 10_000
"""In a hectare."""


@dataclass(frozen=True)
class Aim:
    """A theme or a goal that plans may be tied to."""

    id: str
    title: str
    strategy: str
    slot: int


@dataclass(frozen=True)
class CoverageTable:
    """Rows in order, what all plans are together, and the sentences that belong to them."""

    by: By
    rows: list[dict[str, Any]]
    total: dict[str, Any]
    notes: list[str]

    @property
    def columns(self) -> list[str]:
        left_out = {*(() if self.by in OF_STRATEGIES else ("strategy",)), *(() if self.by in OF_AIMS else STANCES)}
        return [name for name in COLUMNS if name not in left_out]

    @property
    def values(self) -> list[list[Any]]:
        """The rows as the columns have them; the total, which is no sum, comes last."""
        return [[row.get(name) for name in self.columns] for row in [*self.rows, self.total]]


def table(found: Coverage, by: By, aims: Sequence[Aim], t: Translator) -> CoverageTable:
    """What was found, with a row also for what no plan is tied to, and one for the plans that are tied to nothing."""
    by_key: dict[str | None, list[Row]] = {}
    for row in found.counted:
        by_key.setdefault(row["key"], []).append(row)
    named = {aim.id: aim for aim in aims}
    keys = [*_expected(by, named), *sorted((key for key in by_key if key is not None), key=_by_year)]
    ordered: list[str | None] = [*dict.fromkeys(keys), *([None] if None in by_key else [])]
    stances = {(row["key"], row["stance"]): row["plans"] for row in found.stances}
    rows = []
    for key in ordered:
        aim = named.get(key or "")
        row = {"key": key, "title": _title(by, key, aim, t), **({"strategy": aim.strategy} if aim else {})}
        row |= _numbers(by_key.get(key, []), (found.areas or {}).get(key), found.areas is not None)
        if by in OF_AIMS:
            row |= {stance: stances.get((key, stance), 0) for stance in STANCES}
        rows.append(row)
    total = {
        "key": TOTAL,
        "title": t.say(N_("All together")),
        **_numbers(found.once, found.whole, found.whole is not None),
    }
    return CoverageTable(by, rows, total, list(_notes(by, total, found.whole, t)))


def _expected(by: By, aims: Iterable[str]) -> list[str]:
    """The keys that have a row although no plan has them."""
    if by == "sdg":
        return [str(number) for number in TITLES]
    if by in ("status", "kind"):
        return [str(one) for one in (Status if by == "status" else Kind)]
    return list(aims)


def _by_year(key: str) -> tuple[str, int, str]:
    """A year before those that only begin with it; what has no beginning comes first."""
    first = key.partition("/")[0]
    return ("" if first == ".." else first.zfill(4), len(key), key)


def _title(by: By, key: str | None, aim: Aim | None, t: Translator) -> str:
    if key is None:
        return t.say(NONE[by])
    if aim:
        return aim.title
    if by == "sdg":
        return f"{key}. {t.choose(TITLES[int(key)])}"
    if by in ("status", "kind"):
        return t.say({**sentences.STATUSES, **sentences.KINDS}[key])
    first, between, last = key.partition("/")
    if not between:
        return key
    if first == "..":
        return t.say(N_("{last} or before"), last=last)
    if last == "..":
        return t.say(N_("{first} or later"), first=first)
    return t.say(N_("Between {first} and {last}"), first=first, last=last)


def _numbers(rows: list[Row], area: Covered | None, is_measured: bool) -> dict[str, Any]:
    """Plans and hectares; null hectares where there are plans and none is measured."""
    plans = sum(row["plans"] for row in rows)
    unmeasured = sum(row["plans"] for row in rows if not row["measured"])
    said: dict[str, Any] = {"plans": plans}
    for group in GROUPS:
        said[group] = sum(row["plans"] for row in rows if Status(row["status"]).applies == group)
    said["illustrative_plans"] = sum(row["plans"] for row in rows if row["illustrative"] and row["measured"])
    said["unmeasured_plans"] = unmeasured
    said["hectares"] = said["illustrative_hectares"] = None
    if is_measured and not plans == unmeasured > 0:
        all_m2, sure_m2 = (area.all_m2, area.sure_m2) if area else (0.0, 0.0)
        said["hectares"] = round(all_m2 / SQUARE_METRES, 4)
        said["illustrative_hectares"] = round((all_m2 - sure_m2) / SQUARE_METRES, 4)
    return said


def _notes(by: By, total: dict[str, Any], whole: Covered | None, t: Translator) -> Iterable[str]:
    if by in OF_AIMS:
        yield t.say(
            N_(
                "A plan that is tied to several counts under each of them, and land that several plans cover counts "
                "once: neither plans nor hectares add up to the total."
            )
        )
        yield t.say(N_("What ties a plan to a goal is a claim that somebody has made; its page says who."))
    else:
        yield t.say(N_("Land that several plans cover counts once: the hectares do not add up to the total."))
    if by == "year":
        yield t.say(
            N_(
                "The year is that of adoption. Where it is only known to lie between two years the plan stands under "
                "both together; nothing is guessed. Years in which no plan was adopted are left out."
            )
        )
    if total["ended"]:
        yield t.say(N_("Plans that have ended are among them; choose a status to leave them out."))
    if total["illustrative_plans"]:
        yield t.say(
            N_(
                "Some outlines are illustrative: no source gives them. Hectares that only such outlines cover are told "
                "apart; they show how it would look and measure nothing."
            )
        )
    if total["unmeasured_plans"]:
        yield t.say(
            N_(
                "Plans without an outline of their own are counted and cover no hectares here: municipal plans, and "
                "addenda to the whole of one."
            )
        )
    if whole is None:
        yield t.say(
            N_(
                "These are too many outlines to be measured at once; ask for one municipality, one kind of plan or a "
                "box to be told hectares."
            )
        )
    else:
        yield t.say(N_("Areas are those on the ellipsoid WGS 84."))
        if whole.spacing_m >= 1:
            yield t.say(
                N_(
                    "So many outlines are measured along parallels {metres} m apart, which leaves an error of less "
                    "than a thousandth in the total."
                ),
                metres=t.number(whole.spacing_m, 1),
            )


def comma_separated(found: CoverageTable) -> bytes:
    """RFC 4180, columns by the names that JSON has."""
    return lines([found.columns, *([inert(cell) for cell in row] for row in found.values)], ",")


def for_danish_excel(found: CoverageTable, t: Translator) -> bytes:
    """Semicolons, decimal commas, a byte order mark, and headings in words."""
    headings = [t.say(COLUMNS[name]) for name in found.columns]
    rows = [[with_comma(inert(cell)) for cell in row] for row in found.values]
    return BOM.encode() + lines([headings, *rows], ";")


def workbook(found: CoverageTable, asked: str, address: str, t: Translator) -> bytes:
    """A sheet with a chart, and one that says what was asked, where, and what must be said of it."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, **TEXTS_STAY_TEXTS})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    heading = t.say(HEADINGS[found.by])
    sheet = book.add_worksheet(heading[:31])
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 50)
    sheet.set_column(2, len(found.columns), 14)
    sheet.write_row(0, 0, [t.say(COLUMNS[name]) for name in found.columns], bold)
    for place, row in enumerate(found.values, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, cell)
            elif cell is not None:
                sheet.write_number(place, column, cell)
    if found.rows:
        chart, last = book.add_chart({"type": "bar"}), len(found.rows)
        column, name = found.columns.index("hectares"), heading[:31]
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 1, last, 1],
                "values": [name, 1, column, last, column],
            }
        )
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"none": True})
        sheet.insert_chart(last + 3, 1, chart, {"x_scale": 1.5, "y_scale": max(1.0, last / 12)})
    told = book.add_worksheet(t.say(N_("About"))[:31])
    told.set_column(0, 0, 100)
    for place, sentence in enumerate([asked, address, *found.notes]):
        told.write_string(place, 0, sentence, wrapped)
    book.close()
    return content.getvalue()
