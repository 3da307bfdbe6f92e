"""A load's report as files: the one page for people, the failing parts for a GIS."""

from dataclasses import replace
from pathlib import Path

from georegister.cli.output import write_whole
from georegister.domain.change import Amended
from georegister.domain.vocabulary import word
from georegister.language import Translator
from georegister.loading.compare import Report
from georegister.loading.failing import failing
from georegister.loading.report import RESPONSIBLE_WORDS, SEVERITIES, SEVERITY_WORDS, counted, outcome_line, summary
from georegister.loading.report_json import as_json
from georegister.loading.spool import Spool


def write_report(report: Report, out: Path, t: Translator) -> None:
    """Writes the HTML page. Raises SettingsInvalid where it cannot be written."""
    from georegister.maps.load_report import load_report  # waits for Folium; other loads need not

    in_order = sorted(report.findings, key=lambda finding: (SEVERITIES.index(finding.rule.severity), finding.rule.id))
    report = replace(report, findings=Spool(in_order))
    words = {
        "title": t.say("{file} for {municipality}", file=report.file, municipality=t.choose(report.municipality.names)),
        "outcome": outcome_line(report, t),
        "counts": [line.strip() for line in summary(report, t)],
        "counted": counted(in_order, t),
        "severities": {str(severity): t.say(word) for severity, word in SEVERITY_WORDS.items()},
        "responsibles": {str(who): t.say(word) for who, word in RESPONSIBLE_WORDS.items()},
        "fields": {name: t.tell(word(name)) for name in _fields(report)},
        "changes": {"added": t.say("new"), "amended": t.say("changed"), "withdrawn": t.say("withdrawn")},
    }
    parts = [(one.geometry, str(one.rule.severity)) for one in reversed(in_order) if one.geometry is not None]
    html = load_report(t.language, as_json(report, t), words, parts, report.municipality.outline)
    write_whole(out, html.encode())


def _fields(report: Report) -> set[str]:
    """The fields that are named anywhere in the report."""
    changed = {name for change in report.plans if isinstance(change, Amended) for name in change.fields}
    return changed | {finding.field for finding in report.findings if finding.field}


def write_failing(report: Report, out: Path, t: Translator) -> None:
    """Writes the GeoPackage. Raises SettingsInvalid where it cannot be written."""
    write_whole(out, failing(report, t))
