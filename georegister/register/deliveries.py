"""Deliveries that came by HTTP and wait: their files, what is being done about them, and how far it has come.

A load has one number from the moment its file arrives. Until it is applied its row in `load` says `waiting`; the
transaction that applies it turns that very row into `applied`, so that no crash can leave the two at odds. What is
being done is in `load_job`. Whoever does it holds an advisory lock for as long as the process lives: a job that says
it runs while nobody holds its lock was interrupted. The view `load_now` says where each load stands.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb
from shapely.geometry.base import BaseGeometry

from georegister.errors import LoadConflict, NotFound
from georegister.register import delivery_files, tables
from georegister.register.database import Database, Prepared, Row, Session, ewkb, standing
from georegister.sentence import N_, Sentence, sentence_of, verbatim

LOCK = 0x6C6F_6164
"""The class of the advisory locks of those at work; the other half of the key is the load's number."""

_TOLD = (
    "id, municipality, state, file, encode(sha256, 'hex') AS sha256, dataset, mapping, options, by, asked_at, "
    "applied_at, undoes, undone_by, task, dry_run, step, share, problem, "
    "seen_version IS NOT NULL AS previewed"
)
LISTED = Prepared(
    "SELECT " + _TOLD + " FROM load_now "  # noqa: S608  # the columns above
    "WHERE (%(municipality)s::text IS NULL OR municipality = %(municipality)s) "
    "AND (%(before)s::bigint IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s",
    {},
)
ONE = Prepared(
    "SELECT " + _TOLD + ", coalesce(report -> %(lang)s, report -> 'da')::text AS report, seen_version, "  # noqa: S608  # the same
    "(SELECT version FROM municipality WHERE code = load_now.municipality) AS version "
    "FROM load_now WHERE id = %(id)s",
    {},
)
SHAPES = Prepared(
    "SELECT no, json_build_object('type', 'Feature', 'id', no, 'geometry', ST_AsGeoJSON(geom, 7)::json, 'properties', "
    "  jsonb_build_object('plan', plan, 'change', change, 'role', role) || properties)::text AS feature "
    "FROM load_shape WHERE (municipality, load) = (%(of)s, %(load)s) AND no > %(after)s ORDER BY no LIMIT %(limit)s",
    {},
)


@dataclass(frozen=True)
class Arrival:
    """A file that came, under its own name, and how it is to be taken; `request` is a digest of all that was sent."""

    municipality: str
    file: Path
    sha256: bytes
    mapping: str | None
    options: Mapping[str, Any]
    by: str
    key: str | None
    request: bytes
    dry_run: bool = False
    apply_at_once: bool = False


@dataclass(frozen=True)
class Shape:
    """A geometry of a preview, in EPSG:4326; one `from_register` is the plan's own as it is there."""

    role: str
    change: str | None
    plan: str | None
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None = None
    from_register: bool = False


def at_work(session: Session) -> int:
    """How many loads are being previewed, applied or undone, or are about to be; nobody else begins one meanwhile."""
    session.sql("SELECT pg_advisory_xact_lock(%(lock)s)", lock=LOCK)
    row = session.sql(
        "SELECT count(*) AS n FROM load_now WHERE job IN ('queued', 'running') AND state <> 'interrupted'"
    ).fetchone()
    assert row is not None  # count gives a row
    return int(row["n"])


def arrived_before(session: Session, key: str, request: bytes) -> int | None:
    """The load of this very request. Raises LoadConflict where the key came with another."""
    row = session.sql("SELECT load, request FROM load_job WHERE key = %(key)s", key=key).fetchone()
    if row is None:
        return None
    if row["request"] != request:
        raise LoadConflict(N_("This Idempotency-Key came before, with something else; make a new key."))
    return int(row["load"])


def keep(session: Session, arrival: Arrival) -> int:
    """Keeps the file and queues its preview; the load's number."""
    delivery_files.keep(session, arrival.sha256, delivery_files.lying_at(arrival.file))
    row = session.sql(
        "INSERT INTO load (municipality, sha256, file, options, state, by, at) VALUES "
        "(%(of)s, %(sha256)s, %(file)s, %(options)s, 'waiting', %(by)s, clock_timestamp()) RETURNING id",
        of=arrival.municipality,
        sha256=arrival.sha256,
        file=arrival.file.name,
        options=Jsonb(dict(arrival.options)),
        by=arrival.by,
    ).fetchone()
    assert row is not None  # RETURNING gives a row
    session.sql(
        "INSERT INTO load_job (municipality, load, task, state, dry_run, apply_at_once, mapping, key, request, by, "
        "  asked_at, touched_at) VALUES (%(of)s, %(load)s, 'preview', 'queued', %(dry_run)s, %(apply_at_once)s, "
        "  %(mapping)s, %(key)s, %(request)s, %(by)s, clock_timestamp(), clock_timestamp())",
        of=arrival.municipality,
        load=row["id"],
        dry_run=arrival.dry_run,
        apply_at_once=arrival.apply_at_once,
        mapping=arrival.mapping,
        key=arrival.key,
        request=arrival.request,
        by=arrival.by,
    )
    return int(row["id"])


