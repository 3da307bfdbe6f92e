"""The process that makes PDF and PNG of sheets, and can do nothing else: `python -m georegister.maps.press`.

It reads jobs from its standard input and answers each on its standard output. Every job is worked on by a child of
its own, which has no network, is no longer root, and has limits on memory and time: a monstrous sheet costs that
child and nobody else. WeasyPrint is handed all that a page is made of and can fetch nothing.

A job is its length in four bytes and JSON with `html`, `files` (address to text), `form`, `identifier` and `seconds`;
an answer a byte that says how it went, the length of the rest in four bytes, and the rest.
"""

import contextlib
import io
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from georegister import confined

READY, DONE, FAILED, BROKEN = b"r", b"d", b"f", b"b"
"""The press stands; the sheet is made; it cannot be made, with why; its maker fell over, or took too much."""
MEMORY, FILES = 1_200_000_000, 64
DOTS_AN_INCH = 180
POINTS_AN_INCH = 72
HERE = "http://sheet.invalid"
"""Where a page seems to lie: at a host that cannot exist (RFC 6761), so that no address leads anywhere."""
STYLE = "/style.css"
WARM = {
    "html": f"""<html lang='en'><title>-</title><link rel='stylesheet' href='{STYLE}'><h1>Å</h1>
<ul><li><a href='/a'>a</a></ul><table><tr><th scope='row'>b</th><td>c</td></tr></table>
<svg viewBox='0 0 9 9'><title>d</title><defs><clipPath id='e'><rect width='9' height='9'/></clipPath>
<pattern id='f' width='3' height='3' patternUnits='userSpaceOnUse'><rect width='3' height='3' fill-opacity='.5'/>
</pattern></defs><g clip-path='url(#e)'><path d='M1 1L8 8Z' fill='url(#f)'/><circle cx='3' cy='3' r='2'/>
<text x='2' y='2' font-size='3'>g</text></g></svg></html>""",
    "files": {
        STYLE: "@page { size: A4; @bottom-right { content: counter(page) string(h) } } h1 { string-set: h content(); "
        "display: flex } @media (max-width: 9px) { h1 { color: rgb(1 2 3 / .4) } }"
    },
    "identifier": "",
}
"""Has everything that sheets are made of."""


def main() -> None:
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What the libraries print is no answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    confined.leave_the_network()
    try:
        # All that is loaded late is loaded now: a child may be unable to.
        png(pdf(WARM))
    except (ImportError, OSError) as error:
        _answer(answers, FAILED, " ".join(str(error).split()).encode())
        return
    _answer(answers, READY, b"")
    while len(head := jobs.read(4)) == 4:
        job = json.loads(jobs.read(int.from_bytes(head, "big")))
        _answer(answers, *_by_a_child(job))


def pdf(job: Mapping[str, Any]) -> bytes:
    """The page as a tagged PDF, the same bytes for the same page."""
    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    handed = _fetcher(job["files"])
    page = weasyprint.HTML(string=job["html"], base_url=HERE, url_fetcher=handed, media_type="print")
    made = page.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=job["identifier"].encode(), finisher=_mark_hatches)
    if handed.given != set(job["files"]):
        # WeasyPrint goes on without a stylesheet that it cannot read.
        raise LookupError("the stylesheet was not read")
    return bytes(made)


def _mark_hatches(document: Any, made: Any) -> None:
    """Says of each pattern that it is no content: WeasyPrint leaves that unsaid (ISO 14289-1, 7.1)."""
    for one in made.objects:
        if getattr(one, "extra", {}).get("Type") == "/Pattern":
            one.stream = [b"/Artifact BMC", *one.stream, b"EMC"]


def png(document: bytes) -> bytes:
    """The first page of a PDF as a picture."""
    import pypdfium2

    page = pypdfium2.PdfDocument(document)[0]
    picture = page.render(scale=DOTS_AN_INCH / POINTS_AN_INCH).to_pil()
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True, dpi=(DOTS_AN_INCH, DOTS_AN_INCH))
    return written.getvalue()


def _fetcher(files: Mapping[str, str]) -> Any:
    """What gives WeasyPrint the files it was handed, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Handed(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(HERE)
            if name not in files:
                raise LookupError(f"{url[:100]} is nothing that the sheet is made of")
            answer = URLFetcherResponse(url, files[name].encode(), {"Content-Type": "text/css; charset=utf-8"})
            self.given.add(name)
            return answer

    handed = Handed(allowed_protocols=())
    handed.given = set()
    return handed


def _by_a_child(job: Mapping[str, Any]) -> tuple[bytes, bytes]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        # Whatever happens, the child never comes back into the loop of its parent.
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as answer:
                _work(job, answer)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0 and said:
        return said[:1], said[1:]
    return BROKEN, b""


def _work(job: Mapping[str, Any], answer: BinaryIO) -> None:
    # The system ends whoever sleeps through an alarm, wherever he is.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(job["seconds"])
    confined.leave_root()
    confined.limit(memory=MEMORY, seconds=job["seconds"], files=FILES)
    try:
        made = pdf(job)
        made = png(made) if job["form"] == "png" else made
    except MemoryError:
        return
    except Exception as error:  # whatever a library makes of a page is told, and is no reason to fall over
        answer.write(FAILED + f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace"))
    else:
        answer.write(DONE + made)
    answer.flush()
    os._exit(0)


def _answer(answers: BinaryIO, how: bytes, said: bytes) -> None:
    answers.write(how + len(said).to_bytes(4, "big") + said)
    answers.flush()


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
