"""What a load costs is counted, not timed: a hundred plans take as many statements as two."""

from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import shapely

from bench.generated import plans
from georegister.domain.change import count
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register import intake, served
from georegister.register.database import Database, Session
from tests.builders import a_delivery

SEEN = Options(by="test", acknowledge=frozenset({"GEOM-08", "GEOM-27"}))
TO_THE_DATABASE = ("rows", "row", "run", "sql", "copy_into")


def statements(database: Database, file: Path, mapping: MappingFile, number: int) -> Counter[str]:
    """What a load asks of the database."""
    asked: Counter[str] = Counter()

    def counted(name: str) -> Any:
        real = getattr(Session, name)

        def ask(self: Session, said: Any, *rest: Any, **values: Any) -> Any:
            asked[f"{name} {getattr(said, 'name', None) or getattr(said, 'sql', said)}"] += 1
            return real(self, said, *rest, **values)

        return ask

    with patch.multiple(Session, **{name: counted(name) for name in TO_THE_DATABASE}):
        report = load(database, file, "0340", mapping, SEEN)
    assert count(report.plans)["added"] == number
    return asked


def test_statements_do_not_grow_with_the_plans(
    demo: Database, plandata: MappingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MANY", 1)
    rows = plans(120).to_dict("records")
    few = statements(demo, a_delivery(tmp_path, rows[:10]), plandata, 10)
    many = statements(demo, a_delivery(tmp_path, rows[10:]), plandata, 110)
    assert sum(few.values()) > 20
    assert many == few


def test_no_more_geometries_are_made_ahead_than_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "AT_ONCE", 2)
    made: list[int] = []
    real = served._chunk

    def noted(chunk: Any) -> Any:
        made.append(len(chunk))
        return real(chunk)

    monkeypatch.setattr(served, "_chunk", noted)
    shapes = [shapely.MultiPolygon([shapely.box(place, 0, place + 1, 1)]) for place in range(4 * served.AHEAD)]
    with served.served(shapes) as forms:
        next(forms)
    assert len(made) <= served.AHEAD + 1
