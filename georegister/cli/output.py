"""What commands write: files, whole or not at all; and how far they have come."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from georegister.domain.vocabulary import STEPS
from georegister.errors import SettingsInvalid
from georegister.language import Translator
from georegister.sentence import N_


def write_whole(out: Path, content: bytes) -> int:
    """Beside its place first, then into it; gives its size. Raises SettingsInvalid where it cannot be written."""
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name[:100]}-", delete=False) as made:
            try:
                made.write(content)
                made.flush()
                umask = os.umask(0)
                os.umask(umask)
                Path(made.name).chmod(0o666 & ~umask)
                Path(made.name).replace(out)
            except BaseException:
                Path(made.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise SettingsInvalid(N_("{out} cannot be written: {error}."), out=out, error=error) from error
    return len(content)


def writable(out: Path) -> None:
    """Raises SettingsInvalid where a file could not be written there; asked before the work, not after."""
    if not out.parent.is_dir():
        raise SettingsInvalid(N_("{out} cannot be written: there is no folder {parent}."), out=out, parent=out.parent)
    if out.is_dir():
        raise SettingsInvalid(N_("{out} cannot be written: it is a folder."), out=out)


def progress_bar() -> Progress:
    """How far the work has come, beside what is printed and not in it."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    return Progress(
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def stepping(bar: Progress, task: TaskID, t: Translator) -> Callable[[str], None]:
    """What work is to call with the name of each of its steps."""
    return lambda step: bar.update(task, description=t.say(STEPS[step]), advance=1)
