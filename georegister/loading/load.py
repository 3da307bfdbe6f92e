"""A delivery becomes part of the register: the steps on one page, and the transaction around the last.

    read | map | repair | check | compare | apply
    --------- prepare --------- | compare | intake

Nothing in `prepare` knows a database. A row with an error is refused and the rest goes on, unless told to be
strict; whatever happens, the register is afterwards as it was or as the report says.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from georegister.domain.change import count
from georegister.domain.municipality import Municipality
from georegister.errors import DeliveryRefused, WithdrawalsUnexpected
from georegister.loading.compare import Report, compare
from georegister.loading.facts import read_facts
from georegister.loading.formats import FACT_TABLES
from georegister.loading.mapping import MappingFile
from georegister.loading.naming import PlanNames
from georegister.loading.prepare import Options, Prepared, Progress, prepare_facts, prepare_plans
from georegister.loading.rules import Context
from georegister.loading.sheets import read_sheets
from georegister.register import intake, municipalities, places
from georegister.register.database import Database, reading, writing

Agreed = Callable[[Report], None]
STEPS = ("read", "map", "repair", "check", "compare", "plans", "facts", "states")
"""What `progress` is told, in order; a delivery of several layers goes through some of them again."""
NOT_KEPT = ("by", "dry_run", "expect_withdrawals")
"""Options that make no other load of the same file."""


def load(
    database: Database,
    file: Path,
    municipality: str,
    mapping: MappingFile | None,
    options: Options,
    progress: Progress = lambda step: None,
    *,
    waiting: int | None = None,
    agreed: Agreed = lambda report: None,
) -> Report:
    """Loads a delivery of plans by a mapping, or, without one, facts: TOML or tables. The rest is as `take` has it.

    Raises DeliveryRefused where the file cannot be read or mapped, NotFound for an unknown municipality,
    WithdrawalsUnexpected where a complete delivery lacks other plans than were expected, RegisterUnavailable where
    the database does not answer.
    """
    if options.dataset and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", options.dataset):
        raise DeliveryRefused(f"--dataset {options.dataset!r} cannot be used: small letters, digits and - only.")
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
        context = Context(its_municipality, places.names(session, municipality))
    progress("read")
    if mapping is None and (options.complete or options.effective):
        raise DeliveryRefused(
            f"{file.name} is a file of facts: it says itself whether it is complete, and each fact has its own days. "
            "Leave out --complete and --new-version."
        )
    if mapping is None:
        if file.suffix.lower() in FACT_TABLES:
            with reading(database) as session:
                names = PlanNames.read(session, its_municipality)
            said = read_sheets(file, names, options)
        else:
            said = read_facts(file)
        prepared = prepare_facts(said, file.name, municipality)
    else:
        prepared = prepare_plans(file, mapping, context, options, progress)
    if options.dataset:
        prepared = replace(prepared, dataset=options.dataset)
    return take(database, prepared, its_municipality, file.name, file.read_bytes, options, progress, waiting, agreed)


def take(
    database: Database,
    prepared: Prepared,
    municipality: Municipality,
    file: str,
    content: Callable[[], bytes],
    options: Options,
    progress: Progress = lambda step: None,
    waiting: int | None = None,
    agreed: Agreed = lambda report: None,
) -> Report:
    """Takes a prepared delivery in: compares it with the register, and applies it unless it is a dry run.

    `file` is the delivery's name and `content` gives its bytes, which are kept. `waiting` is the number of a load whose
    file came before; `agreed` is shown the report under the municipality's lock, before anything is written, and may
    raise. Raises as `load` does.
    """
    report = Report(
        file,
        municipality,
        prepared.dataset,
        findings=prepared.findings,
        ignored=prepared.ignored,
        layers=prepared.layers,
        rows=prepared.rows,
        mapping=prepared.mapping,
        strict=options.strict,
    )
    progress("compare")
    if options.dry_run:
        with reading(database) as session:
            compare(session, prepared, report)
            if report.changes_nothing:
                report.standing = intake.standing(session, _delivery(file, content(), prepared, report, options))
        return report
    with writing(database) as session:
        intake.lock(session, municipality.code)
        compare(session, prepared, report)
        agreed(report)
        if options.strict and report.refused:
            return report
        _refuse_unexpected(report, options)
        delivery = _delivery(file, content(), prepared, report, options, waiting)
        if report.changes_nothing:
            report.standing = intake.standing(session, delivery)
            return report
        report.receipt = intake.apply(session, delivery, report.plans, report.facts, report.findings, progress)
    return report


def _refuse_unexpected(report: Report, options: Options) -> None:
    """Raises WithdrawalsUnexpected where not just so many plans are missing as whoever loads expects."""
    number, expected = count(report.plans)["withdrawn"], options.expect_withdrawals or 0
    if number == expected:
        return
    are = "1 plan is" if number == 1 else f"{number} plans are"
    raise WithdrawalsUnexpected(
        f"{report.file}: {are} missing from the complete delivery, and {expected} expected: --dry-run names them, "
        f"--expect-withdrawals {number} withdraws them. Nothing was changed."
    )


def _delivery(
    file: str, content: bytes, prepared: Prepared, report: Report, options: Options, waiting: int | None = None
) -> intake.Delivery:
    return intake.Delivery(
        report.municipality.code,
        prepared.dataset,
        prepared.title,
        file,
        content,
        hashlib.sha256(content).digest(),
        options.by,
        prepared.mapping,
        {name: str(value) for name, value in vars(options).items() if value and name not in NOT_KEPT},
        [(document.sha256, document.content) for document in prepared.documents],
        waiting,
    )
