"""The mappings of a municipality's own folder: written there by name, whole or not at all."""

import os
import tempfile
from pathlib import Path
from typing import Any

import tomli_w

from georegister.errors import MappingInvalid, MappingNotKept, MappingTaken
from georegister.loading.mapping import NAME, MappingFile, read_mapping
from georegister.sentence import N_
from georegister.settings import Settings, folder

NO_FOLDER = N_("A mapping is saved in mappings/ of your own folder: set GEOREGISTER_CONFIG to where that is.")
NOT_WRITABLE = N_("The folder of GEOREGISTER_CONFIG cannot be written to; no mapping can be saved in it.")


def as_toml(mapping: MappingFile) -> str:
    """A mapping as its file says it."""
    return tomli_w.dumps(_without_empty(mapping.model_dump(mode="json", exclude_unset=True, exclude_none=True)))


def _without_empty(said: Any) -> Any:
    if isinstance(said, dict):
        kept = {name: _without_empty(part) for name, part in said.items()}
        return {name: part for name, part in kept.items() if part not in ({}, [])}
    return [_without_empty(part) for part in said] if isinstance(said, list) else said


def why_none_is_kept(settings: Settings) -> str | None:
    """Why no mapping can be saved here, as a text to be translated; None where one can."""
    if settings.config is None:
        return NO_FOLDER
    place = settings.config / "mappings"
    while not place.exists() and place != place.parent:
        place = place.parent
    return None if place.is_dir() and os.access(place, os.W_OK | os.X_OK) else NOT_WRITABLE


def is_own(settings: Settings, name: str) -> bool:
    """Whether a mapping lies in the municipality's own folder."""
    return settings.config is not None and (settings.config / "mappings" / f"{name}.toml").is_file()


def may_keep(settings: Settings, name: str, *, replace: bool = False) -> Path:
    """The file in which a mapping would be saved. Raises MappingInvalid, MappingNotKept or MappingTaken."""
    if not NAME.fullmatch(name):
        raise MappingInvalid(
            N_("A mapping cannot be called {name!r}: small letters, digits, - and _ only."), name=name[:60]
        )
    if why := why_none_is_kept(settings):
        raise MappingNotKept(why)
    assert settings.config is not None  # else there would be a reason
    if (folder("data") / "mappings" / f"{name}.toml").exists():
        raise MappingTaken(
            N_("The mapping {name!r} comes with georegister and is never replaced; save by another name."), name=name
        )
    target = settings.config / "mappings" / f"{name}.toml"
    if not replace and (target.exists() or target.is_symlink()):
        raise MappingTaken(
            N_("There is a mapping {name!r} already, in {target}; save by another name."),
            name=name,
            target=target,
            is_own=True,
        )
    return target


def keep(settings: Settings, name: str, mapping: MappingFile, *, replace: bool = False) -> Path:
    """Saves a mapping by name; one's own of that name is put away only where that is asked for. Raises as `may_keep`.

    It is read again before it gets its name: what cannot be loaded with is never there.
    """
    target = may_keep(settings, name, replace=replace)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as beside:
            written = Path(beside) / target.name
            written.write_text(as_toml(mapping), encoding="utf-8")
            read_mapping(written)
            if replace:
                written.replace(target)
            else:
                os.link(written, target)
    except FileExistsError as error:
        raise MappingTaken(
            N_("There is a mapping {name!r} already; save by another name."), name=name, is_own=True
        ) from error
    except OSError as error:
        raise MappingNotKept(N_("{target} cannot be written: {reason}."), target=target, reason=error) from error
    return target
