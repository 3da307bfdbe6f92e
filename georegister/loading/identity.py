"""Which plan of the register a row is of, which plan it belongs to, and what it is called when it is new. Pure.

A plan is found again by its external id, else by kind, parent and the form of its number that all spellings share.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind, number_key, plan_id
from georegister.domain.record import PlanRecord, RegisteredPlan, WithdrawnPlan
from georegister.sentence import N_

NOT_THERE = N_("it names “{named}”, which is not there")
NAMES_NONE = N_("it names none")
NONE_OF_SEVERAL = N_("it names none, and the register has {number}")


class Shelf:
    """The register's plans, by what a delivery may find them by."""

    def __init__(
        self,
        current: Sequence[RegisteredPlan],
        withdrawn: Sequence[WithdrawnPlan],
        municipality: Municipality,
        today: date | None = None,
        kinds: Collection[Kind] = tuple(Kind),
    ) -> None:
        self.municipality = municipality
        self.may_hold = {above for kind in kinds for above in kind.within}
        """The kinds that a plan of the delivery, which is of one of the `kinds`, can belong to."""
        self.today = today
        self.by_external = {plan.content["external_id"]: plan for plan in current if plan.content["external_id"]}
        self.by_key = {(plan.kind, plan.parent, plan.number_key): plan for plan in current}
        self.municipal_plans = [plan for plan in current if plan.kind is Kind.MUNICIPAL_PLAN]
        self.numbers = {plan.id: plan.content["number"] for plan in current}
        self.ids = {plan.id for plan in current} | {plan.id for plan in withdrawn}
        self.withdrawn_by_key = {(plan.kind, plan.parent, plan.number_key): plan for plan in withdrawn}
        self.withdrawn_by_external = {
            (plan.kind, plan.parent, plan.external_id): plan for plan in withdrawn if plan.external_id
        }
        self.new: dict[tuple[Kind, str | None, str], str] = {}
        self.called: dict[Kind, dict[str, tuple[str, ...]]] = {kind: {} for kind in Kind}
        for plan in current:
            self._call(plan.kind, plan.id, plan.content["external_id"], plan.number_key)

    def _call(self, kind: Kind, id_: str, *names: str | None) -> None:
        """What a plan that belongs to this one may call it by."""
        for name in (id_, *names):
            if name and id_ not in self.called[kind].setdefault(name, (id_,)):
                self.called[kind][name] += (id_,)

    def find(self, record: PlanRecord, parent: str | None, key: str) -> RegisteredPlan | None:
        """The plan of the register that a record is of; None where it is new."""
        if record.external_id and (found := self.by_external.get(record.external_id)):
            return found if found.kind is record.kind else None
        if found := self.by_key.get((record.kind, parent, key)):
            return found
        if record.kind is Kind.ADDENDUM and "-" not in key:  # "Tillæg 1": whichever year, where only one has the number
            same = [
                plan
                for (kind, of, number), plan in self.by_key.items()
                if kind is record.kind and of == parent and number.split("-")[0] == key
            ]
            return same[0] if len(same) == 1 else None
        return None

    def withdrawn(self, record: PlanRecord, parent: str | None, key: str) -> WithdrawnPlan | None:
        """The plan that has been withdrawn and is this one; a key of its own tells it before its number does."""
        if record.external_id and (was := self.withdrawn_by_external.get((record.kind, parent, record.external_id))):
            return was
        return self.withdrawn_by_key.get((record.kind, parent, key))

    def twin(self, kind: Kind, parent: str | None, key: str) -> str | None:
        """A plan that this very delivery has brought already."""
        return self.new.get((kind, parent, key))

    def remember(self, record: PlanRecord, parent: str | None, key: str, id_: str) -> None:
        """Notes a plan of this delivery, which later rows may belong to or say again."""
        self.new[record.kind, parent, key] = id_
        if record.kind in self.may_hold:
            self.numbers.setdefault(id_, record.number)
            self._call(record.kind, id_, record.external_id, key)

    def new_id(self, record: PlanRecord, parent: str | None, taken: Collection[str]) -> str:
        """A permanent id for a plan registered for the first time; a suffix where it is taken."""
        within = self.numbers[parent] if parent and record.kind in (Kind.SUB_AREA, Kind.BUILDING_FIELD) else ""
        wanted = plan_id(self.municipality.code, record.kind, record.number, self.municipality.jurisdiction, within)
        id_, suffix = wanted, 2
        while id_ in self.ids or id_ in taken:
            id_, suffix = f"{wanted}-{suffix}", suffix + 1
        return id_

    def parent(self, record: PlanRecord) -> str | None | Finding:
        """The id of the plan it belongs to, in the register or earlier in the delivery.

        The one it names; for an addendum or a frame that names none, the only municipal plan there is, else the last
        one adopted by then; for a frame that nothing dates, by today.
        """
        if not record.kind.within:
            return None
        if found := self._named(record):
            return found
        if record.parents:
            reason = NOT_THERE
        elif Kind.MUNICIPAL_PLAN not in record.kind.within:
            reason = NAMES_NONE
        elif len(self.municipal_plans) == 1:
            return self.municipal_plans[0].id
        elif by_then := self._by_then(record) or self._by_today(record):
            return by_then.id
        else:
            reason = NONE_OF_SEVERAL
        details = {"reason": reason, "named": "”, “".join(record.parents), "number": len(self.municipal_plans)}
        broken = rule.PARENT_UNKNOWN if record.kind is Kind.ADDENDUM else rule.BELONGS_NOWHERE
        return Finding(broken, record.origin, "parent", details=details)

    def supposes(self, record: PlanRecord) -> bool:
        """Whether the plan it belongs to is told by nothing that was delivered."""
        several = not record.parents and len(self.municipal_plans) > 1
        return several and self._by_then(record) is None and self._by_today(record) is not None

    def _named(self, record: PlanRecord) -> str | None:
        """The one plan that is called what the record calls its plan; by its key rather than its number."""
        for name in record.parents:
            for kind in record.kind.within:
                key = number_key(name, kind, self.municipality.jurisdiction)
                for wanted in (name, key, key.removeprefix("kommuneplan"), key.removeprefix("lokalplan")):
                    if len(found := self.called[kind].get(wanted, ())) == 1:
                        return found[0]
        return None

    def _by_then(self, record: PlanRecord) -> RegisteredPlan | None:
        """The last municipal plan adopted by the year in an addendum's number, or by the day a frame is known from."""
        known = [(plan.adopted, plan) for plan in self.municipal_plans if plan.adopted]
        if record.kind is Kind.ADDENDUM:
            key = number_key(record.number, record.kind, self.municipality.jurisdiction)
            year = re.fullmatch(r"\d+-(\d{4})", key)
            before = [(day, plan) for day, plan in known if year and day.year <= int(year[1])]
        else:
            first = min((event.latest for event in record.events if event.latest), default=None)
            before = [(day, plan) for day, plan in known if first and day <= first]
        return max(before, key=lambda pair: pair[0])[1] if before else None

    def _by_today(self, record: PlanRecord) -> RegisteredPlan | None:
        """The last municipal plan adopted by today, for a frame without any day."""
        if record.kind is not Kind.FRAME or self.today is None or any(event.latest for event in record.events):
            return None
        before = [(plan.adopted, plan) for plan in self.municipal_plans if plan.adopted and plan.adopted <= self.today]
        return max(before, key=lambda pair: pair[0])[1] if before else None
