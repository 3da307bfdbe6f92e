"""Taking a load back: one more act, which closes what the load recorded and records anew what it had closed.

Nothing is erased: what the load said stays what the register knew between the two acts. A load is not taken back
while a later one that stands has touched the same plans or facts, or refers to what would no longer be there. Loads
that have been taken back themselves do not count, so that several can be taken back, the last first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Table

from georegister.errors import NotFound, UndoRefused
from georegister.register import loads, states, tables, validity
from georegister.register.database import Row, Session
from georegister.register.intake import PLAN_REFERENCES, Progress, Receipt, lock
from georegister.sentence import N_, Sentence, joined

ONE_SOURCE = (*tables.PARTS, "instrument", "administration", "sector_plan", "sub_goal")
"""Tables in which an id is one thing, whichever dataset tells of it."""
STEPS = ("compare", "facts", "plans", "states")
"""What `progress` is told, in order."""
CHANGED_SINCE = N_(
    "Load {load} cannot be taken back: {listed} changed the same plans or facts since. "
    "Take those back first, the last of them first."
)
REFERS = N_(
    "Load {load} cannot be taken back: {listed} refer to what would be gone. "
    "Take those back first, the last of them first."
)
SAID = 10


@dataclass
class _Undoing:
    """The load's act, the acts after it that stand, and the act that takes it back."""

    municipality: str
    load: int
    act: int
    at: datetime
    later: dict[int, Row]
    by_act: int = 0
    by_at: datetime | None = None
    touched: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)

    def values(self, **more: Any) -> dict[str, Any]:
        return {
            "of": self.municipality,
            "act": self.act,
            "at": self.at,
            "later": list(self.later),
            "later_at": [row["at"] for row in self.later.values()],
            "by_act": self.by_act,
            "by_at": self.by_at,
            **more,
        }


def undo(
    session: Session,
    municipality: str,
    load: int,
    by: str,
    reason: str | None = None,
    progress: Progress = lambda step: None,
) -> Receipt:
    """Takes a load back. Raises NotFound, and UndoRefused with the numbers of the later loads that stand in the way."""
    lock(session, municipality)
    progress("compare")
    told = session.row(loads.one(), load=load)
    if told is None or told["municipality"] != municipality:
        raise NotFound(
            N_("There is no load {load} of municipality {municipality}."), load=load, municipality=municipality
        )
    if told["undoes"]:
        raise UndoRefused(
            N_("Load {load} took load {undoes} back; load its file again instead."), load=load, undoes=told["undoes"]
        )
    if told["state"] == "undone":
        raise UndoRefused(
            N_("Load {load} has been taken back already, by load {undone_by}."), load=load, undone_by=told["undone_by"]
        )
    undoing = _undoing(session, municipality, load, told["version"])
    _refuse(undoing, _touched_later(session, undoing), CHANGED_SINCE)
    receipt = _begin(session, undoing, told, by, reason)
    progress("facts")
    gone = {name: _take_back(session, undoing, table) for name, table in tables.FACTS.items()}
    _touch_by_parts(session, undoing)
    progress("plans")
    plans = _versions_touched(session, undoing)
    undoing.touched |= set(plans)
    validity.find_first_days(session, municipality, undoing.touched)
    gone["plan"] = _take_back_versions(session, undoing, plans)
    _refuse(undoing, _refer_later(session, undoing, gone), REFERS)
    validity.align(session, municipality, undoing.touched, undoing.by_act, receipt.at)
    progress("states")
    states.derive(session, municipality, undoing.touched, undoing.by_act, receipt.at)
    session.sql("SELECT refresh_statistics()")
    return receipt


def _undoing(session: Session, municipality: str, load: int, version: int) -> _Undoing:
    [its] = session.sql(
        "SELECT seq, at FROM act WHERE municipality = %(of)s AND seq = %(seq)s", of=municipality, seq=version
    )
    later = session.sql(
        "SELECT a.seq, a.at, a.load FROM act a LEFT JOIN load l ON (l.municipality, l.id) = (a.municipality, a.load) "
        "WHERE a.municipality = %(of)s AND a.seq > %(seq)s AND a.kind <> 'undo' "
        "AND (l.state IS NULL OR l.state = 'applied') ORDER BY a.seq",
        of=municipality,
        seq=version,
    )
    return _Undoing(municipality, load, its["seq"], its["at"], {row["seq"]: row for row in later})


def _refuse(undoing: _Undoing, acts: Iterable[int], why: str) -> None:
    """Raises UndoRefused where later acts stand in the way, naming their loads, the last first."""
    found = [undoing.later[act] for act in sorted(acts, reverse=True)]
    if not found:
        return
    numbers = tuple(row["load"] for row in found if row["load"])
    words = [
        Sentence(N_("load {load}"), {"load": row["load"]})
        if row["load"]
        else Sentence(N_("the change to version {version}"), {"version": row["seq"]})
        for row in found
    ]
    first = joined(words[:SAID])
    more = {"first": first, "number": len(words) - SAID}
    listed = Sentence(N_("{first} and {number} more"), more) if len(words) > SAID else first
    raise UndoRefused(why, numbers, load=undoing.load, listed=listed)


