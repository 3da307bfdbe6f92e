"""Findings and changes as staff read them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice
from typing import Any

from georegister.domain.change import Added, Amended, Unchanged, Withdrawn, count
from georegister.domain.finding import Finding
from georegister.domain.rule import FIGURES, NAMES, WORDS, Responsible, Rule, Severity
from georegister.domain.vocabulary import word
from georegister.language import Translator
from georegister.loading.compare import Report
from georegister.sentence import N_, Sentence

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)
SEVERITY_WORDS = {
    Severity.ERROR: N_("error"),
    Severity.WARNING: N_("warning"),
    Severity.INFORMATION: N_("information"),
}
RESPONSIBLE_WORDS = {
    Responsible.SUPPLIER: N_("whoever delivers"),
    Responsible.REGISTER: N_("whoever keeps the register"),
}
LISTED = 50
LONGEST = 100
LISTED_OF_A_RULE = {Severity.ERROR: 50, Severity.WARNING: 20, Severity.INFORMATION: 5}


def lines(report: Report, t: Translator) -> Iterator[str]:
    """The report, line by line: the counts, what changes, then what was found, the gravest first, and what to do."""
    yield t.say("{file} for {municipality}", file=report.file, municipality=t.choose(report.municipality.names))
    for layer in report.layers:
        yield f"  {layer.words(t)}"
    if report.ignored:
        yield t.say("  passed over: {files}", files=", ".join(report.ignored))
    yield from summary(report, t)
    yield from _plans(report, t)
    yield from finding_lines(report.findings, t)
    yield outcome_line(report, t)


def summary(report: Report, t: Translator) -> Iterator[str]:
    """How many plans and facts change, how many rows were refused, how much was found."""
    for words, changes in ((t.say("plans"), report.plans), (t.say("facts"), report.facts)):
        number = count(changes)
        if sum(number.values()):
            yield t.say(
                "  {what}: {added} new, {amended} changed, {withdrawn} withdrawn, {unchanged} unchanged",
                what=words,
                **number,
            )
    if others := len(report.changed_by_facts):
        yield t.count(
            "  {n} of the unchanged plans gets other days or figures",
            "  {n} of the unchanged plans get other days or figures",
            others,
        )
    if report.refused:
        yield t.count("  {n} row refused", "  {n} rows refused", report.refused)
    if report.findings:
        yield "  " + counted(report.findings, t)


def counted(findings: Iterable[Finding], t: Translator) -> str:
    """How many findings of each severity, in words."""
    number = Counter(finding.rule.severity for finding in findings)
    return ", ".join(
        (
            t.count("{n} error", "{n} errors", number[Severity.ERROR]),
            t.count("{n} warning", "{n} warnings", number[Severity.WARNING]),
            t.count("{n} piece of information", "{n} pieces of information", number[Severity.INFORMATION]),
        )
    )


def _plans(report: Report, t: Translator) -> Iterator[str]:
    # Facts that are new stand in the file; what differs or goes is what somebody must look at, and all that a plan
    # gets whose row seems to be as it was.
    same = report.changed_by_facts
    facts = (
        change
        for change in report.facts
        if isinstance(change, Amended | Withdrawn)
        or (isinstance(change, Added) and change.new.content.get("plan") in same)
    )
    changed = chain((change for change in report.plans if not isinstance(change, Unchanged)), facts)
    for change in islice(changed, LISTED):
        match change:
            case Added():
                yield f"  + {change.id}"
            case Amended():
                yield f"  ~ {change.id}: {', '.join(t.tell(word(name)) for name in change.fields)}"
                if change.effective:
                    yield t.say("      new version from {day}", day=t.day(change.effective))
                yield from (f"      {difference(name, old, new, t)}" for name, (old, new) in change.fields.items())
            case Withdrawn():
                yield f"  - {change.id}"
    if more := sum(1 for _ in changed):
        yield t.say("  and {n} more", n=t.number(more))


def difference(name: str, old: object, new: object, t: Translator) -> str:
    """One field of a change, old and new; of an extent its areas and how far it differs."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and "hausdorff_m" in new:
        return t.say(
            "{name}: {before} m² -> {after} m², {differ} m² differ, at most {distance} m",
            name=t.tell(word(name)),
            before=t.number(old["area_m2"]),
            after=t.number(new["area_m2"]),
            differ=t.number(new["symmetric_difference_m2"]),
            distance=t.number(new["hausdorff_m"], 1 if new["hausdorff_m"] >= 1 else 2),
        )
    return f"{t.tell(word(name))}: {_value(old)} -> {_value(new)}"


