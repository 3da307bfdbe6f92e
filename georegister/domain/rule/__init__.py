"""The rules a delivery is checked by: id, how grave, who must act, what is said, and what it stands on.

Messages are in English and are the keys of the translations; names in braces are filled from a finding's details.
"""

from georegister.domain.rule.entries import *  # noqa: F403
from georegister.domain.rule.geometry import *  # noqa: F403
from georegister.domain.rule.life import *  # noqa: F403
from georegister.domain.rule.model import *  # noqa: F403
from georegister.domain.rule.model import Rule
from georegister.domain.rule.others import *  # noqa: F403
from georegister.domain.rule.rows import *  # noqa: F403

RULES = {rule.id: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
"""Every rule by its id."""