def _begin(session: Session, undoing: _Undoing, told: Row, by: str, reason: str | None) -> Receipt:
    """The load that takes back, its act and its items: each item of the load turned round."""
    [made] = session.sql(
        "INSERT INTO load (municipality, dataset, sha256, file, mapping, options, state, by, at, undoes) "
        "SELECT municipality, dataset, sha256, file, mapping, options, 'applied', %(by)s, clock_timestamp(), id "
        "FROM load WHERE municipality = %(of)s AND id = %(load)s RETURNING id",
        of=undoing.municipality,
        load=undoing.load,
        by=by,
    )
    session.sql(
        "UPDATE load SET state = 'undone' WHERE municipality = %(of)s AND id = %(load)s",
        of=undoing.municipality,
        load=undoing.load,
    )
    payload = {"undoes": undoing.load, **{name: _turned(told["payload"].get(name, {})) for name in ("plans", "facts")}}
    [begun] = session.sql(
        "SELECT seq, at FROM begin_act(%(of)s, %(by)s, 'undo', %(reason)s, %(load)s, %(payload)s)",
        of=undoing.municipality,
        by=by,
        reason=reason,
        load=made["id"],
        payload=Jsonb(payload),
    )
    undoing.by_act, undoing.by_at = begun["seq"], begun["at"]
    session.sql(
        "INSERT INTO load_item (municipality, load, no, fact, id, change, before, after) "
        "SELECT municipality, %(made)s, no, fact, id, CASE change WHEN 'added' THEN 'withdrawn' "
        "  WHEN 'withdrawn' THEN 'added' ELSE change END, after, before "
        "FROM load_item WHERE municipality = %(of)s AND load = %(load)s",
        of=undoing.municipality,
        load=undoing.load,
        made=made["id"],
    )
    return Receipt(made["id"], begun["seq"], begun["at"])


def _turned(counted: dict[str, int]) -> dict[str, int]:
    added, withdrawn = counted.get("added", 0), counted.get("withdrawn", 0)
    return {**counted, "added": withdrawn, "withdrawn": added}


# -- what stands in the way


def _touched_later(session: Session, undoing: _Undoing) -> set[int]:
    """The acts since, that stand and have written or closed a row of the same plan or fact."""
    if not undoing.later:
        return set()
    found: set[int] = set()
    by_time = {row["at"]: seq for seq, row in undoing.later.items()}
    for table in (*tables.FACTS.values(), tables.plan_version):
        rows = _run(
            session,
            "SELECT DISTINCT act, upper(recorded) AS closed FROM {table} WHERE municipality = %(of)s "
            "AND (act = ANY(%(later)s) OR upper(recorded) = ANY(%(later_at)s)) AND ({key}) IN ("
            "  SELECT {key} FROM {table} WHERE municipality = %(of)s AND (act = %(act)s OR upper(recorded) = %(at)s))",
            undoing.values(),
            table=sql.Identifier(table.name),
            key=_columns(_key(table)),
        )
        found |= {row["act"] for row in rows if row["act"] in undoing.later}
        found |= {by_time[row["closed"]] for row in rows if row["closed"] in by_time}
    return found


def _refer_later(session: Session, undoing: _Undoing, gone: dict[str, set[str]]) -> set[int]:
    """The acts since, that stand and have written what refers to a thing that is there no longer."""
    found: set[int] = set()
    if not undoing.later:
        return found
    for table in tables.FACTS.values():
        for column in (column.name for column in table.columns if column.name in tables.REFERENCES):
            if ids := set().union(*(gone.get(kind, set()) for kind in tables.REFERENCES[column])):
                rows = _run(
                    session,
                    "SELECT DISTINCT w.act FROM {table} w JOIN {table} c USING (municipality, dataset, id) "
                    "WHERE w.municipality = %(of)s AND w.act = ANY(%(later)s) AND upper_inf(c.recorded) "
                    "AND c.{column} = ANY(%(ids)s)",
                    undoing.values(ids=sorted(ids)),
                    table=sql.Identifier(table.name),
                    column=sql.Identifier(column),
                )
                found |= {row["act"] for row in rows}
    if gone["plan"]:
        rows = session.sql(
            "SELECT DISTINCT w.act FROM plan p "
            "JOIN plan_version w ON (w.municipality, w.plan) = (p.municipality, p.id) "
            "JOIN plan_version c ON (c.municipality, c.plan) = (p.municipality, p.id) AND upper_inf(c.recorded) "
            "WHERE p.municipality = %(of)s AND p.parent = ANY(%(ids)s) AND w.act = ANY(%(later)s)",
            of=undoing.municipality,
            ids=sorted(gone["plan"]),
            later=list(undoing.later),
        ).fetchall()
        found |= {row["act"] for row in rows}
    return found | set(undoing.later if gone["municipality_outline"] else ())


# -- closing and recording anew