def forget(session: Session, days: int) -> int:
    """Forgets the loads that nobody applied and nobody has touched for so many days, with their files; how many."""
    [found] = session.sql("SELECT forget_waiting(clock_timestamp() - make_interval(days => %(days)s)) AS n", days=days)
    return int(found["n"])


ALLOWED = {
    "preview": ("ready", "interrupted", "refused", "failed"),
    "apply": ("ready", "interrupted", "failed"),
    "undo": ("applied", "interrupted"),
}


def ask(session: Session, load: int, task: str, by: str, asked: Mapping[str, Any]) -> None:
    """Queues a task for a load. Raises NotFound, and LoadConflict where its state does not allow it."""
    row = session.sql(
        "SELECT municipality, kept, undoes, state, task, dry_run, seen_version FROM load_now WHERE id = %(load)s",
        load=load,
    ).fetchone()
    if row is None:
        raise NotFound(N_("There is no load {load}."), load=load)
    _refuse(load, row, task)
    session.sql(
        "INSERT INTO load_job (municipality, load, task, state, asked, by, asked_at, touched_at) VALUES "
        "(%(of)s, %(load)s, %(task)s, 'queued', %(asked)s, %(by)s, clock_timestamp(), clock_timestamp()) "
        "ON CONFLICT (municipality, load) DO UPDATE SET task = excluded.task, state = 'queued', "
        "  asked = excluded.asked, by = excluded.by, touched_at = excluded.touched_at, "
        "  step = NULL, share = NULL, problem = NULL",
        of=row["municipality"],
        load=load,
        task=task,
        asked=Jsonb(dict(asked)),
        by=by,
    )


def _refuse(load: int, row: Row, task: str) -> None:
    state = row["state"]
    if state not in ALLOWED[task] or (task == "undo") != (row["kept"] == "applied") or row["undoes"]:
        raise LoadConflict(CANNOT[task], load=load, state=_called(state or row["kept"]))
    if task == "apply" and row["dry_run"]:
        raise LoadConflict(N_("Load {load} was a dry run; send the file again without dry_run."), load=load)
    if task == "apply" and row["seen_version"] is None:
        raise LoadConflict(N_("Load {load} has not been previewed; preview it first."), load=load)


