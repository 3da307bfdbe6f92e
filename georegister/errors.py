"""What can go wrong, as a family.

    GeoregisterError
    ├── SettingsInvalid          a setting that cannot be used
    ├── ClusterError             the private PostGIS could not be had
    ├── RegisterUnavailable      the database does not answer, or is not at this version's schema
    ├── Occupied                 as much is being made or sent as may be, or there is no room on disk for more
    ├── QuestionInvalid          a question that cannot be asked: which parameter, and why
    │   └── CollectionUnknown
    ├── PlaceAmbiguous           several places are called so
    ├── NotFound                 nothing by that id has ever been here
    │   ├── PlanUnknown          no such plan, and those with numbers most like it
    │   └── PlaceUnknown         nothing loaded is called so, and what is called nearly so
    ├── PrintingUnavailable      a sheet that cannot be made a PDF or a picture here
    ├── ExportRefused            a file that cannot be written as it is asked for
    ├── Gone                     something was here and the register no longer vouches for it
    ├── BackupRefused            a backup that cannot be written or restored; nothing was changed
    ├── UndoRefused              a load that cannot be taken back, and the later loads that stand in the way
    ├── LoadConflict             a load on which this cannot be done as it stands
    ├── ValueRefused             a value that cannot be used; a ValueError too, for whoever asked and knows its place
    └── DeliveryRefused          a delivery that cannot be read or mapped
        ├── ArchiveRefused       a zip that is broken, too large or dishonest
        ├── WithdrawalsUnexpected  a complete delivery lacks more or fewer plans than expected
        ├── MappingInvalid       a mapping file that does not say what it must
        │   └── NoFacts          tables of which none is called as facts are
        │   └── EntryInvalid     an entry of a file of facts, by its field
        │   └── MappingNotKept   there is no folder in which a mapping could be saved
        │   └── MappingTaken     a mapping of that name is there already
        └── WriteRefused         the database refused what a load would write

The errors know nothing of HTTP: `api/problems.py` has the table of status codes and `cli/` that of exit codes.
Each carries one sentence for people: a message of the catalogue and what fills it, as
`DeliveryRefused(N_("{file} is empty."), file=name)`. `cli/` and `api/problems.py` tell it in the reader's language.
"""

import errno
from collections.abc import Mapping, Sequence
from typing import Any

from georegister.sentence import N_, Sentence, verbatim

LONGEST = 500

