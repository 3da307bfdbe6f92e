"""A walk through a collection, page by page: every page shows the register as the first one found it."""

from dataclasses import dataclass
from typing import Any

from georegister.api.service import Service
from georegister.errors import QuestionInvalid, ValueRefused
from georegister.register import areas, features, hearings, municipalities, paging, plans
from georegister.register.collections import Collection
from georegister.register.cql2.filter import filter_of
from georegister.register.cursor import Cursor, question_of
from georegister.register.paging import Start
from georegister.register.place_questions import AreaSearch
from georegister.register.questions import HOW_GIVEN, HearingSearch, MunicipalitySearch, PlanSearch, Search, TextSearch
from georegister.sentence import N_

SOURCES: dict[type[Search], features.SourceOf] = {
    PlanSearch: plans.source,
    HearingSearch: hearings.source,
    MunicipalitySearch: municipalities.source,
}
SOURCES |= {areas.SEARCHES[search]: areas.in_area(source_of) for search, source_of in SOURCES.items()}


@dataclass(frozen=True)
class Found:
    """A page: the texts of its features, how many there are on all pages, and where those before and after begin.

    `matched` is None where there are more than are counted, or nobody asked.
    """

    features: list[str]
    matched: int | None
    before: Cursor | None
    after: Cursor | None


async def page(service: Service, collection: Collection, question: Search, counting: bool = True) -> Found:
    """The page a question asks for: the first, or the one its token names, of the register that the first page showed.

    Raises QuestionInvalid for a token that is not of this question, and for properties the collection has not.
    """
    asked = question_of(collection.id, question.model_dump_json(exclude={"token", "limit", "f", "lang", "result_type"}))
    sort = sorting(collection, question)
    check_properties(collection, question)
    cursor = await _cursor(service, question, asked)
    shape, values = asking(service, collection, question)
    start = Start.FIRST
    if cursor:
        start = Start.BEFORE if cursor.backwards else Start.AFTER
        *keys, last = cursor.keys
        values |= {"now": cursor.now, "after": last, **{f"key_{place}": key for place, key in enumerate(keys)}}
    source = SOURCES[collection.search]
    statement = paging.page(collection, source, shape, sort, start)
    rows = await service.reading.tuples(statement, values)
    if cursor and not question.in_past and not (rows and rows[0][-1] == cursor.at):
        # The register has changed meanwhile: it is asked what it held then.
        values["known_at"] = cursor.at
        statement = paging.page(collection, source, shape | {"known_at"}, sort, start)
        rows = await service.reading.tuples(statement, values)
    matched = cursor.matched if cursor else await counted(service, collection, question) if counting else None
    more = bool(rows) and rows[-1][3]
    follow, precede = (True, more) if start is Start.BEFORE else (more, start is Start.AFTER)
    rows = rows[::-1] if start is Start.BEFORE else rows

    def beyond(row: tuple[Any, ...], backwards: bool) -> Cursor:
        at = cursor.at if cursor else row[-1]
        keys = tuple(row[2])
        return Cursor(question=asked, keys=keys, backwards=backwards, at=at, now=values["now"], matched=matched)

    return Found(
        [row[1] for row in rows],
        matched,
        beyond(rows[0], True) if rows and precede else None,
        beyond(rows[-1], False) if rows and follow else None,
    )


async def counted(service: Service, collection: Collection, question: Search, bounded: bool = True) -> int | None:
    """How many features match, without the pages; None where `bounded` and there are more than are counted.

    Counting costs many times what a page does: it is kept as long as the register and the legal day stay.
    """
    # The state is read first: a load that comes between can only make the number newer than its key.
    [(state,)] = await service.reading.tuples(municipalities.state(), service.now())
    key = f"{state} {bounded} {collection.id} {question.model_dump_json(exclude=set(HOW_GIVEN))}"
    number = service.counts.get(key)
    if number is None:
        shape, values = asking(service, collection, question)
        statement = paging.counted(collection, SOURCES[collection.search], shape, bounded)
        [(number,)] = await service.reading.tuples(statement, values)
        service.counts.put(key, number, len(key))
    return number if not bounded or number <= paging.COUNT_UP_TO else None


def asking(service: Service, collection: Collection, question: Search) -> tuple[features.Shape, dict[str, Any]]:
    """The shape of a question with its filter, and what its statement is bound to. Raises QuestionInvalid."""
    wanted = filter_of(collection, question)
    return question.shape | wanted.shape, {**features.bound(question, service.now()), **wanted.values}


async def _cursor(service: Service, question: Search, asked: str) -> Cursor | None:
    if question.token is None:
        return None
    try:
        return Cursor.parse(question.token, await service.token_key(), asked)
    except ValueRefused as error:
        raise QuestionInvalid("token", error.sentence) from error


def check_properties(collection: Collection, question: Search) -> None:
    """Raises QuestionInvalid for a property the collection has not."""
    names = {one.name for one in collection.properties}
    for name in question.properties:
        if name not in names:
            raise QuestionInvalid("properties", N_("there is no property {name!r} here"), name=name[:60])


def sorting(collection: Collection, question: Search) -> paging.Sort:
    """What features are put in order by: as is asked, else what fits the words best first, or overlaps most.

    Raises QuestionInvalid.
    """
    if isinstance(question, TextSearch) and question.q and not question.sortby:
        return ((paging.RANK, True),)
    if isinstance(question, AreaSearch) and not question.sortby:
        return ((areas.OVERLAP, True),)
    sortable = {"id", *(one.name for one in collection.sortables)}
    sort: dict[str, bool] = {}
    for said in question.sortby:
        name = said.lstrip("+-")
        if name not in sortable or len(said) > len(name) + 1:
            raise QuestionInvalid("sortby", N_("features cannot be put in order by {name!r}"), name=said[:60])
        sort.setdefault(name, said.startswith("-"))
    return tuple(sort.items())
