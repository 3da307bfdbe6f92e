"""Code lists, read from `data/codes/` and over them from the municipality's own folder."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from georegister.domain.codes import CodeList, Codes
from georegister.loading.files import read_as
from georegister.settings import folder

Texts = dict[str, str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Texts = Field({}, validate_default=False)
    source: str | None = None
    codes: dict[str, Texts] = Field(min_length=1)


def read_codes(own: Path | None = None) -> Codes:
    """The lists that come with georegister; a list of the same name in `own/codes/` adds codes, or words them anew.

    Raises MappingInvalid naming the file and the place in it.
    """
    lists: dict[str, CodeList] = {}
    for place in (folder("data") / "codes", *([own / "codes"] if own else [])):
        for file in sorted(place.glob("*.toml")):
            said = _read(file)
            known = lists.get(file.stem)
            titles = {**(known.titles if known else {"da": file.stem, "en": file.stem}), **said.title}
            codes = {**(known.codes if known else {})}
            for code, texts in said.codes.items():
                codes[code] = {**codes.get(code, {}), **texts}
            lists[file.stem] = CodeList(titles, codes)
    return Codes(lists)


def _read(file: Path) -> _File:
    return read_as(_File, file)
