"""What the demo loads: in each municipality's folder, the files that its `deliveries.toml` lists, in order."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from georegister.errors import MappingInvalid
from georegister.sentence import N_

LIST = "deliveries.toml"
MUNICIPALITY = "municipality.toml"


@dataclass(frozen=True)
class Step:
    """One file to load; `then` is the later delivery that takes its wording's place, which is never put back."""

    municipality: str
    file: Path
    mapping: str | None = None
    then: Path | None = None

    @property
    def is_municipality(self) -> bool:
        return self.file.name == MUNICIPALITY


class _Delivery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    file: str
    mapping: str | None = None
    then: str | None = None


class _Deliveries(BaseModel):
    model_config = ConfigDict(extra="forbid")

    municipality: str
    delivery: list[_Delivery]


def demo_folders(data: Path) -> list[Path]:
    """The folders of municipalities that can be loaded as they stand."""
    return sorted(file.parent for file in data.glob(f"*/{LIST}"))


def steps(folder: Path) -> Iterator[Step]:
    """The municipality first, then its deliveries. Raises MappingInvalid where the list cannot be used."""
    try:
        said = _Deliveries.model_validate(tomllib.loads((folder / LIST).read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise MappingInvalid(N_("{file}: {reason}."), file=f"{folder.name}/{LIST}", reason=error) from error
    yield Step(said.municipality, folder / MUNICIPALITY)
    for delivery in said.delivery:
        then = folder / delivery.then if delivery.then else None
        yield Step(said.municipality, folder / delivery.file, delivery.mapping, then)
