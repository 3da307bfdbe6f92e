"""What is done for a delivery that waits: previewed, applied or taken back, by a process of its own.

The file is read again from the bytes that were kept, so that what is applied is what came. A load is applied only if it
would still change what its preview said; else the preview is made again and somebody looks again.
"""

import hashlib
import json
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from georegister.domain.change import Added, Amended, Change, Unchanged, plain
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, PlacedPlan
from georegister.errors import DeliveryRefused, GeoregisterError, LoadConflict, UndoRefused
from georegister.language import LANGUAGES, translator
from georegister.loading.compare import Report
from georegister.loading.load import STEPS, load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.loading.report_json import as_json
from georegister.register import deliveries
from georegister.register.database import Database, writing
from georegister.register.deliveries import Job, Shape
from georegister.register.undo import STEPS as UNDO_STEPS
from georegister.register.undo import undo
from georegister.sentence import N_, Sentence

FindMapping = Callable[[str], MappingFile]
CHANGED_MEANWHILE = N_(
    "The register has changed since this was previewed, and with it what the load would change. "
    "This is the new preview: look at it, and apply again."
)
log = logging.getLogger(__name__)


class _Changed(Exception):
    """Between preview and application the changes have become others."""


def work(database: Database, number: int, find_mapping: FindMapping) -> bool:
    """Does what a load's job asks for; whether there was anything to do.

    How it ended stands in the job, errors too: nobody may be there any more to be told.
    """
    with deliveries.working(database, number) as job:
        if job is None:
            return False
        try:
            _do(database, job, find_mapping)
        except (DeliveryRefused, LoadConflict, UndoRefused) as error:
            job.end("refused", error.sentence)
        except GeoregisterError as error:
            job.end("failed", error.sentence)
        except Exception as error:
            log.exception("load %s failed", number)
            said = {"kind": type(error).__name__, "words": " ".join(str(error).split())}
            job.end("failed", Sentence(N_("This is a fault of georegister, please report it: {kind}: {words}"), said))
    return True


def _do(database: Database, job: Job, find_mapping: FindMapping) -> None:
    if job.task == "undo":
        _undo(database, job)
        return
    with tempfile.TemporaryDirectory(prefix="georegister-load-") as folder:
        file = Path(folder) / job.file
        job.write_file(file)
        mapping = find_mapping(job.mapping) if job.mapping else None
        if job.task == "preview":
            report = _preview(database, job, file, mapping)
            if not job.apply_at_once or not _can_be_applied(report):
                return
        _apply(database, job, file, mapping)


def _preview(
    database: Database, job: Job, file: Path, mapping: MappingFile | None, problem: Sentence | None = None
) -> Report:
    job.begin("preview")
    # Taken first: if the register changes meanwhile, the preview counts as older than it is, never as newer.
    version = job.version()
    options = replace(options_of(job.options, job.by), dry_run=True)
    report = load(database, file, job.municipality, mapping, options, _told(job))
    said = _in_words(report)
    job.draw(shapes(report))
    if report.strict and report.refused:
        why = Sentence(N_("A row was refused, and the load is strict: nothing is taken."))
        job.end("refused", why, said)
    else:
        goes_on = problem is None and job.apply_at_once and _can_be_applied(report)
        job.previewed(said, digest(report), version, problem, goes_on=goes_on)
    return report


def _apply(database: Database, job: Job, file: Path, mapping: MappingFile | None) -> None:
    job.begin("apply")

    def agreed(report: Report) -> None:
        if digest(report) != job.changes:
            raise _Changed

    options = options_of({**job.options, **job.asked}, job.by)
    try:
        report = load(database, file, job.municipality, mapping, options, _told(job), waiting=job.load, agreed=agreed)
    except _Changed:
        _preview(database, job, file, mapping, Sentence(CHANGED_MEANWHILE))
    except DeliveryRefused as error:
        # It was previewed, so it can be read: what was said on applying it does not fit, and may be said otherwise.
        job.end("done", error.sentence)
    else:
        if report.receipt:
            job.applied(_in_words(report))
        else:
            job.end("done", _why_not(report), _in_words(report))