def _take_back(session: Session, undoing: _Undoing, table: Table) -> set[str]:
    """Closes a table's facts of the load and records anew those that it closed; the ids that are gone now."""
    references = [name for name in PLAN_REFERENCES if name in table.columns]
    content = _columns([column.name for column in table.columns if column.name not in ("recorded", "act")])
    names: dict[str, sql.Composable] = {
        "table": sql.Identifier(table.name),
        "content": content,
        "key": _columns(_key(table)),
        "told": _columns(["id", *references]),
    }
    closed = _run(
        session,
        "UPDATE {table} SET recorded = tstzrange(lower(recorded), %(by_at)s) "
        "WHERE municipality = %(of)s AND upper_inf(recorded) AND ({key}) IN ("
        "  SELECT {key} FROM {table} WHERE municipality = %(of)s AND act = %(act)s) RETURNING {told}",
        undoing.values(),
        **names,
    )
    restored = _run(
        session,
        "INSERT INTO {table} ({content}, recorded, act) "
        "SELECT {content}, tstzrange(%(by_at)s, NULL), %(by_act)s FROM {table} "
        "WHERE municipality = %(of)s AND upper(recorded) = %(at)s RETURNING {told}",
        undoing.values(),
        **names,
    )
    undoing.touched |= {row[name] for row in (*closed, *restored) for name in references if row[name]}
    if table.name in ("theme", "goal"):
        undoing.parts |= {row["id"] for row in (*closed, *restored)}
    return {row["id"] for row in closed} - {row["id"] for row in restored}


def _touch_by_parts(session: Session, undoing: _Undoing) -> None:
    """The plans with a claim to a goal or theme that has changed."""
    rows = session.sql(
        "SELECT DISTINCT c.plan FROM claim c JOIN goal g ON (g.municipality, g.id) = (c.municipality, c.goal) "
        "WHERE c.municipality = %(of)s AND upper_inf(c.recorded) "
        "AND (g.id = ANY(%(parts)s) OR g.theme = ANY(%(parts)s))",
        of=undoing.municipality,
        parts=sorted(undoing.parts),
    )
    undoing.touched |= {row["plan"] for row in rows}


def _versions_touched(session: Session, undoing: _Undoing) -> list[str]:
    rows = session.sql(
        "SELECT DISTINCT plan FROM plan_version WHERE municipality = %(of)s "
        "AND (act = %(act)s OR upper(recorded) = %(at)s)",
        of=undoing.municipality,
        act=undoing.act,
        at=undoing.at,
    )
    return [row["plan"] for row in rows]


def _take_back_versions(session: Session, undoing: _Undoing, plans: list[str]) -> set[str]:
    """The same for versions; the plans that have none any more.

    A version is told again by the last day of its text. Its first day, where it is the plan's first version, is that
    of `first_day`: other facts may have come since.
    """
    content = _columns(
        [
            column.name
            for column in tables.plan_version.columns
            if column.name not in ("municipality", "id", "plan", "valid", "recorded", "act")
        ]
    )
    values = undoing.values(plans=plans)
    session.sql(
        "UPDATE plan_version SET recorded = tstzrange(lower(recorded), %(by_at)s) "
        "WHERE municipality = %(of)s AND plan = ANY(%(plans)s) AND upper_inf(recorded) "
        "AND (plan, coalesce(upper(valid), 'infinity')) IN ("
        "  SELECT plan, coalesce(upper(valid), 'infinity') FROM plan_version "
        "  WHERE municipality = %(of)s AND act = %(act)s)",
        **values,
    )
    _run(
        session,
        "INSERT INTO plan_version (municipality, plan, valid, recorded, act, {content}) "
        "SELECT municipality, plan, CASE WHEN earlier THEN valid ELSE daterange(first, upper(valid)) END, "
        "  tstzrange(%(by_at)s, NULL), %(by_act)s, {content} "
        "FROM (SELECT v.*, f.first, coalesce(s.first_end <= lower(v.valid), false) AS earlier "
        "  FROM plan_version v LEFT JOIN first_day f USING (plan) LEFT JOIN ("
        "    SELECT plan, min(upper(valid)) AS first_end FROM plan_version "
        "    WHERE municipality = %(of)s AND plan = ANY(%(plans)s) "
        "    AND (upper_inf(recorded) OR upper(recorded) = %(at)s) GROUP BY plan) s USING (plan) "
        "  WHERE v.municipality = %(of)s AND upper(v.recorded) = %(at)s) AS closed",
        values,
        content=content,
    )
    left = session.sql(
        "SELECT DISTINCT plan FROM plan_version "
        "WHERE municipality = %(of)s AND plan = ANY(%(plans)s) AND upper_inf(recorded)",
        of=undoing.municipality,
        plans=plans,
    )
    return set(plans) - {row["plan"] for row in left}


def _key(table: Table) -> list[str]:
    """What tells a row again in its table, within its municipality."""
    if table is tables.plan_version:
        return ["plan"]
    return ["id"] if table.name in ONE_SOURCE else ["dataset", "id"]


def _columns(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _run(session: Session, text: Any, values: dict[str, Any], **names: sql.Composable) -> list[Row]:
    """Runs one of the statements above with the names of a table and its columns filled in."""
    cursor = session.connection.execute(sql.SQL(text).format(**names), values)
    return cursor.fetchall() if cursor.description else []
