"""The files that deliveries came in, by their SHA-256: in and out a piece at a time, whatever their size."""

import hashlib
import struct
from collections.abc import Callable
from io import BufferedReader, BytesIO
from pathlib import Path

from psycopg.errors import UniqueViolation

from georegister.register.database import Session

Content = Callable[[], BufferedReader | BytesIO]
"""Opens a file to read its bytes."""
PIECE = 1_000_000
BEGINS, ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""How a binary COPY begins and ends (PostgreSQL's manual, COPY, file formats)."""


def lying_at(file: Path) -> Content:
    """The content of a file on disk."""
    return lambda: file.open("rb")


def sha256_of(content: Content) -> bytes:
    """What a file is known by."""
    with content() as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def keep(session: Session, sha256: bytes, content: Content) -> None:
    """Keeps a file, unless it is there; one of a gigabyte PostgreSQL refuses."""
    there = "SELECT FROM delivery_file WHERE sha256 = %(sha256)s"
    if session.sql(there, sha256=sha256).fetchone() is not None:
        return
    try:
        with session.connection.transaction(), content() as opened:
            size = opened.seek(0, 2)
            opened.seek(0)
            _copy(session, sha256, opened, size)
    except UniqueViolation:
        return  # another has kept the very same meanwhile


def _copy(session: Session, sha256: bytes, opened: BufferedReader | BytesIO, size: int) -> None:
    statement = "COPY delivery_file (sha256, bytes) FROM STDIN (FORMAT BINARY)"
    with session.connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(BEGINS + struct.pack("!hi", 2, len(sha256)) + sha256 + struct.pack("!i", size))
        while piece := opened.read(PIECE):
            copy.write(piece)
        copy.write(ENDS)


def write(session: Session, sha256: bytes, target: Path) -> None:
    """Writes a kept file to a path."""
    with target.open("wb") as sink:
        start = 1
        while True:
            row = session.sql(
                "SELECT substring(bytes, %(start)s::int, %(size)s::int) AS piece FROM delivery_file "
                "WHERE sha256 = %(sha256)s",
                sha256=sha256,
                start=start,
                size=PIECE,
            ).fetchone()
            assert row is not None  # a load refers to it
            sink.write(row["piece"])
            if len(row["piece"]) < PIECE:
                return
            start += PIECE
