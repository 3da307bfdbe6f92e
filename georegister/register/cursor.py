"""Where a page begins, as the text that `next` and `prev` carry: signed, so that nobody can make one up."""

import base64
import hashlib
import hmac
from datetime import datetime
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from georegister.errors import ValueRefused
from georegister.register.database import Prepared, prepared
from georegister.register.tables import token_key
from georegister.sentence import N_

SIGNATURE_BYTES = 12


class Cursor(BaseModel):
    """The feature a page begins after or before, of one question, and the state of the register that is read.

    `keys` are its sort keys as PostgreSQL writes them, the id last. `at` is the register's last act when the first page
    was given, and `now` the moment whose legal day is meant: so a long walk reads one state. `matched` is how many
    there are on all pages, None where they are not counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    keys: tuple[str | None, ...]
    backwards: bool
    at: datetime
    now: datetime
    matched: int | None

    def token(self, key: str) -> str:
        """The text a link carries."""
        body = self.model_dump_json().encode()
        return base64.urlsafe_b64encode(_signature(body, key) + body).decode().rstrip("=")

    @classmethod
    def parse(cls, token: str, key: str, question: str) -> Self:
        """Raises ValueRefused for a text that this register has not given for this very question."""
        try:
            signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            body = signed[SIGNATURE_BYTES:]
            if not hmac.compare_digest(signed[:SIGNATURE_BYTES], _signature(body, key)):
                raise ValueError
            cursor = cls.model_validate_json(body)
        except ValueError as error:
            raise ValueRefused(N_("this is no token of a next link; start from the first page")) from error
        if cursor.question != question:
            raise ValueRefused(N_("the token belongs to another question; start from the first page"))
        return cursor


def question_of(collection: str, asked: str) -> str:
    """A short name for a question; `asked` is what it says, in one spelling."""
    return hashlib.blake2b(f"{collection} {asked}".encode(), digest_size=9).hexdigest()


@cache
def key() -> Prepared:
    """What tokens are signed with: one for a register, so that every process of it reads what another has given."""
    return prepared(select(token_key.c.key))


def _signature(body: bytes, key: str) -> bytes:
    return hmac.new(key.encode(), body, hashlib.sha256).digest()[:SIGNATURE_BYTES]
