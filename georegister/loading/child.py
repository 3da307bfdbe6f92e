"""The process that opens a delivery, and can do nothing else: `python -m georegister.loading.child FOLDER ...`.

It may reach no network, is no longer root, and has limits on memory, time and files before it looks at the first
byte. GDAL has one driver left. What it found it leaves as Arrow files and a list of layers in FOLDER/out.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from georegister import confined
from georegister.errors import ValueRefused, sentence_in
from georegister.loading.formats import BATCH, FORMATS
from georegister.sentence import N_, Sentence

if TYPE_CHECKING:
    from georegister.loading.encodings import Known
    from georegister.loading.opening import Opened

MOST_FILES = 256
NOT_NEEDED = frozenset({"geopandas", "pandas", "pyproj", "shapely"})


class _Without:
    """Libraries that pyogrio and Arrow use where they are there, and that cost more time than the reading."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, *_: Any) -> None:
        if name in self.names:
            raise ModuleNotFoundError(name)


def main(arguments: Sequence[str]) -> None:
    folder, ending, encoding, only, tables, memory, seconds = arguments
    # Where the kernel does not let us leave it, GDAL is merely not asked to call.
    confined.leave_the_network()
    driver = FORMATS[ending].driver
    sys.meta_path.insert(0, _Without(NOT_NEEDED if driver else NOT_NEEDED - {"shapely"}))
    from georegister.loading import encodings, opening

    # Codecs are loaded by name, and as nobody we may not be able to.
    try:
        files = {file: encodings.of(file, encoding) for file in sorted((Path(folder) / "in").glob(f"*{ending}"))}
    except ValueRefused as error:
        _end(error.sentence.message, **error.sentence.details)
    if driver:
        _only(driver)
    opening.warm_up(Path(folder) / "warm", ending)
    confined.leave_root()
    confined.limit(memory=int(memory), seconds=int(seconds), files=MOST_FILES)
    _read(files, Path(folder) / "out", only, bool(tables))


def _only(driver: str) -> None:
    """Ends the process unless GDAL has that one driver; a GDAL with drivers of its own is started again without."""
    import pyogrio

    left = set(pyogrio.list_drivers()) - {driver}
    if left and not os.environ.get("GEOREGISTER_AGAIN"):
        skipped = os.environ["OGR_SKIP"] + "," + ",".join(sorted(left))
        again = {**os.environ, "OGR_SKIP": skipped, "GDAL_SKIP": skipped, "GEOREGISTER_AGAIN": "1"}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], again)  # noqa: S606  # ourselves
    if left or driver not in pyogrio.list_drivers():
        _end(N_("GDAL cannot be held to its driver {driver}"), driver=driver)


def _end(message: str, **details: object) -> NoReturn:
    """Leaves a sentence, which the parent tells in the reader's language."""
    sys.exit(json.dumps(Sentence(message, details).as_json()))


def _read(files: Mapping[Path, "Known"], out: Path, only: str, tables: bool) -> None:
    from georegister.loading import opening

    found: dict[str, Opened] = {}
    others: list[str] = []
    for file, encoding in files.items():
        try:
            for layer in opening.layers(file, only, encoding, out, tables):
                _add(found, layer, file)
        except opening.NoSuchLayer as error:
            others += error.names
        except Exception as error:  # GDAL's and Arrow's own words are the message, whatever the class
            _end(N_("{file}: {reason}"), file=file.name, reason=sentence_in(error))
    if others and not found:
        _end(N_("there is no layer {layer!r}; there are: {there}"), layer=only, there=", ".join(others))
    told = []
    for number, layer in enumerate(found.values()):
        if layer.stored:
            layer.stored.rename(out / f"{number}.arrow")
        else:
            _write(layer.table, out / f"{number}.arrow")
        told.append({name: value for name, value in vars(layer).items() if name not in ("table", "stored")})
    (out / "layers.json").write_text(json.dumps(told))


def _add(found: dict[str, "Opened"], layer: "Opened", file: Path) -> None:
    """Under its name; pages of one GML layer are put together, other layers of one name are told apart by file."""
    before = found.get(layer.name)
    if before is None:
        found[layer.name] = layer
    elif file.suffix == ".gml" and (before.crs, before.geometry) == (layer.crs, layer.geometry):
        before.append(layer)
    else:
        layer.name = f"{file.stem}/{layer.name}"
        found[layer.name] = layer


def _write(table: Any, file: Path) -> None:
    import pyarrow as pa

    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=BATCH)


if __name__ == "__main__":
    main(sys.argv[1:])
