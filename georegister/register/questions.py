"""What can be asked of a collection: each parameter declared once, read by the API and bound by the query."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from georegister.domain import phrase
from georegister.domain.crs import ProjectedBox, ReferenceSystem, box
from georegister.domain.days import Days
from georegister.domain.geometry import METRES_PER_DEGREE, Box
from georegister.domain.lifecycle import Status
from georegister.domain.plan import Kind, number_keys
from georegister.errors import ValueRefused
from georegister.language import LANGUAGES
from georegister.sentence import N_

MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d{2}:\d{2})?)?", re.ASCII
)
DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
LONGEST = 2000
FARTHEST_METRES = 20_000
WITHOUT_SHAPE = frozenset({"limit", "f", "lang", "datetime_", "token", "sortby", "result_type"}) | {
    *("filter", "filter_lang", "filter_crs"),
}
"""The parameters that neither choose nor change a feature, or that each statement is given beside them."""
HOW_GIVEN = frozenset({"limit", "token", "f", "lang", "result_type", "sortby", "properties", "skip_geometry"}) | {
    *("precision", "simplify", "crs"),
}
"""The parameters that say how features are given, and not which."""
LONGEST_FILTER = 8000


def parsed(parse: Callable[[str], Any]) -> BeforeValidator:
    def once(value: Any) -> Any:
        if isinstance(value, list | tuple):
            raise ValueRefused(N_("give it once"))
        return parse(value) if isinstance(value, str) else value

    return BeforeValidator(once)


def _words(value: Any) -> Any:
    """`a,b` and `a` with `b` again both mean a or b."""
    texts = [value] if isinstance(value, str) else list(value or ())
    return tuple(word.strip() for text in texts for word in str(text).split(",") if word.strip())


def _integer(value: Any) -> Any:
    """Digits as ASCII writes them; Python's int would also take Arabic ones and underscores."""
    if isinstance(value, str) and not (value.isascii() and value.lstrip("-").isdigit()):
        raise ValueRefused(N_("give a whole number"))
    return value


def _moment(text: str) -> datetime:
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueRefused(N_("give a moment such as 2024-06-05T12:00:00Z")) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueRefused(N_("it should be one of {expected}"), expected=", ".join(LANGUAGES))
    return value


def only_if_so(value: Any) -> Any:
    """What is said not to be wanted is as if nothing had been said."""
    return value or None


def plain(value: str) -> str:
    if "\0" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise ValueRefused(N_("it has a character no text may have"))
    return value


Text = Annotated[str, AfterValidator(plain), Field(max_length=LONGEST)]
Words = Annotated[tuple[Text, ...], BeforeValidator(_words), Field(max_length=200)]
Kinds = Annotated[tuple[Kind, ...], BeforeValidator(_words)]
Statuses = Annotated[tuple[Status, ...], BeforeValidator(_words)]
Sdgs = Annotated[tuple[Annotated[int, BeforeValidator(_integer), Field(ge=1, le=17)], ...], BeforeValidator(_words)]
Language = Annotated[str, AfterValidator(_language), WithJsonSchema({"type": "string", "enum": list(LANGUAGES)})]
Form = Literal["json", "html", "geojsonseq", "csv", "gpkg", "shp", "fgb", "parquet", "xlsx"]
TEXT_SCHEMA = WithJsonSchema({"type": "string"})
System = Annotated[ReferenceSystem | None, parsed(ReferenceSystem.parse), TEXT_SCHEMA]


def _box(value: Any, info: ValidationInfo) -> Any:
    """In the reference system that `bbox-crs` names."""
    return box(value, info.data.get("bbox_crs")) if isinstance(value, str) else value


class Moment(BaseModel):
    """When: the legal day that is asked about, and the moment whose knowledge is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)

    datetime_: Annotated[Days | None, parsed(Days.parse), TEXT_SCHEMA] = Field(
        None, alias="datetime", description="The legal day, or an interval of days, as RFC 3339."
    )
    known_at: Annotated[datetime | None, parsed(_moment)] = Field(
        None, description="The moment whose knowledge is asked for: what the register held then."
    )

    @property
    def last_day(self) -> date | None:
        """The day whose version and state are shown: the interval's last, or None for today."""
        return self.datetime_.last if self.datetime_ else None

    @property
    def in_past(self) -> bool:
        """Whether an earlier knowledge than today's is asked for."""
        return self.known_at is not None

    @property
    def shape(self) -> frozenset[str]:
        """Which parameters are given: one shape is one SQL statement."""
        return frozenset({"known_at"} if self.in_past else ())

    def values(self) -> dict[str, Any]:
        """What the statement's placeholders are bound to."""
        return {"day": self.last_day, "known_at": self.known_at}


