import pytest

from georegister.domain.plan import Kind, number_key, plan_id, slug


@pytest.mark.parametrize("written", ["SK66", "sk 66", "SK  66 ", "Sk 66", " SK 66"])
def test_a_local_plans_number_is_one_however_written(written: str) -> None:
    assert number_key(written, Kind.LOCAL_PLAN, "DK") == "sk66"


@pytest.mark.parametrize(
    "written", ["1-21", "1-2021", "Tillæg 1-2021", "tillæg nr. 1-21", "01-2021", "Kommuneplantillæg 1/2021"]
)
def test_an_addendums_number_is_one_however_written(written: str) -> None:
    assert number_key(written, Kind.ADDENDUM, "DK") == "1-2021"


def test_an_addendum_without_a_year_keeps_none() -> None:
    assert number_key("Tillæg 1", Kind.ADDENDUM, "DK") == "1"


def test_a_greenlandic_number_is_an_area_and_a_serial() -> None:
    assert number_key("1C4-3", Kind.ADDENDUM, "GL") == "1c4-3"
    assert number_key("3-21", Kind.ADDENDUM, "GL") == "3-21"


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (Kind.LOCAL_PLAN, "SK 66", "0340-local-plan-sk-66"),
        (Kind.LOCAL_PLAN, "SK66", "0340-local-plan-sk-66"),
        (Kind.ADDENDUM, "1-21", "0340-addendum-1-2021"),
        (Kind.MUNICIPAL_PLAN, "2019-2030", "0340-municipal-plan-2019-2030"),
        (Kind.LOCAL_PLAN, "A9 med tillæg 1", "0340-local-plan-a9-med-tillaeg-1"),
        (Kind.LOCAL_PLAN, "ÅØÆ", "0340-local-plan-aaoeae"),
    ],
)
def test_an_id_is_safe_in_an_address(kind: Kind, number: str, expected: str) -> None:
    assert plan_id("0340", kind, number, "DK") == expected


def test_a_number_of_signs_alone_still_gives_an_id() -> None:
    assert slug("§§") == "unnamed"


def test_what_binds_a_place_closest_ranks_first() -> None:
    assert sorted(Kind, key=lambda kind: kind.rank)[0] is Kind.BUILDING_FIELD
    assert sorted(Kind, key=lambda kind: kind.rank)[-1] is Kind.MUNICIPAL_PLAN
