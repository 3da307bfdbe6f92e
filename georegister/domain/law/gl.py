"""Greenland: Inatsisartutlov nr. 17 af 17. november 2010.

No one-year ban and no three-year lapse was seen in it, so none is applied.
"""

from georegister.domain.law import Law


class GreenlandicLaw(Law):
    code = "GL"