class ItemSearch(Moment):
    """What can be asked of one feature."""

    crs: System = Field(None, description="The reference system of the answer's coordinates; CRS84 unless told.")
    f: Literal["json", "html"] | None = Field(None, description="The form of the answer.")
    lang: Language | None = Field(None, description="The language of the page.")

    @property
    def shape(self) -> frozenset[str]:
        return super().shape | ({"crs"} - in_crs84(self.crs))

    def values(self) -> dict[str, Any]:
        return {**super().values(), **written_in(self.crs)}


class Search(Moment):
    """What can be asked of every collection."""

    bbox_crs: System = Field(
        None,
        alias="bbox-crs",
        description="The reference system of `bbox`, in the order of its axes; CRS84 unless told.",
    )
    bbox: Annotated[Box | ProjectedBox | None, BeforeValidator(_box), TEXT_SCHEMA] = Field(
        None, description="Only features that touch the box west,south,east,north in degrees."
    )
    crs: System = Field(None, description="The reference system of the answer's coordinates; CRS84 unless told.")
    limit: Annotated[int, BeforeValidator(_integer), Field(ge=1), AfterValidator(lambda n: min(n, MAX_LIMIT))] = Field(
        DEFAULT_LIMIT, description=f"The most features in one answer; more than {MAX_LIMIT} are never given."
    )
    token: Annotated[Text | None, Field(max_length=LONGEST)] = Field(
        None, description="Where the page begins; taken from the answer's own next and prev links."
    )
    sortby: Words = Field((), description="Properties to put the features in order by; `-` before one turns it round.")
    properties: Words = Field((), description="Only these properties are given.")
    skip_geometry: Annotated[bool | None, AfterValidator(only_if_so)] = Field(
        None, alias="skipGeometry", description="Whether the geometries are left out."
    )
    precision: Annotated[int | None, BeforeValidator(_integer), Field(ge=0, le=15)] = Field(
        None, description="Decimals of coordinates."
    )
    simplify: float | None = Field(
        None,
        ge=0,
        le=FARTHEST_METRES,
        allow_inf_nan=False,
        description="Outlines are drawn with fewer corners, nowhere farther off than so many metres.",
    )
    result_type: Literal["results", "hits"] | None = Field(
        None, alias="resultType", description="`hits` only counts; then `numberMatched` is always given."
    )
    municipality: Words = Field((), description="Codes of municipalities.")
    filter: Annotated[str, AfterValidator(plain), Field(max_length=LONGEST_FILTER)] | None = Field(
        None, description="A condition in CQL2; the properties are those of the collection's queryables."
    )
    filter_lang: Literal["cql2-text", "cql2-json"] = Field(
        "cql2-text", alias="filter-lang", description="How the filter is written."
    )
    filter_crs: System = Field(
        None, alias="filter-crs", description="The reference system of the filter's geometries; CRS84 unless told."
    )
    f: Form | None = Field(
        None, description="The form of the answer; all but `json` and `html` are files of everything that matches."
    )
    lang: Language | None = Field(
        None, description="The language of the page; `da` writes CSV as a Danish Excel reads it."
    )

    @property
    def shape(self) -> frozenset[str]:
        given = {name for name in type(self).model_fields if getattr(self, name) not in (None, ())}
        return frozenset(given - WITHOUT_SHAPE - in_crs84(self.crs) - in_degrees(self.bbox))

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            **(_corners(self.bbox) if self.bbox else {}),
            **written_in(self.crs),
            "municipality": list(self.municipality),
            "limit": self.limit,
            "properties": list(self.properties),
            "precision": self.precision,
            "simplify": self.simplify and self.simplify / METRES_PER_DEGREE,
        }


def choosing(search: type[Search]) -> frozenset[str]:
    """The parameters that say which features are meant, as people spell them."""
    return frozenset(field.alias or name for name, field in search.model_fields.items() if name not in HOW_GIVEN)


def in_crs84(system: ReferenceSystem | None) -> set[str]:
    """CRS84 is what is stored: asking for it is as if nothing had been said."""
    return {"crs"} if system is None or system.is_default else set()


