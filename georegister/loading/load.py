"""A delivery becomes part of the register: the steps on one page, and the transaction around the last.

    read | map | repair | check | compare | apply
    --------- prepare --------- | compare | intake

Nothing in `prepare` knows a database. A row with an error is refused and the rest goes on, unless told to be
strict; a warning that must be acknowledged keeps everything out until it is. Whatever happens, the register is
afterwards as it was or as the report says.
"""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

from georegister.domain.change import count
from georegister.domain.municipality import Municipality
from georegister.domain.rule import RULES
from georegister.errors import DeliveryRefused, NoFacts, WithdrawalsUnexpected
from georegister.loading.compare import Report, compare
from georegister.loading.facts import read_facts
from georegister.loading.formats import FACT_TABLES
from georegister.loading.gather import Progress
from georegister.loading.mapping import MappingFile
from georegister.loading.naming import PlanNames
from georegister.loading.prepare import Options, Prepared, prepare_facts, prepare_plans
from georegister.loading.reference_systems import known_or_refused
from georegister.loading.rules import Context
from georegister.loading.sheets import read_sheets
from georegister.loading.spool import FINDINGS_OF_A_PLAN, Spool
from georegister.register import intake, municipalities, places
from georegister.register.database import Database, reading, writing
from georegister.register.delivery_files import Content, lying_at, sha256_of
from georegister.sentence import N_

Agreed = Callable[[Report], None]
STEPS = ("read", "map", "repair", "check", "compare", "plans", "facts", "states")
"""What `progress` is told, in order; a delivery of several layers goes through some of them again."""
NOT_KEPT = ("by", "dry_run", "expect_withdrawals", "acknowledge")
"""Options that make no other load of the same file."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for cycles, a sixth of a large load's work: a load makes none that it leaves behind."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_uncollected()
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
    """Loads facts (TOML or tables), or a delivery of plans by a mapping, else by one that is suggested.

    The rest is as `take` has it.

    Raises DeliveryRefused where the file cannot be read or mapped, NotFound for an unknown municipality,
    WithdrawalsUnexpected where a complete delivery lacks other plans than were expected, RegisterUnavailable where
    the database does not answer.
    """
    if options.dataset and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", options.dataset):
        raise DeliveryRefused(
            N_("--dataset {dataset!r} cannot be used: small letters, digits and - only."), dataset=options.dataset
        )
    if options.crs:
        known_or_refused(options.crs, file.name)
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
        context = Context(its_municipality, places.names(session, municipality))
    progress("read")
    if mapping is None and file.suffix.lower() in {".toml", *FACT_TABLES}:
        prepared = _facts_or_plans(database, file, context, options, progress)
    else:
        prepared = prepare_plans(file, mapping, context, options, progress)
    if options.dataset:
        prepared = replace(prepared, dataset=options.dataset)
    return take(
        *(database, prepared, its_municipality, file.name, lying_at(file), options),
        *(progress, waiting, agreed),
        patiently=True,
    )


def _facts_or_plans(database: Database, file: Path, context: Context, options: Options, progress: Progress) -> Prepared:
    """A file without a mapping: facts, or, where no table of it is called as facts are, plans."""
    code = context.municipality.code
    if file.suffix.lower() == ".toml":
        _refuse_whole(file, options)
        return prepare_facts(read_facts(file), file.name, code)
    with reading(database) as session:
        names = PlanNames.read(session, context.municipality)
    try:
        prepared = prepare_facts(read_sheets(file, names, options), file.name, code)
        _refuse_whole(file, options)
        return prepared
    except NoFacts as no_facts:
        if file.suffix.lower() == ".xlsx":
            raise
        try:
            return prepare_plans(file, None, context, options, progress)
        except DeliveryRefused as refused:
            raise (no_facts if file.suffix.lower() == ".csv" else refused) from None


def _refuse_whole(file: Path, options: Options) -> None:
    if options.complete or options.effective:
        raise DeliveryRefused(
            N_(
                "{file} is a file of facts: it says itself whether it is complete, and each fact has its own days. "
                "Leave out --complete and --new-version."
            ),
            file=file.name,
        )


def take(
    database: Database,
    prepared: Prepared,
    municipality: Municipality,
    file: str,
    content: Content,
    options: Options,
    progress: Progress = lambda step: None,
    waiting: int | None = None,
    agreed: Agreed = lambda report: None,
    *,
    patiently: bool = False,
) -> Report:
    """Takes a prepared delivery in: compares it with the register, and applies it unless it is a dry run.

    `file` is the delivery's name and `content` opens it; its bytes are kept. `waiting` is the number of a load whose
    file came before; `agreed` is shown the report under the municipality's lock, before anything is written, and may
    raise. It waits its turn `patiently` as long as another load may take. Raises as `load` does.
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
        dry_run=options.dry_run,
    )
    progress("compare")
    if options.dry_run:
        with reading(database) as session:
            compare(session, prepared, report)
            if report.changes_nothing:
                report.standing = intake.standing(session, _delivery(file, content, prepared, report, options))
        _acknowledge(report, options)
        return report
    with writing(database, patiently=patiently) as session:
        intake.lock(session, municipality.code)
        compare(session, prepared, report)
        _acknowledge(report, options)
        agreed(report)
        if report.unacknowledged or (options.strict and report.refused):
            return report
        if options.expect_withdrawals and prepared.scope is None:
            raise WithdrawalsUnexpected(
                N_("{file}: only a complete delivery can lack plans; say --complete too. Nothing was changed."),
                file=file,
            )
        _refuse_unexpected(report, options)
        delivery = _delivery(file, content, prepared, report, options, waiting)
        if report.changes_nothing:
            report.standing = intake.standing(session, delivery)
            return report
        report.receipt = intake.apply(session, delivery, report.plans, report.facts, report.findings, progress)
    return report


