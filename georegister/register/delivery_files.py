"""The files that deliveries came in, by their SHA-256: in and out a piece at a time, whatever their size."""

import os
import struct
from pathlib import Path

from georegister.register.database import Session

PIECE_BYTES = 1 << 20
_BEGIN = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_END = struct.pack("!h", -1)


def keep(session: Session, file: Path, sha256: bytes) -> None:
    """Keeps a file of less than 1 GB, if it is not there; the database itself checks that it is what is said."""
    if session.sql("SELECT FROM delivery_file WHERE sha256 = %(sha256)s", sha256=sha256).rowcount:
        return
    session.sql("CREATE TEMP TABLE arrived (LIKE delivery_file INCLUDING STORAGE) ON COMMIT DROP")
    with (
        file.open("rb") as source,
        session.connection.cursor() as cursor,
        cursor.copy("COPY arrived (sha256, bytes) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        size = os.fstat(source.fileno()).st_size
        copy.write(_BEGIN + struct.pack("!hi", 2, len(sha256)) + sha256 + struct.pack("!i", size))
        while piece := source.read(PIECE_BYTES):
            copy.write(piece)
        copy.write(_END)
    session.sql("INSERT INTO delivery_file SELECT * FROM arrived ON CONFLICT DO NOTHING")


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
                size=PIECE_BYTES,
            ).fetchone()
            assert row is not None  # a load refers to it
            sink.write(row["piece"])
            if len(row["piece"]) < PIECE_BYTES:
                return
            start += PIECE_BYTES
