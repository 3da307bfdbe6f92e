"""What schemathesis is not to ask; it reads this file by `SCHEMATHESIS_HOOKS`."""

from typing import Any

import schemathesis

from georegister.register.questions import MAX_LIMIT


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """More than the greatest limit is the greatest limit, and no mistake (OGC 17-069r4, requirement 21)."""
    limit = str((case.query or {}).get("limit", ""))
    return not (limit.isascii() and limit.isdigit() and int(limit) > MAX_LIMIT)
