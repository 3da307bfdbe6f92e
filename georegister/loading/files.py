"""A file by its name, and TOML out of it: what may be wrong before a word of it is understood."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from georegister.complaints import complaint
from georegister.errors import DeliveryRefused, MappingInvalid
from georegister.sentence import N_

M = TypeVar("M", bound=BaseModel)


def refuse_unsayable(file: Path) -> None:
    """Raises DeliveryRefused for a name the register cannot write down, since it is no text."""
    try:
        str(file).encode()
    except UnicodeEncodeError as error:
        shown = str(file.name).encode(errors="backslashreplace").decode()
        raise DeliveryRefused(
            N_("{shown}: the name of the file or its folder is not UTF-8; give it another."), shown=shown
        ) from error


def read_as(model: type[M], file: Path) -> M:
    """A TOML file as a model. Raises MappingInvalid, naming the file and the first place that is wrong."""
    try:
        return model.model_validate(read_toml(file))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise MappingInvalid(
            N_("{file}: {place}: {reason}."), file=file.name, place=place, reason=complaint(dict(first))
        ) from error


def read_toml(file: Path) -> dict[str, Any]:
    """Raises MappingInvalid, naming the file, where it is not TOML."""
    refuse_unsayable(file)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingInvalid(N_("{file} cannot be read: {error}."), file=file.name, error=error) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingInvalid(N_("{file} is not readable TOML: {error}."), file=file.name, error=error) from error
    except RecursionError as error:
        raise MappingInvalid(
            N_("{file} is not readable TOML: its brackets are nested too deeply."), file=file.name
        ) from error