def _value(value: object) -> str:
    """A value on one line, cut where it is long."""
    if isinstance(value, Mapping):
        value = "; ".join(f"{name}: {part}" for name, part in value.items())
    said = " ".join(str("" if value is None else value).split()) or "–"
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def finding_lines(findings: Iterable[Finding], t: Translator) -> Iterator[str]:
    """The findings under their rules, the gravest first; of what is only information, a few of each."""
    numbers: Counter[str] = Counter()
    shown: dict[str, list[Finding]] = {}
    for finding in findings:
        numbers[finding.rule.id] += 1
        if numbers[finding.rule.id] <= LISTED_OF_A_RULE[finding.rule.severity]:
            shown.setdefault(finding.rule.id, []).append(finding)
    for found in sorted(shown.values(), key=lambda found: (SEVERITIES.index(found[0].rule.severity), found[0].rule.id)):
        severity, rule_id = t.say(SEVERITY_WORDS[found[0].rule.severity]), found[0].rule.id
        for finding in found:
            where = f" {found_at}" if (found_at := place(finding, t)) else ""
            yield f"  {severity} {rule_id}{where}: {message(finding, t)}"
        if more := numbers[rule_id] - len(found):
            yield t.say("  {severity} {rule}: and {n} more", severity=severity, rule=rule_id, n=more)


def place(finding: Finding, t: Translator) -> str:
    """Where to look: file, layer, row, field; for a finding about the register, the plan."""
    where = t.tell(finding.origin.told) if finding.origin else finding.plan or ""
    return ", ".join(part for part in (where, t.tell(word(finding.field)) if finding.field else "") if part)


def message(finding: Finding, t: Translator) -> str:
    """What is said of it, filled with its details."""
    said = t.say(finding.rule.message, **_said(finding.details, t))
    return said[:1].upper() + said[1:]


def _said(details: Mapping[str, Any], t: Translator) -> dict[str, object]:
    """Details as this reader writes them: our own words translated, days and figures in the language's form."""
    said: dict[str, object] = dict(details)
    for name, value in details.items():
        if isinstance(value, date):
            said[name] = t.day(value)
        elif isinstance(value, Sentence):
            said[name] = t.tell(value)
        elif name in NAMES and isinstance(value, str):
            said[name] = t.tell(word(value))
        elif name in WORDS and isinstance(value, str) and value:
            said[name] = t.tell(Sentence(value, details))
        elif name in FIGURES and isinstance(value, int | float):
            said[name] = t.number(value)
    return said


def sentence(rule: Rule, t: Translator) -> str:
    """What a rule says, with dots where a finding says what it found."""
    return t.say(rule.message, **dict.fromkeys(rule.details, "…"))


def to_do(report: Report, t: Translator) -> str | None:
    """What somebody must do before the delivery can be loaded, if anything."""
    if report.unacknowledged:
        return t.say(
            "Nothing is loaded until somebody has looked at {rules} and says that it is meant: {options}.",
            rules=", ".join(report.unacknowledged),
            options=" ".join(f"--acknowledge {id_}" for id_ in report.unacknowledged),
        )
    return None


def outcome_line(report: Report, t: Translator) -> str:
    """What came of it, and what to do now."""
    if report.receipt:
        done = t.say(
            "Done: load {load}, register version {version}.", load=report.receipt.load, version=report.receipt.version
        )
        if report.refused:
            advice = t.say("Correct the refused rows and load them again; the others stay as they are.")
            return f"{done} {advice}"
        return done
    if report.standing:
        return t.say("Nothing to change: already loaded as load {load}.", load=report.standing)
    if report.changes_nothing:
        return t.say("Nothing to change.")
    if report.strict and report.refused:
        return t.say("Nothing was loaded: a row was refused, and --strict was said.")
    if asked := to_do(report, t):
        return asked
    return t.say("Nothing was changed: this was a dry run.")