CANNOT = {
    "preview": N_("Load {load} is {state}; it cannot be previewed now."),
    "apply": N_("Load {load} is {state}; it cannot be applied now."),
    "undo": N_("Load {load} is {state}; it cannot be undone now."),
}
STATES = {
    "queued": N_("queued"),
    "running": N_("running"),
    "ready": N_("ready"),
    "applying": N_("applying"),
    "applied": N_("applied"),
    "undoing": N_("undoing"),
    "undone": N_("undone"),
    "refused": N_("refused"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
    "done": N_("done"),
}
"""What a load's state is called in a sentence."""


def _called(state: str) -> Sentence:
    return Sentence(STATES.get(state, state))


def problem(row: Row) -> Sentence:
    """What stood in a job's way; what an older version wrote down, as it wrote it."""
    try:
        return sentence_of(json.loads(row["problem"]))
    except ValueError:
        return verbatim(row["problem"])


def _kept(problem: Sentence | None) -> str | None:
    return json.dumps(problem.as_json(), ensure_ascii=False) if problem else None


class Job:
    """One load's work, for whoever holds its lock."""

    def __init__(self, session: Session, row: Row) -> None:
        self.session = session
        self.load: int = row["load"]
        self.municipality: str = row["municipality"]
        self.task: str = row["task"]
        self.file: str = row["file"]
        self.sha256: bytes = row["sha256"]
        self.mapping: str | None = row["mapping"]
        self.options: dict[str, Any] = row["options"]
        self.asked: dict[str, Any] = row["asked"]
        self.by: str = row["by"]
        self.apply_at_once: bool = row["apply_at_once"] and not row["dry_run"]
        self.changes: bytes | None = row["changes"]

    def write_file(self, target: Path) -> None:
        """The file as it came."""
        delivery_files.write(self.session, self.sha256, target)

    def version(self) -> int:
        """The register's version now."""
        row = self.session.sql("SELECT version FROM municipality WHERE code = %(of)s", of=self.municipality).fetchone()
        assert row is not None  # the load refers to it
        return int(row["version"])

    def progress(self, step: str, share: float) -> None:
        """Where the work has come to; `share` is of the whole, from 0 to 1."""
        self._set(step=step, share=share)

    def begin(self, task: str) -> None:
        self.task = task
        self._set(task=task, state="running", step=None, share=0, problem=None)

    def previewed(
        self,
        report: Mapping[str, Any],
        changes: bytes,
        version: int,
        problem: Sentence | None,
        *,
        goes_on: bool = False,
    ) -> None:
        """The preview stands, made of the register's `version`; `problem` is why it had to be made again.

        Where it `goes_on` to be applied at once, nobody is told that it waits.
        """
        self.changes = changes
        self._set(
            task="preview",
            state="running" if goes_on else "done",
            step=None,
            share=None,
            report=Jsonb(dict(report)),
            changes=changes,
            seen_version=version,
            problem=_kept(problem),
        )

    def applied(self, report: Mapping[str, Any]) -> None:
        self._set(state="done", step=None, share=None, report=Jsonb(dict(report)), problem=None)

    def end(self, state: str, problem: Sentence | None, report: Mapping[str, Any] | None = None) -> None:
        """The work ended as `done`, `refused` or `failed`, and why."""
        told = {"report": Jsonb(dict(report))} if report is not None else {}
        self._set(state=state, step=None, share=None, problem=_kept(problem), **told)

    def draw(self, shapes: Iterable[Shape]) -> None:
        """Writes the shapes of a preview in place of those of the one before."""
        with self.session.connection.transaction():
            self.session.sql(
                "DELETE FROM load_shape WHERE (municipality, load) = (%(of)s, %(load)s)",
                of=self.municipality,
                load=self.load,
            )
            self.session.sql("CREATE TEMP TABLE drawn ON COMMIT DROP AS SELECT * FROM load_shape WITH NO DATA")
            self.session.copy_into(
                tables.load_shape,
                ("municipality", "load", "no", "plan", "change", "role", "properties", "geom"),
                (
                    (
                        *(self.municipality, self.load, -no if shape.from_register else no),
                        *(shape.plan, shape.change, shape.role, dict(shape.properties), ewkb(shape.geometry)),
                    )
                    for no, shape in enumerate(shapes, start=1)
                ),
                into="drawn",
            )
            # A negative number marks what the register itself draws.
            self.session.sql(
                "INSERT INTO load_shape SELECT d.municipality, d.load, abs(d.no), d.plan, d.change, d.role, "
                "  d.properties, CASE WHEN d.no < 0 THEN v.geom ELSE d.geom END FROM drawn d "
                "LEFT JOIN plan_version v ON d.no < 0 AND (v.municipality, v.plan) = (d.municipality, d.plan) "
                "  AND upper_inf(v.recorded) AND upper_inf(v.valid)"
            )

    def _set(self, **values: Any) -> None:
        # The names are ours, from this very class.
        changed = ", ".join(f"{name} = %({name})s" for name in values)
        self.session.connection.execute(
            f"UPDATE load_job SET {changed}, touched_at = clock_timestamp() "  # noqa: S608
            "WHERE (municipality, load) = (%(of_)s, %(load_)s)",
            {**values, "of_": self.municipality, "load_": self.load},
        )


@contextmanager
def working(database: Database, load: int) -> Iterator[Job | None]:
    """The job of a load, for as long as the block lasts; None where there is none to do or another does it."""
    with standing(database) as session:
        mine = session.sql(
            "SELECT pg_try_advisory_lock(%(lock)s, (%(load)s %% 2147483647)::int) AS mine", lock=LOCK, load=load
        ).fetchone()
        job = None
        if mine and mine["mine"]:
            job = session.sql(
                "SELECT j.*, l.file, l.sha256, l.options FROM load_job j "
                "JOIN load l ON (l.municipality, l.id) = (j.municipality, j.load) "
                "WHERE l.id = %(load)s AND j.state IN ('queued', 'running') "
                "AND (l.state = 'waiting') = (j.task <> 'undo') AND l.state <> 'undone'",
                load=load,
            ).fetchone()
        yield Job(session, job) if job else None


def wait_no_more(session: Session, load: int, values: Mapping[str, Any]) -> int:
    """Turns the row of a waiting load into that of an applied one. Raises LoadConflict where it waits no more."""
    found = session.sql(
        "UPDATE load SET dataset = %(dataset)s, mapping = %(mapping)s, options = %(options)s, state = 'applied', "
        "by = %(by)s, at = clock_timestamp() "
        "WHERE (municipality, id) = (%(of)s, %(waiting)s) AND state = 'waiting' RETURNING id",
        **values,
        waiting=load,
    ).fetchone()
    if found is None:
        raise LoadConflict(N_("Load {load} does not wait to be applied."), load=load)
    return int(found["id"])
