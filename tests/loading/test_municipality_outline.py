"""A municipality's real outline, from the kinds of files it is delivered in, is kept as plans are."""

import shutil
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from georegister.errors import MappingInvalid
from georegister.language import translator
from georegister.loading.municipality_file import load_municipality
from georegister.maps import sentences
from georegister.register.database import Database, reading
from georegister.register.municipalities import get
from georegister.settings import folder
from tests.builders import zipped

ISLAND = shapely.box(500_000, 6_100_000, 530_000, 6_130_000)
BOWTIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def a_municipality(folder: Path, outline: str) -> Path:
    file = folder / "municipality.toml"
    file.write_text(
        'code = "9998"\njurisdiction = "DK"\nslug = "oekommune"\nnames = { da = "Økommune" }\nlanguages = ["da"]\n'
        f'time_zone = "Europe/Copenhagen"\ncrs = [25832]\noutline = {outline}\n'
    )
    return file


def an_outline(folder: Path, name: str, *shapes: BaseGeometry, crs: int | None = 25832, **more: object) -> Path:
    frame = gpd.GeoDataFrame({"navn": ["Ø"] * len(shapes)}, geometry=list(shapes), crs=crs)
    pyogrio.write_dataframe(frame, folder / name, **more)
    return folder / name


@pytest.mark.parametrize("form", ["gpkg", "shp", "zip", "geojson"])
def test_an_outline_in_a_declared_reference_system(empty: Database, tmp_path: Path, form: str) -> None:
    file = an_outline(tmp_path, "kommune.shp" if form == "zip" else f"kommune.{form}", ISLAND)
    if form == "zip":
        parts = {part.name: part.read_bytes() for part in tmp_path.glob("kommune.*")}
        file = zipped(tmp_path / "kommune.zip", parts)
    report = load_municipality(empty, a_municipality(tmp_path, f'{{ file = "{file.name}" }}'), "test")
    assert report.receipt
    with reading(empty) as session:
        outline = get(session, "9998").outline
        [row] = session.sql("SELECT geometry_source, ST_IsValid(geom) AS valid FROM municipality_outline").fetchall()
    assert row == {"geometry_source": "delivered", "valid": True}
    assert outline is not None
    assert outline.geom_type == "MultiPolygon"
    back = gpd.GeoSeries([outline], crs=4326).to_crs(25832)[0]
    # A straight edge in UTM bends in degrees; points put on it keep it within a centimetre of where it lay.
    assert back.hausdorff_distance(ISLAND) < 0.02
    assert load_municipality(empty, a_municipality(tmp_path, f'{{ file = "{file.name}" }}'), "test").changes_nothing


def test_what_is_said_of_a_municipality_is_an_act_and_titles_follow_its_first_language(
    demo: Database, tmp_path: Path
) -> None:
    said = (folder("data") / "soroe" / "municipality.toml").read_text(encoding="utf-8")
    file = tmp_path / "municipality.toml"
    shutil.copy(folder("data") / "soroe" / "outline.geojson", tmp_path)

    def loaded(text: str) -> tuple[set[str], str]:
        """The titles of themes in states, and who acted last."""
        file.write_text(text, encoding="utf-8")
        load_municipality(demo, file, f"clerk {len(text)}")
        with reading(demo) as session:
            rows = session.sql(
                "SELECT DISTINCT json_array_elements_text(properties_json::json -> 'theme_titles') AS title "
                "FROM plan_state WHERE municipality = '0340' AND upper_inf(recorded)"
            ).fetchall()
            [last] = session.sql("SELECT actor FROM act WHERE municipality = '0340' ORDER BY seq DESC LIMIT 1")
        return {row["title"] for row in rows}, last["actor"]

    danish, actor = loaded(said)
    assert actor == "demo", "nothing was new"
    elsewhere = said.replace("https://soroe.dk", "https://plan.soroe.example")
    assert loaded(elsewhere) == (danish, f"clerk {len(elsewhere)}")
    in_english = said.replace('["da"]', '["en", "da"]')
    english, actor = loaded(in_english)
    assert actor == f"clerk {len(in_english)}"
    assert len(english) == len(danish) > 0
    assert english.isdisjoint(danish)
    assert loaded(said)[0] == danish


