"""Documents that come as files: their bytes are kept beside the facts, by their SHA-256."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from georegister.errors import ValueRefused
from georegister.sentence import N_

PDF = "application/pdf"
PDF_MAGIC = b"%PDF-"
LARGEST_BYTES = 100_000_000

Find = Callable[[str], bytes | None]
"""The bytes of a document by the name that an entry calls its file; None where there is none."""


@dataclass(frozen=True)
class Document:
    """A file that is kept."""

    content: bytes

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


def beside(file: Path) -> Find:
    """Finds documents in the folder of a file of facts, and nowhere else."""

    def find(name: str) -> bytes | None:
        wanted = file.parent / Path(name).name
        if wanted.is_symlink() or not wanted.is_file():
            return None
        if wanted.stat().st_size > LARGEST_BYTES:
            raise ValueRefused(N_("{name} is larger than {most} MB"), name=name, most=LARGEST_BYTES // 1_000_000)
        return wanted.read_bytes()

    return find


def nowhere(name: str) -> bytes | None:
    """What comes alone has nothing beside it."""
    return None


def checked(name: str, find: Find, sha256: str | None) -> Document:
    """The document an entry names. Raises ValueError where it is not there, is no PDF, or is not what was said."""
    content = find(name)
    if content is None:
        raise ValueRefused(N_("there is no {name} beside it"), name=name)
    if len(content) > LARGEST_BYTES:
        raise ValueRefused(N_("{name} is larger than {most} MB"), name=name, most=LARGEST_BYTES // 1_000_000)
    if not content.startswith(PDF_MAGIC):
        raise ValueRefused(N_("{name} is no PDF; documents are kept as PDF, others by their web address"), name=name)
    document = Document(content)
    if sha256 and document.sha256.hex() != sha256:
        raise ValueRefused(
            N_("{name} has another SHA-256 than is said: {sha256}"), name=name, sha256=document.sha256.hex()
        )
    return document
