"""Plans as people name them: by id, by an alias, or by a number that no other plan has."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind, number_key
from georegister.register import current
from georegister.register.database import Session


@dataclass(frozen=True)
class PlanNames:
    """Every name that a plan of one municipality may be called by."""

    municipality: Municipality
    ids: frozenset[str]
    aliases: Mapping[str, str]
    by_number: Mapping[tuple[Kind, str], list[str]]

    @classmethod
    def read(cls, session: Session, municipality: Municipality) -> Self:
        by_number: dict[tuple[Kind, str], list[str]] = defaultdict(list)
        plans = current.plans_called(session, municipality.code)
        for id_, kind, key in plans:
            by_number[kind, key].append(id_)
            if kind is Kind.ADDENDUM and municipality.jurisdiction == "DK" and "-" in key:
                by_number[kind, key.split("-")[0]].append(id_)  # "Tillæg 1", where only one year has it
        ids = frozenset(id_ for id_, _, _ in plans)
        return cls(municipality, ids, current.aliases(session, municipality.code), dict(by_number))

    def find(self, said: str) -> list[str]:
        """The plans that may be meant, the only one where the name is clear."""
        name = said.strip()
        if name in self.ids:
            return [name]
        if name in self.aliases:
            return [self.aliases[name]]
        keys = {kind: number_key(name, kind, self.municipality.jurisdiction) for kind in Kind}
        found = {id_ for kind, key in keys.items() for id_ in self.by_number.get((kind, key), ())}
        return sorted(found)
