"""A file by its name, and TOML out of it: what may be wrong before a word of it is understood."""

import tomllib
from pathlib import Path
from typing import Any

from georegister.errors import DeliveryRefused, MappingInvalid
from georegister.sentence import N_


def refuse_unsayable(file: Path) -> None:
    """Raises DeliveryRefused for a name the register cannot write down, since it is no text."""
    try:
        str(file).encode()
    except UnicodeEncodeError as error:
        shown = str(file.name).encode(errors="backslashreplace").decode()
        raise DeliveryRefused(
            N_("{shown}: the name of the file or its folder is not UTF-8; give it another."), shown=shown
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
