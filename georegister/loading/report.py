"""Findings and changes as staff read them."""

from collections import Counter
from collections.abc import Iterator, Mapping

from georegister.domain.change import Added, Amended, Unchanged, Withdrawn, count
from georegister.domain.finding import Finding
from georegister.domain.rule import Severity
from georegister.language import Translator
from georegister.loading.compare import Report

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)
LISTED = 50
LONGEST = 100


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
                if change.effective:
                    yield t.say("      new version from {day}", day=t.day(change.effective))
                yield from (f"      {difference(name, old, new, t)}" for name, (old, new) in change.fields.items())
            case Withdrawn():
                yield f"  - {change.id}"
    if len(changed) > LISTED:
        yield t.say("  and {n} more", n=t.number(len(changed) - LISTED))


def difference(name: str, old: object, new: object, t: Translator) -> str:
    """One field of a change, old and new; of an extent its areas and how far it differs."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and "hausdorff_m" in new:
        return t.say(
            "{name}: {before} m² -> {after} m², {differ} m² differ, at most {distance} m",
            name=name,
            before=t.number(old["area_m2"]),
            after=t.number(new["area_m2"]),
            differ=t.number(new["symmetric_difference_m2"]),
            distance=t.number(new["hausdorff_m"], 1 if new["hausdorff_m"] >= 1 else 2),
        )
    return f"{name}: {_value(old)} -> {_value(new)}"


def _value(value: object) -> str:
    """A value on one line, cut where it is long."""
    if isinstance(value, Mapping):
        value = "; ".join(f"{name}: {part}" for name, part in value.items())
    said = " ".join(str("" if value is None else value).split()) or "–"
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


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
