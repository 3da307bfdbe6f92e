"""Random filters, asked of the register and of the oracle, in text and in JSON."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from georegister.register.collections import COLLECTIONS, Collection
from georegister.register.cql2.filter import filter_of
from georegister.register.cql2.read import read_text
from tests.api.test_filters import CLASSES
from tests.register.cql2.conftest import PAST, Asked
from tests.register.cql2.written import as_json, as_text

NUMBERS = (0, 1, 2, 4, 7, 13, 0.5, -1, 36, 1000, 118_000)
DAYS = ("2019-11-20", "2021-05-12", "2021-06-01", "2023-03-01", "2024-05-22", "0000-01-01", "9999-12-31")
MOMENTS = ("2021-05-12T00:00:00Z", "2021-07-07T23:59:59.5Z")
TEXTS = (
    "0340",
    "SK 66",
    "local-plan",
    "in_force",
    "Sorø",
    "Å",
    "K",
    "",
    "O'Brien",
    "x\\' OR 1=1 --",
    "%",
    "a_b",
    "ÆBLE",
)
PATTERNS = ("%", "", "%sol%", "SK%", "_K 6_", "%ø%", "%o%", "%\\%%", "%'%", "%lokalplan%", "0340%")
LISTS = (["0340-vision-2026-4"], ["81"], ["da", "kl"], ["0340-vision-2026-4", "0340-vision-2026-4.1"], ["x"])
WHOLES = ([7], [7, 13], [13, 7, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17], [0.5])
X, Y = (
    st.sampled_from((11.3, 11.55, 11.66, 11.667, 11.7, 11.8)),
    st.sampled_from((55.3, 55.43, 55.45, 55.4576, 55.47, 55.6)),
)
POINTS = st.tuples(X, Y).map(list)
SPATIAL = ("intersects", "disjoint", "equals", "touches", "within", "overlaps", "crosses", "contains")
NEAR_SOROE = "BBOX(11.3,55.3,11.8,55.6)"
TEMPORAL = (
    *("after", "before", "contains", "disjoint", "during", "equals", "finishedBy", "finishes", "intersects", "meets"),
    *("metBy", "overlappedBy", "overlaps", "startedBy", "starts"),
)


def op(name: str, *args: Any) -> dict[str, Any]:
    return {"op": name, "args": list(args)}


def called(names: Any, *args: "st.SearchStrategy[Any]") -> "st.SearchStrategy[Any]":
    return st.builds(op, st.sampled_from(names), *args)


def boxes() -> "st.SearchStrategy[Any]":
    corners = st.tuples(X, Y, X, Y)
    return corners.filter(lambda c: c[1] <= c[3]).map(lambda c: {"bbox": list(c)})


def shapes() -> "st.SearchStrategy[Any]":
    lines = st.lists(POINTS, min_size=2, max_size=3, unique_by=tuple).map(
        lambda points: {"type": "LineString", "coordinates": points}
    )
    squares = st.tuples(POINTS, st.sampled_from((0.001, 0.05, 0.4))).map(
        lambda said: {
            "type": "Polygon",
            "coordinates": [
                [
                    [round(said[0][0] + dx * said[1], 6), round(said[0][1] + dy * said[1], 6)]
                    for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
                ]
            ],
        }
    )
    points = POINTS.map(lambda point: {"type": "Point", "coordinates": point})
    many = st.lists(POINTS, min_size=1, max_size=3, unique_by=tuple).map(
        lambda found: {"type": "MultiPoint", "coordinates": found}
    )
    return st.one_of(
        points, many, lines, squares, boxes(), st.just({"property": "geometry"}), st.just({"property": "geom"})
    )


def filters(collection: Collection) -> "st.SearchStrategy[Any]":
    """Filters that are well typed, with every operator there is."""
    kinds: dict[str, list[Any]] = {
        "text": [{"property": "id"}],
        "number": [],
        "truth": [],
        "day": [],
        "texts": [],
        "wholes": [],
    }
    of_type = {"string": "text", "integer": "number", "number": "number", "boolean": "truth"}
    for one in collection.queryables:
        kind = of_type.get(one.schema["type"]) or ("texts" if one.schema["items"]["type"] == "string" else "wholes")
        kinds["day" if one.schema.get("format") == "date" else kind].append({"property": one.name})

    def leaf(kind: str, values: Any) -> "st.SearchStrategy[Any]":
        return st.sampled_from([*kinds[kind], *kinds[kind], *values])

    texts, numbers = leaf("text", TEXTS), leaf("number", NUMBERS)
    days = leaf("day", [*({"date": day} for day in DAYS), *({"timestamp": moment} for moment in MOMENTS)])
    sums = st.one_of(
        numbers,
        called(("+", "-", "*", "/"), numbers, numbers),
        called(("%", "div"), numbers, numbers),
        called(("^",), numbers, st.just(2)),
        called(("-",), called(("*", "/"), numbers, numbers), numbers),
    )
    folded = st.one_of(texts, called(("casei", "accenti"), texts), called(("casei",), called(("accenti",), texts)))
    patterns = st.one_of(st.sampled_from(PATTERNS), called(("casei", "accenti"), st.sampled_from(PATTERNS)))
    ends = st.one_of(st.sampled_from(kinds["day"] or [".."]), st.just(".."))
    intervals = st.one_of(
        days,
        st.tuples(ends, ends).map(lambda both: {"interval": list(both)}),
        st.tuples(st.sampled_from(DAYS[:3]), st.sampled_from((*DAYS[2:5], ".."))).map(
            lambda both: {"interval": list(both)}
        ),
    )
    lists = [leaf("texts", LISTS)] if kinds["texts"] else [st.sampled_from(LISTS)]
    lists += [leaf("wholes", WHOLES)] if kinds["wholes"] else []
    comparisons, ordered = ("=", "<>", "<", ">", "<=", ">="), ("<", ">", "<=", ">=")
    predicates = st.one_of(
        called(comparisons, sums, sums),
        called(comparisons, days, days),
        called(("=", "<>"), folded, folded),
        called(ordered, texts, texts),
        called(("like",), folded, patterns),
        called(("between",), sums, numbers, numbers),
        called(("between",), days, days, days),
        called(("between",), texts, texts, texts),
        called(("in",), folded, st.lists(folded, min_size=1, max_size=3)),
        called(("in",), sums, st.lists(sums, min_size=1, max_size=3)),
        called(("isNull",), st.one_of(texts, numbers, days, sums, st.just({"property": "geometry"}))),
        called([f"s_{name}" for name in SPATIAL], st.just({"property": "geometry"}), shapes()),
        called([f"s_{name}" for name in SPATIAL], shapes(), st.just({"property": "geom"})),
        called([f"t_{name}" for name in TEMPORAL], intervals, intervals),
        *(called(("a_contains", "a_containedBy", "a_equals", "a_overlaps"), one, one) for one in lists),
        st.sampled_from([*kinds["truth"], True, False]),
    )
    return st.recursive(
        predicates,
        lambda inner: st.one_of(
            called(("and", "or"), inner, inner),
            called(("and", "or"), inner, inner, inner),
            called(("not",), inner),
            called(("=", "<>"), inner, st.booleans()),
            called(("isNull",), inner),
        ),
        max_leaves=6,
    )


@pytest.mark.proves("attack/5", "cql2/1.0/conf/cql2-json", "cql2/1.0/conf/cql2-text")
@pytest.mark.parametrize("class_", CLASSES)
def test_what_is_written_by_hand_means_the_same_to_the_oracle_and_in_json(asked: Asked, class_: str) -> None:
    for name, text, expected in CLASSES[class_]:
        tree = read_text(text)
        oracle = asked.oracle(name, "Sorø", "Sorø Å", "GL")
        assert oracle.ids(tree, asked.features(name, None)) == expected, text
        assert asked.ids(name, filter=as_json(tree), **{"filter-lang": "cql2-json"}) == expected, text
        assert asked.ids(name, filter=as_text(tree)) == expected, text


@pytest.mark.parametrize("filter_", [f"S_INTERSECTS(geom,{NEAR_SOROE})", f"S_WITHIN({NEAR_SOROE},geometry)"])
def test_the_index_of_geometries_is_asked(asked: Asked, filter_: str) -> None:
    explained = asked.explained("plans", filter=filter_)
    assert any(line.startswith("Index Cond: (geom ") for line in explained), explained


@pytest.mark.proves("attack/5")
@pytest.mark.parametrize(
    ("name", "day", "examples"),
    [
        ("plans", None, 90),
        ("plans", PAST, 90),
        ("municipal-plans", None, 25),
        ("hearings", PAST, 50),
        ("municipalities", None, 25),
    ],
)
def test_a_filter_means_the_same_to_the_register_and_to_the_oracle(
    asked: Asked, name: str, day: str | None, examples: int
) -> None:
    oracle, collection = asked.oracle(name, *TEXTS), COLLECTIONS[name]
    told: set[int] = set()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(filters(collection))
    def agree(tree: Any) -> None:
        text, json = as_text(tree), as_json(tree)
        expected = oracle.ids(tree, asked.features(name, day))
        in_json = {"filter": json, "filter-lang": "cql2-json"}
        assert asked.ids(name, day, filter=text) == expected, text
        assert asked.ids(name, day, **in_json) == expected, json
        same = [filter_of(collection, collection.search(**said)) for said in ({"filter": text}, in_json)]
        assert same[0].condition == same[1].condition
        told.add(len(expected))

    agree()
    assert len(told) > 1, "the filters tell nothing apart"
