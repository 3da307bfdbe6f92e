"""Printed sheets before veraPDF, which nobody here wrote: accessible by PDF/UA-1 (ISO 14289-1)."""

import os
import subprocess
from pathlib import Path

import httpx
import pytest

from scripts import maven

VERSION = "1.26.1"
CHECKER = Path(maven.__file__).with_name("PdfUa.java")
JARS = os.environ.get("CITE_JARS")
SHEETS = {
    "hearing": "/plans/0340-local-plan-sk-66/sheet.pdf?lang=da",
    "claims": "/plans/0340-local-plan-sk-66/sheet.pdf?lang=en",
    "addendum": "/plans/0956-addendum-1c4-3/sheet.pdf?lang=da",
    "municipal-plan": "/plans/0340-municipal-plan-2019-2030/sheet.pdf?lang=da",
    "map": "/map/sheet.pdf?municipality=0340&lang=da",
    "map-by-use": "/map/sheet.pdf?municipality=0340&lang=en&colour=use&ended=1",
    "greenland": "/map/sheet.pdf?municipality=0956&lang=da",
    "nothing": "/map/sheet.pdf?municipality=0340&status=lapsed&lang=da",
    "search": "/map/sheet.pdf?q=sol&lang=da",
    "place": "/map/sheet.pdf?municipality=0340&point=11.6671,55.4576&lang=da",
}


@pytest.mark.cite
@pytest.mark.proves("client/verapdf")
def test_sheets_are_accessible(in_2021: str, tmp_path: Path) -> None:
    jars = maven.fetched("org.verapdf", "validation-model", VERSION, Path(JARS) if JARS else None)
    files = []
    for name, sheet in SHEETS.items():
        files.append(tmp_path / f"{name}.pdf")
        answer = httpx.get(in_2021 + sheet, timeout=120)
        assert answer.status_code == 200, answer.text
        files[-1].write_bytes(answer.content)
    command = ["java", "-cp", f"{jars}/*", str(CHECKER), *map(str, files)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    judged = [line.split() for line in said.stdout.splitlines() if line.split()[1] in ("true", "false")]
    assert [(file, kept) for file, kept, _ in judged] == [(str(file), "true") for file in files], (
        said.stdout + said.stderr
    )
    assert all(int(checks) > 1000 for _, _, checks in judged)
