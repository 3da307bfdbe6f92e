"""Denmark: planloven."""

from datetime import date, timedelta

from georegister.domain.law import Deadline, Law, Term, years_after
from georegister.domain.plan import Kind


class DanishLaw(Law):
    code = "DK"

    def temporary_ban(self, kind: str, proposal: date) -> Deadline | None:
        """Planloven § 17: for local plan proposals only, at most one year from the proposal's publication."""
        if kind not in (Kind.LOCAL_PLAN, Kind.SUB_AREA, Kind.BUILDING_FIELD):
            return None
        return Deadline(years_after(proposal, 1), "planloven § 17")

    def lapse(self, proposal: date) -> Deadline | None:
        """Planloven § 32: a proposal lapses if it is not adopted within three years of its publication."""
        return Deadline(years_after(proposal, 3), "planloven § 32")

    def appeal(self, publication: date) -> Deadline | None:
        """Four weeks from publication, to Planklagenævnet."""
        return Deadline(publication + timedelta(weeks=4), "Planklagenævnet")

    def shortest_hearing(self) -> Term:
        """Planloven § 24: eight, four or two weeks by the class of the change; which class it is, nobody delivers."""
        return Term(14, "planloven § 24")
