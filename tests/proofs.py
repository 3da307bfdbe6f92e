"""Keeps what tests prove: `--proofs=FILE` writes what came of those that carry the mark `proves`.

What the file tells of tests in other files than were run stays in it, with the commit that was then.

A test of the mark `proves("cql2/1.0/conf/arithmetic", "attack/5")` shows that class of a standard, and that an attack
does no harm. `record_property("program", (name, version))` and `record_property("suite", Suite(...).model_dump())` tell
of what others wrote.
"""

import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from georegister.api.proofs import WORST_FIRST, Outcome, Proof, Proofs, Suite

ROOT = Path(__file__).resolve().parent.parent


class Kept:
    """What has been seen, by test; only the process that the others report to keeps it."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.seen: dict[tuple[str, tuple[str, ...]], list[Outcome]] = defaultdict(list)
        self.programs: dict[str, str] = {}
        self.suites: list[Suite] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = list(report.user_properties)
        proves = [subject for name, subjects in told if name == "proves" for subject in subjects]  # type: ignore[union-attr]
        if not proves or (report.when != "call" and report.outcome == "passed"):
            return
        name = report.nodeid.split("[")[0]
        self.seen[name, tuple(sorted(set(proves)))].append(report.outcome)
        if report.when == "call":
            self.programs |= dict(value for name, value in told if name == "program")  # type: ignore[misc]
            self.suites += [Suite.model_validate(value) for name, value in told if name == "suite"]

    def pytest_sessionfinish(self) -> None:
        commit = subprocess.check_output(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, text=True).strip()
        before = Proofs.model_validate_json(self.target.read_bytes()) if self.target.exists() else None
        tests = {(one.test, one.proves): one for one in self._tests(commit)}
        suites = {(one.name, one.server): one for one in self.suites}
        programs = self.programs
        if before:
            # What did not run now is told as it was.
            files = {test.split("::")[0] for test, _ in tests}
            rest = [one for one in before.tests if (ROOT / one.test.split("::")[0]).exists()]
            tests = {(one.test, one.proves): one for one in rest if one.test.split("::")[0] not in files} | tests
            suites = {(one.name, one.server): one for one in before.suites} | suites
            programs = before.programs | programs
        said = Proofs(
            at=datetime.now(UTC).replace(microsecond=0),
            commit=commit,
            programs=dict(sorted(programs.items())),
            suites=tuple(one for _, one in sorted(suites.items())),
            tests=tuple(one for _, one in sorted(tests.items())),
        )
        self.target.write_text(said.model_dump_json(indent=1) + "\n", encoding="utf-8")

    def _tests(self, commit: str) -> Iterator[Proof]:
        for (name, proves), runs in sorted(self.seen.items()):
            came = next(one for one in WORST_FIRST if one in runs)
            yield Proof(test=name, proves=proves, outcome=came, runs=len(runs), commit=commit)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proofs", metavar="FILE", help="write what the tests prove")


def pytest_configure(config: pytest.Config) -> None:
    if (target := config.getoption("--proofs")) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Kept(Path(target)), "kept-proofs")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if proves := [subject for mark in item.iter_markers("proves") for subject in mark.args]:
        item.user_properties.append(("proves", proves))
