"""Greenland: Inatsisartutlov nr. 17 af 17. november 2010.

No one-year ban and no three-year lapse was seen in it, so none is applied.
"""

from georegister.domain.law import Law, Term


class GreenlandicLaw(Law):
    code = "GL"

    def shortest_hearing(self) -> Term:
        """At least six weeks, as a municipality's own planning page tells it."""
        return Term(42, "Inatsisartutlov nr. 17/2010")
