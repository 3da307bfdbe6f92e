"""Plans by words, as people type them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from georegister.app import create_app
from georegister.domain import phrase
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.municipality_file import load_municipality
from georegister.loading.prepare import Options
from georegister.register.database import Database
from georegister.settings import Settings, folder
from tests.builders import a_delivery, a_plan, awaited
from tests.conftest import Server, serving

SK66, ADDENDUM = "0340-local-plan-sk-66", "0340-addendum-1-2021"
TITLES = {
    "SK 901": "Vindmøllepark ved Kongsmark",
    "SK 902": "Naturpark Åmosen",
    "SK 903": "Boliger i Naturparkens Have",
    "SK 904": "Havn og marina",
    "SK 905": "Århus Plads; DROP TABLE plan; --",
    "SK 906": "Qeqertarsuatsiaat",
    "SK 907": r"Sti 100% af_vejen \ 'ved' søen",
    "SK 660": "Skov",
}


def found(client: httpx.Client, collection: str = "plans", **question: str) -> list[str]:
    answer = client.get(f"/collections/{collection}/items", params=question)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["numberMatched"] == len(document["features"])
    return [feature["id"] for feature in document["features"]]


@pytest.fixture(scope="module")
def more(
    postgis: Server, demo_template: str, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """The demo with some plans more, served."""
    name, database = postgis.copy(demo_template)
    rows = [a_plan(number, title) for number, title in TITLES.items()]
    load(database, a_delivery(tmp_path_factory.mktemp("words"), rows), "0340", plandata, Options(by="test"))
    with serving(database) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def numbers(client: httpx.Client, q: str, **question: str) -> list[str]:
    """The numbers of the local plans that are found."""
    asked = {"q": q, "kind": "local-plan", **question}
    features = client.get("/collections/plans/items", params=asked).raise_for_status().json()["features"]
    return [feature["properties"]["number"] for feature in features]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("solcellepark fjenneslev", [ADDENDUM, SK66]),
        ("SOLCELLEPARK i fjenneslev", [ADDENDUM, SK66]),
        ("solceller på Fjenneslev", [ADDENDUM, SK66]),
        ("solcelle", [ADDENDUM, SK66]),
        ("Fjeneslev", [ADDENDUM, SK66]),
        ("fjenneslev 66", [SK66]),
        ("sk66", [SK66]),
        ("SK 66", [SK66]),
        ("lokalplan sk-66", [SK66]),
        ("1-21", [ADDENDUM]),
        ("Tillæg nr. 1-2021", [ADDENDUM]),
        ("soroe station", ["0340-local-plan-sk-72"]),
        ("Søro", ["0340-local-plan-sk-72"]),
        ("Qernertunnguit", ["0956-addendum-3c8-1"]),
        ("qernertunguit", ["0956-addendum-3c8-1"]),
        ("1C4-3", ["0956-addendum-1c4-3"]),
        ("fjenneslev nuuk", []),
        ("zzzz", []),
    ],
)
def test_what_people_type_finds_what_they_mean(client: httpx.Client, q: str, expected: list[str]) -> None:
    assert sorted(found(client, q=q)) == sorted(expected)


def test_themes_and_goals_of_a_plan_are_words_of_it(client: httpx.Client) -> None:
    """SK 66 has a claim to the goal on CO2; neither title nor place says so."""
    said = client.get(f"/collections/plans/items/{SK66}").json()["properties"]
    assert "co2" not in f"{said['title']} {said['place']} {said['description']}".casefold()
    assert set(found(client, q="co2")) == {ADDENDUM, SK66}
    assert found(client, q="fjenneslev co2 66") == [SK66]


def test_what_fits_best_comes_first(more: httpx.Client) -> None:
    assert numbers(more, "naturpark") == ["SK 902", "SK 903"]
    assert numbers(more, "naturpark", sortby="-number") == ["SK 903", "SK 902"]
    assert numbers(more, "sk 66")[0] == "SK 66"
    assert "SK 660" not in numbers(more, "fjenneslev 66")
    # What is typed comes before what only has it within a longer word.
    assert numbers(more, "park fjenneslev") == ["SK 66"]
    assert numbers(more, "vedels have") == ["SK 71"]


@pytest.mark.parametrize(
    ("q", "number"),
    [
        ("vindmøler", "SK 901"),
        ("vindmøllr kongsmark", "SK 901"),
        ("vindmoelle", "SK 901"),
        ("kongsmrak", "SK 901"),
        ("åmose", "SK 902"),
        ("aamosen", "SK 902"),
        ("aarhus", "SK 905"),
        ("Århus plads", "SK 905"),
        ("qeqertarsuatsiat", "SK 906"),
        ("DROP TABLE plan", "SK 905"),
        ("100%", "SK 907"),
        (r"af_vejen \ 'ved'", "SK 907"),
    ],
)
def test_typing_errors_and_letters_that_are_written_in_two_ways(more: httpx.Client, q: str, number: str) -> None:
    assert numbers(more, q)[0] == number


@pytest.mark.proves("attack/1")
@pytest.mark.parametrize(
    "q",
    [
        "&|!",
        "!!x:*",
        "a & b | c",
        "'",
        "\\",
        "\\'",
        "(",
        "<->",
        "x:*A",
        "%",
        "_",
        "''''; --",
        "\u202e",
        "🙂",
        "a" * 200,
    ],
)
def test_no_text_is_an_operator(client: httpx.Client, q: str) -> None:
    answer = client.get("/collections/plans/items", params={"q": q})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["numberMatched"] < 10


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("q=", "word"),
        ("q=%20%2C", "word"),
        ("q=a%00b", "character"),
        (f"q={'a' * 2000}", "200"),
        (f"q={'+'.join('abcdefghijklm')}", "12"),
        ("q=a&q=b", "once"),
    ],
)
def test_what_cannot_be_asked_is_told(client: httpx.Client, question: str, words: str) -> None:
    answer = client.get(f"/collections/plans/items?{question}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "q")
    assert words in answer.json()["detail"]


def test_municipalities_have_no_words(client: httpx.Client) -> None:
    assert client.get("/collections/municipalities/items?q=x").status_code == 400


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_go_through_all_in_order_forth_and_back(more: httpx.Client, limit: int) -> None:
    whole = found(more, q="lokalplan")
    assert len(whole) == 8 + len(TITLES)
    seen, before = [], []
    document = more.get("/collections/plans/items", params={"q": "lokalplan", "limit": str(limit)}).json()
    while True:
        assert document["numberMatched"] == len(whole)
        seen.append([feature["id"] for feature in document["features"]])
        links = {link["rel"]: link["href"] for link in document["links"]}
        if "next" not in links:
            break
        document = more.get(links["next"]).json()
    assert [one for page in seen for one in page] == whole
    while "prev" in links:
        document = more.get(links["prev"]).json()
        before.append([feature["id"] for feature in document["features"]])
        links = {link["rel"]: link["href"] for link in document["links"]}
    assert before == seen[-2::-1]


def test_with_other_parameters(client: httpx.Client) -> None:
    assert found(client, q="fjenneslev", kind="local-plan") == [SK66]
    assert found(client, q="fjenneslev", bbox="11.3,55.3,11.8,55.6", filter="number = 'SK 66'") == [SK66]
    assert found(client, q="fjenneslev", bbox="0,0,1,1") == []
    assert found(client, q="fjenneslev", datetime="1990-01-01") == []
    assert set(found(client, q="fjenneslev", datetime="2021-06-01", status="proposal")) == {ADDENDUM, SK66}
    assert found(client, q="fjenneslev", known_at="2000-01-01T00:00:00Z") == []
    hits = client.get("/collections/plans/items?q=fjenneslev&resultType=hits").json()
    assert (hits["numberMatched"], hits["features"]) == (2, [])


def test_a_download_has_the_same_rows_in_the_same_order(more: httpx.Client) -> None:
    asked = {"q": "boliger", "properties": "number"}
    lines = more.get("/collections/plans/items", params={**asked, "f": "csv"}).text.splitlines()
    features = more.get("/collections/plans/items", params=asked).json()["features"]
    assert [line.split(",")[0] for line in lines[1:]] == [feature["id"] for feature in features]
    assert len(features) > 3


def test_hearings_by_the_words_of_their_plan_or_strategy(client: httpx.Client) -> None:
    assert set(found(client, "hearings", q="fjenneslev 66")) == {
        "0340-local-plan-sk-66-hearing-2020-06-10",
        "0340-local-plan-sk-66-hearing-2021-05-12",
    }
    assert "0340-vision-2026-hearing-2022-09-27" in found(client, "hearings", q="vision")
    assert found(client, "hearings", q="zzzz") == []


def test_the_page_says_what_was_asked(client: httpx.Client) -> None:
    page = client.get("/collections/plans/items?q=fjenneslev+%3Cb%3E&f=html&lang=da").text
    assert "fjenneslev &lt;b&gt;" in page
    assert "<b>" not in page


def test_a_walk_keeps_to_its_moment_though_words_come(empty: Database, plandata: MappingFile, tmp_path: Path) -> None:
    """A plan that comes meanwhile, and the words it brings, are not on the later pages."""

    load_municipality(empty, folder("data") / "soroe" / "municipality.toml", "test")
    titles = ["Grønærtepark", "Grønærtevej", "Grønærtehave"]
    rows = [a_plan(f"SK {900 + no}", title) for no, title in enumerate(titles)]
    load(empty, a_delivery(tmp_path, rows), "0340", plandata, Options(by="test"))
    app = create_app(Settings(), empty)

    async def walked() -> tuple[list[str], list[str]]:
        seen: list[str] = []
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
        ):
            address = "/collections/plans/items?q=grønært&limit=1"
            while address:
                document = (await client.get(address)).json()
                seen += [feature["properties"]["title"] for feature in document["features"]]
                if len(seen) == 1:
                    new = [*rows, a_plan("SK 950", "Grønært Grønærtetorv")]
                    load(empty, a_delivery(tmp_path, new), "0340", plandata, Options(by="test"))
                address = next((link["href"] for link in document["links"] if link["rel"] == "next"), "")
            after = (await client.get("/collections/plans/items?q=grønært")).json()
            return seen, [feature["properties"]["title"] for feature in after["features"]]

    seen, after = awaited(walked())
    assert sorted(seen) == sorted(titles)
    assert sorted(after) == sorted([*titles, "Grønært Grønærtetorv"])
    assert after[0] == "Grønært Grønærtetorv"


@pytest.mark.parametrize("table", ["version_words", "known_word"])
def test_nobody_writes_words_but_the_triggers(shared_demo: Database, table: str) -> None:
    statement = psycopg.sql.SQL("DELETE FROM {}").format(psycopg.sql.Identifier(table))
    for who, refusal in (
        (shared_demo.conninfo("app_rw"), psycopg.errors.InsufficientPrivilege),
        (shared_demo.admin, psycopg.errors.CheckViolation),
    ):
        with psycopg.connect(who) as connection, pytest.raises(refusal):
            connection.execute(statement)


def test_every_version_has_its_words(shared_demo: Database) -> None:
    with psycopg.connect(shared_demo.admin) as connection:
        [row] = connection.execute(
            "SELECT count(*), count(w.version) FROM plan_version v "
            "LEFT JOIN version_words w ON (w.municipality, w.version) = (v.municipality, v.id)"
        ).fetchall()
    assert row[0] == row[1] > 0


def explained(database: Database, q: str) -> dict[str, Any]:
    with psycopg.connect(database.admin) as connection:
        [(said,)] = connection.execute("SELECT to_jsonb(a) FROM asked_words(%s, NULL) a", [phrase.told(q)]).fetchall()
    return dict(said)


def test_a_word_that_is_there_is_not_taken_for_another(shared_demo: Database) -> None:
    assert "fjenneslev" in explained(shared_demo, "fjeneslev")["wanted"]
    assert explained(shared_demo, "station")["wanted"].count("'station'") >= 1
    assert "natur'" not in explained(shared_demo, "naturpark")["wanted"]