def test_one_layer_of_several_is_named(empty: Database, tmp_path: Path) -> None:
    file = an_outline(tmp_path, "dagi.gpkg", ISLAND, layer="kommune")
    an_outline(tmp_path, "dagi.gpkg", ISLAND.buffer(9), layer="region", append=True)
    with pytest.raises(MappingInvalid, match=r"must have one layer, and has kommune, region; say layer"):
        load_municipality(empty, a_municipality(tmp_path, f'{{ file = "{file.name}" }}'), "test")
    with pytest.raises(MappingInvalid, match=r"there is no layer 'by'; there are: kommune, region"):
        load_municipality(empty, a_municipality(tmp_path, f'{{ file = "{file.name}", layer = "by" }}'), "test")
    assert load_municipality(
        empty, a_municipality(tmp_path, f'{{ file = "{file.name}", layer = "kommune" }}'), "test"
    ).receipt


@pytest.mark.parametrize(
    ("shapes", "crs", "says"),
    [
        ([], 25832, r"has 0 rows"),
        ([ISLAND, ISLAND], 25832, r"has 2 rows with a geometry; an outline is one row"),
        ([shapely.Point(500_000, 6_100_000)], 25832, r"is a Point; an extent is one or more polygons"),
        ([shapely.LineString([(0, 0), (1, 1)])], 25832, r"is a LineString"),
        ([ISLAND], None, r"does not say its reference system"),
        ([shapely.box(1e9, 1e9, 2e9, 2e9)], 25832, r"cannot be used"),
    ],
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_what_is_no_outline_is_one_sentence(
    empty: Database, tmp_path: Path, shapes: list[BaseGeometry], crs: int | None, says: str
) -> None:
    file = an_outline(tmp_path, "kommune.shp", *shapes, crs=crs, geometry_type=None if shapes else "Polygon")
    with pytest.raises(MappingInvalid, match=says) as refused:
        load_municipality(empty, a_municipality(tmp_path, f'{{ file = "{file.name}" }}'), "test")
    assert str(refused.value).startswith("municipality.toml: outline: ")
    with reading(empty) as session:
        assert session.sql("SELECT count(*) AS n FROM municipality WHERE code = '9998'").fetchall() == [{"n": 0}]


def test_an_invalid_outline_is_mended_and_told(empty: Database, tmp_path: Path) -> None:
    crossed = shapely.affinity.affine_transform(BOWTIE, [30_000, 0, 0, 30_000, 500_000, 6_100_000])
    file = an_outline(tmp_path, "kommune.gpkg", crossed)
    report = load_municipality(empty, a_municipality(tmp_path, f'{{ file = "{file.name}" }}'), "test")
    assert [finding.rule.id for finding in report.findings] == ["GEOM-03"]


def test_where_people_write_to_it_is_told_where_a_hearing_does_not_say(demo: Database, tmp_path: Path) -> None:
    said = (folder("data") / "soroe" / "municipality.toml").read_text(encoding="utf-8")
    without = "\n".join(line for line in said.splitlines() if not line.startswith(("contact", "outline")))
    file = tmp_path / "municipality.toml"
    for contact, told, link in (
        ("plan@example.dk", "plan@example.dk", "mailto:plan@example.dk"),
        ("Rådhuset, 4180", "Rådhuset, 4180", None),
    ):
        file.write_text(f'{without}\ncontact = "{contact}"\n', encoding="utf-8")
        load_municipality(demo, file, "test")
        with reading(demo) as session:
            assert get(session, "0340").contact == contact
        answer = sentences.answer_to(None, "Sorø Kommune", contact, translator("da"))
        assert (answer["to"], answer["link"]) == (told, link)
    file.write_text(f'{without}\ncontact = "javascript:alert(1)"\n', encoding="utf-8")
    with pytest.raises(MappingInvalid, match="contact"):
        load_municipality(demo, file, "test")