def _acknowledge(report: Report, options: Options) -> None:
    """Notes on the findings who acknowledges them. Raises DeliveryRefused for a rule that asks for none."""
    for id_ in sorted(options.acknowledge):
        if id_ not in RULES or not RULES[id_].must_acknowledge:
            asking = ", ".join(one.id for one in RULES.values() if one.must_acknowledge)
            raise DeliveryRefused(
                N_("--acknowledge {id!r} cannot be used: the rules that ask for it are {asking}."),
                id=id_,
                asking=asking,
            )
    if options.acknowledge:
        noted = (
            replace(finding, acknowledged_by=options.by) if finding.rule.id in options.acknowledge else finding
            for finding in report.findings
        )
        report.findings = Spool(noted, of_a_plan=FINDINGS_OF_A_PLAN)


def _refuse_unexpected(report: Report, options: Options) -> None:
    """Raises WithdrawalsUnexpected where not just so many plans are missing as whoever loads expects."""
    number, expected = count(report.plans)["withdrawn"], options.expect_withdrawals or 0
    if number == expected:
        return
    one = N_(
        "{file}: 1 plan is missing from the complete delivery, and {expected} expected: --dry-run names it, "
        "--expect-withdrawals {number} withdraws it. Nothing was changed."
    )
    many = N_(
        "{file}: {number} plans are missing from the complete delivery, and {expected} expected: --dry-run names them, "
        "--expect-withdrawals {number} withdraws them. Nothing was changed."
    )
    raise WithdrawalsUnexpected(
        one if number == 1 else many,
        file=report.file,
        expected=expected,
        number=number,
    )


def _delivery(
    file: str, content: Content, prepared: Prepared, report: Report, options: Options, waiting: int | None = None
) -> intake.Delivery:
    return intake.Delivery(
        report.municipality.code,
        prepared.dataset,
        prepared.title,
        file,
        content,
        sha256_of(content),
        options.by,
        prepared.mapping,
        {name: str(value) for name, value in vars(options).items() if value and name not in NOT_KEPT},
        [(document.sha256, partial(BytesIO, document.content)) for document in prepared.documents],
        waiting,
    )
