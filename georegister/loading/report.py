"""Findings and changes as staff read them."""

from collections import Counter
from collections.abc import Iterator

from georegister.domain.change import Added, Amended, Unchanged, Withdrawn, count
from georegister.domain.finding import Finding
from georegister.domain.rule import Severity
from georegister.language import Translator
from georegister.loading.compare import Report

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)
LISTED = 50


def lines(report: Report, t: Translator) -> Iterator[str]:
    """The report, line by line: what changes, plan by plan, then what was found, the gravest first."""
    yield t.say("{file} for {municipality}", file=report.file, municipality=t.choose(report.municipality.names))
    for layer in report.layers:
        yield f"  {layer.words(t)}"
    if report.ignored:
        yield t.say("  passed over: {files}", files=", ".join(report.ignored))
    yield from _summary(report, t)
    yield from _plans(report, t)
    yield from _findings(report, t)
    yield _outcome(report, t)


def _summary(report: Report, t: Translator) -> Iterator[str]:
    for words, changes in ((t.say("plans"), report.plans), (t.say("facts"), report.facts)):
        number = count(changes)
        if sum(number.values()):
            yield t.say(
                "  {what}: {added} new, {amended} changed, {withdrawn} withdrawn, {unchanged} unchanged",
                what=words,
                **number,
            )
    if report.refused:
        yield t.count("  {n} row refused", "  {n} rows refused", report.refused)


def _plans(report: Report, t: Translator) -> Iterator[str]:
    # Facts that are new stand in the file; what differs or goes is what somebody must look at.
    facts = [change for change in report.facts if isinstance(change, Amended | Withdrawn)]
    changed = [*(change for change in report.plans if not isinstance(change, Unchanged)), *facts]
    for change in changed[:LISTED]:
        match change:
            case Added():
                yield f"  + {change.id}"
            case Amended():
                yield f"  ~ {change.id}: {', '.join(change.fields)}"
            case Withdrawn():
                yield f"  - {change.id}"
    if len(changed) > LISTED:
        yield t.say("  and {n} more", n=t.number(len(changed) - LISTED))


def _findings(report: Report, t: Translator) -> Iterator[str]:
    words = {
        Severity.ERROR: t.say("error"),
        Severity.WARNING: t.say("warning"),
        Severity.INFORMATION: t.say("information"),
    }
    for severity in SEVERITIES:
        found = [finding for finding in report.findings if finding.rule.severity is severity]
        for finding in found[:LISTED]:
            yield f"  {words[severity]} {finding.rule.id} {place(finding)}: {message(finding, t)}"
        if len(found) > LISTED:
            rest = Counter(finding.rule.id for finding in found[LISTED:])
            yield t.say("  and {what}", what=", ".join(f"{number} × {id_}" for id_, number in rest.items()))


def place(finding: Finding) -> str:
    """Where to look: file, layer, row, field; for a finding about the register, the plan."""
    where = str(finding.origin) if finding.origin else finding.plan or ""
    return f"{where}, {finding.field}" if finding.field else where


def message(finding: Finding, t: Translator) -> str:
    """What is said of it, filled with its details."""
    return t.say(finding.rule.message, **finding.details)


def _outcome(report: Report, t: Translator) -> str:
    if report.receipt:
        return t.say(
            "Done: load {load}, register version {version}.", load=report.receipt.load, version=report.receipt.version
        )
    if report.standing:
        return t.say("Nothing to change: already loaded as load {load}.", load=report.standing)
    if report.changes_nothing:
        return t.say("Nothing to change.")
    if report.strict and report.refused:
        return t.say("Nothing was loaded: a row was refused, and --strict was said.")
    return t.say("Nothing was changed: this was a dry run.")