def _why_not(report: Report) -> Sentence:
    if report.changes_nothing:
        return Sentence(N_("There is nothing to change."))
    return Sentence(N_("There are findings that must be acknowledged first; see the report."))


def _undo(database: Database, job: Job) -> None:
    job.begin("undo")
    with writing(database, patiently=True) as session:
        undo(
            session,
            job.municipality,
            job.load,
            job.by,
            job.asked.get("reason"),
            lambda step: job.progress(step, UNDO_STEPS.index(step) / len(UNDO_STEPS)),
        )
    job.end("done", None)


def _can_be_applied(report: Report) -> bool:
    return not report.changes_nothing and not (report.strict and report.refused)


def options_of(said: Mapping[str, Any], by: str) -> Options:
    """The options as they were asked for, when the file came and when it was to be applied."""
    known = {field.name for field in fields(Options)}
    told = {name: value for name, value in said.items() if name in known}
    if told.get("kind"):
        told["kind"] = Kind(told["kind"])
    if told.get("effective"):
        told["effective"] = date.fromisoformat(told["effective"])
    if "acknowledge" in told:
        told["acknowledge"] = frozenset(told["acknowledge"])
    return Options(**{**told, "by": by})


def _told(job: Job) -> Callable[[str], None]:
    """Writes each step down, with the share of the whole that lies behind it."""
    return lambda step: job.progress(step, (STEPS.index(step) if step in STEPS else 0) / len(STEPS))


def _in_words(report: Report) -> dict[str, Any]:
    return {language: as_json(report, translator(language)) for language in LANGUAGES}


def digest(report: Report) -> bytes:
    """What a report would change, as 32 bytes: two with the same change the same in the same way."""
    told = hashlib.sha256()
    for change in (*report.plans, *report.facts):
        if not isinstance(change, Unchanged):
            told.update(json.dumps(_stated(change), ensure_ascii=True, sort_keys=True, default=str).encode())
    told.update(json.dumps(sorted(str(f.origin) for f in report.findings if f.refuses)).encode())
    return told.digest()


def _stated(change: Change[PlacedPlan] | Change[Fact]) -> list[Any]:
    stated: list[Any] = [type(change).__name__, change.id]
    if isinstance(change, Added | Amended):
        if isinstance(change.new, PlacedPlan):
            record = vars(change.new.record)
            stated += [change.new.parent, plain({k: v for k, v in record.items() if k not in ("geometry", "said")})]
        else:
            stated += [change.new.table, plain(change.new.content)]
    if isinstance(change, Amended):
        stated.append(plain(change.fields))
    return stated


def shapes(report: Report) -> Iterator[Shape]:
    """What a preview draws: of each plan that changes how it would be and how it is, and the parts that fail."""
    for change in report.plans:
        if isinstance(change, Unchanged):
            continue
        word = type(change).__name__.lower()
        shape = partial(Shape, change=word, plan=change.id)
        if isinstance(change, Added | Amended):
            record = change.new.record
            said = {
                "number": record.number,
                "title": next(iter(record.titles.values()), None),
                "kind": str(record.kind),
                "row": record.origin.row,
            }
            yield shape("after", properties=said, geometry=record.geometry)
            if isinstance(change, Amended) and "geometry" in change.fields:
                yield shape("before", properties=said, from_register=True)
        else:
            yield shape("before", properties={}, from_register=True)
    refused = set()
    for finding in report.findings:
        where = {"rule": finding.rule.id, "row": finding.origin.row if finding.origin else None}
        origin = str(finding.origin) if finding.origin else None
        if finding.refuses and origin and origin not in refused:
            refused.add(origin)
            known = finding.plan is not None
            yield Shape("before", "refused", finding.plan, where, None if known else finding.geometry, known)
        if finding.geometry is not None:
            change_of = "refused" if finding.refuses else None
            yield Shape("part", change_of, finding.plan, where, finding.geometry)