BY_THE_SYSTEM = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("it may not be read or written by who runs this"),
    errno.EPERM: N_("it may not be read or written by who runs this"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("there is no such folder"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EROFS: N_("the disk can only be read"),
    errno.ENAMETOOLONG: N_("its name is too long"),
    errno.EADDRINUSE: N_("somebody listens there already"),
    errno.EADDRNOTAVAIL: N_("this machine has no such address"),
}
"""What the operating system says, in words that are translated."""


class GeoregisterError(Exception):
    """The root of the family; `sentence` is one that a person can act on, and `str(error)` says it in English."""

    def __init__(self, message: str, /, **details: Any) -> None:
        super().__init__(message)
        told = {name: sentence_in(one) if isinstance(one, BaseException) else one for name, one in details.items()}
        self.sentence = Sentence(message, told)

    def __str__(self) -> str:
        return str(self.sentence)


class ValueRefused(GeoregisterError, ValueError):
    """A value that cannot be used."""


class SettingsInvalid(GeoregisterError):
    """A setting that cannot be used."""


class ClusterError(GeoregisterError):
    """The private PostGIS could not be installed, started or stopped."""


class RegisterUnavailable(GeoregisterError):
    """The database does not answer, or its schema is not the one this version knows."""


class Occupied(GeoregisterError):
    """As much is being made or sent as may be, or there is no room on disk for more: it can be asked again later."""


class PrintingUnavailable(GeoregisterError):
    """A sheet cannot be made a PDF or a picture: what it is made with is missing, or it takes too much."""


class QuestionInvalid(GeoregisterError):
    """A question that cannot be asked."""

    def __init__(self, parameter: str, reason: str | Sentence, /, **details: Any) -> None:
        why = reason if isinstance(reason, Sentence) else Sentence(reason, details)
        super().__init__("{parameter}: {reason}", parameter=parameter, reason=why)
        self.parameter = parameter


class NotFound(GeoregisterError):
    """Nothing by that id has ever been here."""


class CollectionUnknown(NotFound):
    """There is no collection of that name."""


class PlanUnknown(NotFound):
    """There is no such plan; `nearest` are those with numbers most like it: their `id`, `kind`, `number`, `titles`."""

    def __init__(self, message: str, nearest: Sequence[Mapping[str, Any]], /, **details: Any) -> None:
        super().__init__(message, **details)
        self.nearest = nearest


class PlaceUnknown(NotFound):
    """Nothing that is loaded is called so; `nearest` are those that are called nearly so."""

    def __init__(self, message: str, nearest: Sequence[Mapping[str, Any]], /, **details: Any) -> None:
        super().__init__(message, **details)
        self.nearest = nearest


class PlaceAmbiguous(GeoregisterError):
    """Several places are called so: the `candidates`."""

    def __init__(
        self, message: str, parameter: str, candidates: Sequence[Mapping[str, Any]], /, **details: Any
    ) -> None:
        super().__init__(message, **details)
        self.parameter = parameter
        self.candidates = candidates


class Gone(GeoregisterError):
    """The register no longer vouches for the record, and still says what it was.

    `was` is that, where it was a plan: its `id`, `kind`, `number`, `titles`, the day it was withdrawn, `until`, the
    `reason` that was given and the plans it was `replaced_by`.
    """

    def __init__(self, message: str, /, was: Mapping[str, Any] | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.was = was


class BackupRefused(GeoregisterError):
    """A backup that cannot be written, or a file that is none, or a register that it must not replace."""


class UndoRefused(GeoregisterError):
    """A load that cannot be taken back; `loads` are the later ones that must be taken back first."""

    def __init__(self, message: str, /, loads: tuple[int, ...] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.loads = loads


class ExportRefused(GeoregisterError):
    """A file that cannot be written as it is asked for; names the file."""


class LoadConflict(GeoregisterError):
    """A load on which this cannot be done as it stands: it runs, has been applied, or the register has changed."""


class DeliveryRefused(GeoregisterError):
    """A delivery that cannot be read or mapped; names the file."""


class ArchiveRefused(DeliveryRefused):
    """A zip that is broken, too large or dishonest about its contents."""


class WithdrawalsUnexpected(DeliveryRefused):
    """A complete delivery lacks more or fewer plans than whoever loads it expects."""


class MappingInvalid(DeliveryRefused):
    """A mapping that does not say what it must."""


class EntryInvalid(MappingInvalid):
    """An entry that does not say what it must; `field` is empty where it is the entry as a whole."""

    def __init__(self, file: str, section: str, row: int, field: str, reason: Sentence) -> None:
        where = entry_of(file, section, row)
        if field:
            super().__init__(N_("{entry}, {field}: {reason}."), entry=where, field=field, reason=reason)
        else:
            super().__init__(N_("{entry}: {reason}."), entry=where, reason=reason)
        self.field = field
        self.reason = reason


class NoFacts(MappingInvalid):
    """Tables of which none is called as facts are: they may hold plans."""


class MappingNotKept(MappingInvalid):
    """There is no folder in which a mapping could be saved."""


class MappingTaken(MappingInvalid):
    """A mapping of that name is there already; one that `is_own` may be replaced by whoever asks for it."""

    def __init__(self, message: str, /, *, is_own: bool = False, **details: Any) -> None:
        super().__init__(message, **details)
        self.is_own = is_own


class WriteRefused(DeliveryRefused):
    """The database refused what a load would write; nothing was written."""


def entry_of(file: str, section: str, row: int) -> Sentence:
    """Where an entry of a file of facts stands."""
    return Sentence(N_("{file}: [[{section}]], entry {row}"), {"file": file, "section": section, "row": row})


def sentence_in(error: BaseException) -> Sentence:
    """What an error says: ours to be translated, others' in their words."""
    if isinstance(error, GeoregisterError):
        return error.sentence
    if isinstance(error, OSError) and error.errno in BY_THE_SYSTEM:
        return Sentence(BY_THE_SYSTEM[error.errno])
    if isinstance(error, OSError) and error.strerror:
        return verbatim(error.strerror)
    return verbatim(" ".join(str(error).split())[:LONGEST] or type(error).__name__)