def in_degrees(asked: Box | ProjectedBox | None) -> set[str]:
    return set() if isinstance(asked, ProjectedBox) else {"bbox_crs"}


def written_in(system: ReferenceSystem | None) -> dict[str, Any]:
    """What the coordinates of the answer are written with."""
    if system is None:
        return {}
    return {"srid": system.code, "flipped": system.is_flipped, "decimals": system.decimals}


def _corners(asked: Box | ProjectedBox) -> dict[str, Any]:
    """The corners of both parts of a box; a box that does not cross the antimeridian is both of its parts.

    Of a projected one the box round it in degrees, and its own corners.
    """
    names = ("west", "south", "east", "north")
    if isinstance(asked, ProjectedBox):
        around = asked.bounds or (None,) * 4
        own = {f"{name}_1": corner for name, corner in zip(names, asked.corners, strict=True)}
        return (
            {f"{name}_0": edge for name, edge in zip(names, around, strict=True)}
            | own
            | {"box_srid": asked.system.code}
        )
    parts = (asked.parts[0], asked.parts[-1])
    return {f"{name}_{n}": corner for n, part in enumerate(parts) for name, corner in zip(names, part, strict=True)}


Typed = Annotated[Text, Field(max_length=phrase.LONGEST), AfterValidator(phrase.checked)]
"""What is typed to find something."""


class TextSearch(Search):
    """What can also be asked by words."""

    q: Typed | None = Field(
        None,
        description="Words or a number, however written. Without `sortby` what fits best comes first.",
    )

    def values(self) -> dict[str, Any]:
        return {**super().values(), "q": phrase.told(self.q) if self.q else None}


class AimSearch(TextSearch):
    """What can be asked by what is aimed at."""

    theme: Words = Field((), description="Ids of the strategies' themes; a plan with a claim to any of them.")
    goal: Words = Field((), description="Ids of the strategies' goals.")
    sdg: Sdgs = Field((), description="Numbers of UN Sustainable Development Goals.")

    def values(self) -> dict[str, Any]:
        return {**super().values(), "theme": list(self.theme), "goal": list(self.goal), "sdg": list(self.sdg)}


class PlanSearch(AimSearch):
    """What can be asked of plans; `q` by number, title, place, description, and the themes and goals of its claims."""

    kind: Kinds = Field((), description="Kinds of plan.")
    number: Words = Field((), description="Plan numbers, however written: `sk66` finds SK 66.")
    status: Statuses = Field((), description="Statuses on the day.")

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "kind": [str(kind) for kind in self.kind],
            "number": sorted({key for text in self.number for key in number_keys(text)}),
            "status": [str(status) for status in self.status],
        }


class HearingSearch(AimSearch):
    """What can be asked of hearings; `datetime` finds those open on a day or at some time in an interval.

    `q` finds the words of the plan or the title of the strategy; `theme`, `goal` and `sdg` what the plan has claims
    to, or the strategy holds.
    """

    plan: Words = Field((), description="Ids of plans.")
    is_open: bool | None = Field(None, description="Only those that are open, or are not, on the legal day.")

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "plan": list(self.plan),
            "is_open": self.is_open,
            "first_day": self.datetime_.first if self.datetime_ else None,
            "last_day": self.last_day,
        }

    @property
    def shape(self) -> frozenset[str]:
        return super().shape | ({"datetime"} if self.datetime_ else set())


class MunicipalitySearch(Search):
    """What can be asked of municipalities."""


class HeldSearch(BaseModel):
    """What can be asked of whatever municipalities keep beside their plans."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    municipality: Words = Field((), description="Codes of municipalities.")
    known_at: Annotated[datetime | None, parsed(_moment)] = Field(
        None, description="The moment whose knowledge is asked for."
    )
    lang: Language | None = Field(None, description="The language of the texts.")

    @property
    def in_past(self) -> bool:
        return self.known_at is not None

    def values(self) -> dict[str, Any]:
        return {"municipality": list(self.municipality), "known_at": self.known_at}


class StrategySearch(HeldSearch):
    """What can be asked of strategies, themes and goals."""

    f: Literal["json", "html"] | None = Field(None, description="The form of the answer.")


class HistorySearch(Moment):
    """What can be asked of a municipality's history; `datetime` is one day."""

    municipality: Text = Field(description="Code of the municipality.")
    lang: Language | None = Field(None, description="The language of the sentences.")

    def values(self) -> dict[str, Any]:
        return {**super().values(), "of": self.municipality}
