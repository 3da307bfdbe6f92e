"""What schemathesis is not to ask; it reads this file by `SCHEMATHESIS_HOOKS`."""

from typing import Any

import schemathesis

from georegister.register.questions import MAX_LIMIT


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """What looks like a mistake and is none.

    More than the greatest limit is the greatest limit (OGC 17-069r4, requirement 21). A list of empty texts says no
    more than an empty list does, which is allowed.
    """
    asked = case.query or {}
    limit = str(asked.get("limit", ""))
    above = limit.isascii() and limit.isdigit() and int(limit) > MAX_LIMIT
    return not above and not any(map(_is_empty, asked.values()))


def _is_empty(value: Any) -> bool:
    return value != [] and not "".join(map(str, value if isinstance(value, list) else [value])).strip(",")
