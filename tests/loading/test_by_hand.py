"""A fact by hand is a delivery: checked, compared, recorded, and told in the words of who made it."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from georegister.domain.change import Added, Amended, Unchanged, Withdrawn
from georegister.errors import DeliveryRefused, EntryInvalid
from georegister.loading.by_hand import add_entries, list_entries, withdraw_entries
from georegister.loading.compare import Report
from georegister.register.database import Database, reading, writing
from georegister.register.undo import undo

PLAN = "0340-local-plan-sk-71"
HEARING = {"plan": PLAN, "kind": "public", "opens": "2026-01-01", "closes": "2026-02-01"}
PUBLISHED = {"plan": "SK 71", "type": "publication", "on": "13.10.2021", "source": "soroe.dk"}


def add(database: Database, section: str, said: Mapping[str, object], **options: object) -> Report:
    return add_entries(database, "0340", section, [said], "clerk", **options)  # type: ignore[arg-type]


def rows(database: Database, sql: str) -> list[dict[str, object]]:
    with reading(database) as session:
        return session.sql(sql).fetchall()  # type: ignore[arg-type]


def test_an_event_by_hand_is_a_delivery_and_counts(demo: Database) -> None:
    dry = add(demo, "event", PUBLISHED, dry_run=True)
    assert (dry.receipt, [type(change) for change in dry.facts]) == (None, [Added])
    report = add(demo, "event", PUBLISHED)
    [change] = report.facts
    assert isinstance(change, Added)
    assert (change.id, change.new.content["earliest"]) == (f"{PLAN}-publication", date(2021, 10, 13))
    [load] = rows(demo, "SELECT l.*, f.bytes FROM load l JOIN delivery_file f USING (sha256) ORDER BY id DESC LIMIT 1")
    assert (load["dataset"], load["by"], load["file"]) == ("register", "clerk", "event.toml")
    kept = tomllib.loads(bytes(load["bytes"]).decode())  # type: ignore[arg-type]
    assert kept["event"] == [{"plan": PLAN, "type": "publication", "on": date(2021, 10, 13), "source": "soroe.dk"}]
    [state] = rows(
        demo,
        f"SELECT status FROM plan_state WHERE plan = '{PLAN}' AND upper_inf(recorded) AND during @> date '2021-10-13'",
    )
    assert state["status"] == "in_force"


def test_said_again_it_changes_nothing_and_otherwise_it_corrects(demo: Database) -> None:
    add(demo, "event", PUBLISHED)
    assert isinstance(add(demo, "event", PUBLISHED).facts[0], Unchanged)
    [change] = add(demo, "event", {"plan": PLAN, "type": "offentliggjort", "on": "2021-10-14"}).facts
    assert isinstance(change, Amended)
    assert change.fields == {name: (date(2021, 10, 13), date(2021, 10, 14)) for name in ("earliest", "latest")}
    [change] = add(demo, "event", {"plan": PLAN, "type": "publication", "on": "2021-10-14"}, whole=True).facts
    assert isinstance(change, Amended)
    assert change.fields == {"source": ("soroe.dk", None)}


def test_an_uncertain_day_takes_the_place_of_a_certain_one(demo: Database) -> None:
    add(demo, "event", PUBLISHED)
    add(demo, "event", {"plan": PLAN, "type": "publication", "latest": "1-10-2021"})
    [(_, fact)] = [one for one in list_entries(demo, "0340", "event", "SK71") if one[0] == "register"]
    assert (fact.content["earliest"], fact.content["latest"]) == (None, date(2021, 10, 1))


def test_one_more_of_the_same_kind_is_asked_for(demo: Database) -> None:
    west = {"plan": "SK 3", "type": "delvis aflysning", "on": "2024-01-01"}
    add(demo, "event", west)
    ids = [add(demo, "event", {**west, "on": f"2025-0{month}-01"}, again=True).facts[0].id for month in (2, 3)]
    assert ids == ["0340-local-plan-sk-3-partial-revocation-2", "0340-local-plan-sk-3-partial-revocation-3"]
    [change] = add(demo, "event", {**west, "nth": "2", "on": "2025-02-02"}).facts
    assert isinstance(change, Amended)
    with pytest.raises(EntryInvalid, match="only one of its kind"):
        add(demo, "relation", {"from_plan": PLAN, "type": "erstatter", "to_plan": "SK 3"}, again=True)


def test_a_renewed_hearing_is_another_one(demo: Database) -> None:
    first = {"plan": PLAN, "kind": "offentlig", "opens": "1/9/2026", "closes": "27/10/2026"}
    first["respond_to"] = "plan@soroe.dk"
    renewed = {**first, "kind": "renewed", "opens": "2026-11-01", "closes": "2026-12-01"}
    ids = [add(demo, "hearing", said).facts[0].id for said in (first, renewed)]
    assert ids == [f"{PLAN}-hearing-2026-09-01", f"{PLAN}-hearing-2026-11-01"]
    [state] = rows(
        demo,
        f"SELECT respond_to FROM plan_state WHERE plan = '{PLAN}' AND upper_inf(recorded) "
        "AND during @> date '2026-11-22'",
    )
    assert state["respond_to"] == "plan@soroe.dk"


def test_what_another_dataset_says_is_pointed_out(demo: Database) -> None:
    said = {"plan": "SK 69", "type": "vedtaget", "on": "2021-05-01"}
    report = add(demo, "event", said, dry_run=True)
    [finding] = report.findings
    assert (finding.rule.id, dict(finding.details)) == (
        "FACT-01",
        {"dataset": "soroe-plan-facts", "theirs": "2019-11-20 – 2023-03-01", "ours": "2021-05-01"},
    )
    said |= {"on": None, "earliest": "2019-11-20", "latest": "2023-03-01"}
    assert [finding.rule.id for finding in add(demo, "event", said).findings] == ["FACT-02"]


def test_it_is_taken_back_where_it_was_told(demo: Database) -> None:
    add(demo, "event", PUBLISHED)
    with pytest.raises(EntryInvalid, match="“0340-local-plan-sk-69-adoption” is of the dataset soroe-plan-facts"):
        withdraw_entries(demo, "0340", "event", ["0340-local-plan-sk-69-adoption"], "clerk")
    with pytest.raises(EntryInvalid, match="is not in the register"):
        withdraw_entries(demo, "0340", "hearing", [f"{PLAN}-publication"], "clerk")
    [change] = withdraw_entries(demo, "0340", "event", [f"{PLAN}-publication"], "clerk").facts
    assert isinstance(change, Withdrawn)
    [known] = rows(demo, f"SELECT upper_inf(recorded) AS held FROM plan_event WHERE id = '{PLAN}-publication'")
    assert known["held"] is False


def test_a_correction_is_undone_like_a_load(demo: Database) -> None:
    add(demo, "event", PUBLISHED)
    corrected = add(demo, "event", {**PUBLISHED, "on": "2021-10-14"}).receipt
    assert corrected
    with writing(demo) as session:
        undo(session, "0340", corrected.load, "clerk")
    held = [
        fact.content["earliest"] for dataset, fact in list_entries(demo, "0340", "event", PLAN) if dataset == "register"
    ]
    assert held == [date(2021, 10, 13)]


def test_claims_parameters_and_measurements_are_read_as_they_are_written(demo: Database) -> None:
    [claim] = add(
        demo,
        "claim",
        {
            "plan": "sk71",
            "goal": "0340-vision-2026-4.1",
            "stance": "Støtter",
            "evidence": "Genbrugte mursten",
            "asserted_by": "clerk",
        },
    ).facts
    assert isinstance(claim, Added)
    assert claim.new.content["evidence"] == {"da": "Genbrugte mursten"}
    allowed = [("Bebyggelsesprocent", "30 %"), ("etager", "1½"), ("Bygningshøjde", "8,5 m"), ("Tagform", "Saddeltag")]
    told = {}
    for name, value in allowed:
        field = "text_value" if name == "Tagform" else "value"
        [change] = add(demo, "parameter", {"plan": PLAN, "name": name, field: value}).facts
        assert isinstance(change, Added)
        told[change.new.content["name"]] = (change.new.content[field], change.new.content["unit"])
    assert told == {
        "plot_ratio": (Decimal(30), "%"),
        "storeys": (Decimal("1.5"), None),
        "building_height": (Decimal("8.5"), "m"),
        "Tagform": ("Saddeltag", None),
    }
    [target, *_] = rows(demo, "SELECT id FROM target WHERE municipality = '0340' ORDER BY id")
    figure = {"target": target["id"], "day": "31-12-2025", "value": "1.234,5", "source": "Energi- og CO2-regnskabet"}
    [change] = add(demo, "measurement", figure).facts
    assert isinstance(change, Added)
    assert change.new.content["value"] == Decimal("1234.5")


@pytest.mark.parametrize(
    ("section", "said", "field", "words"),
    [
        ("event", {**PUBLISHED, "on": "31.2.2021"}, "on", "“31.2.2021” is no day"),
        ("event", {**PUBLISHED, "type": "party"}, "type", "“party” is not known here; write one of: call_for_ideas"),
        ("event", {**PUBLISHED, "plan": "SK 999"}, "plan", "“SK 999” is not in the register"),
        ("event", {**PUBLISHED, "type": ""}, "type", "needs this field"),
        ("event", {**PUBLISHED, "title": "x"}, "title", "there is no such field"),
        ("event", {**PUBLISHED, "on": " "}, "", "give `on`, or"),
        ("event", {**PUBLISHED, "source": "a\x07b"}, "source", "control character"),
        ("parameter", {"plan": PLAN, "name": "etager", "value": "1.234"}, "value", "one way only"),
        ("parameter", {"plan": PLAN, "name": "etager", "value": "2 m"}, "", "storeys is a number without a unit"),
        ("parameter", {"plan": PLAN, "name": "etager", "value": "to"}, "value", "“to” is no number"),
        ("claim", {"plan": PLAN, "stance": "supports", "sdg": "18", "asserted_by": "x"}, "sdg", "at most 17"),
        ("document", {"plan": PLAN, "title": "x", "url": "javascript:alert(1)"}, "url", "pattern"),
        ("document", {"plan": PLAN, "title": "x", "file": "../x.pdf"}, "file", "pattern"),
        ("document", {"plan": PLAN, "title": "x", "file": "x.pdf"}, "file", "there is no x.pdf"),
        ("document", {"plan": PLAN, "title": "x"}, "", "give `url`, or `file`"),
        ("hearing", {**HEARING, "respond_to": "javascript:alert(1)"}, "respond_to", "begins with “javascript:”"),
        ("hearing", {**HEARING, "respond_to": " data:text/html,x"}, "respond_to", "begins with “data:”"),
        ("hearing", {**HEARING, "respond_to": "https://"}, "respond_to", "no web address"),
        ("hearing", {**HEARING, "respond_to": "mailto:nobody"}, "respond_to", "no mail address"),
    ],
)
def test_what_cannot_be_meant_names_the_field(
    shared_demo: Database, section: str, said: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(EntryInvalid) as refused:
        add(shared_demo, section, said)
    assert refused.value.field.split(",")[0] == field
    assert words in str(refused.value.reason)
    assert len(str(refused.value).splitlines()) == 1


def test_a_claim_to_what_is_not_there_is_refused_and_leaves_nothing(shared_demo: Database) -> None:
    said = {"plan": PLAN, "goal": "0340-vision-2026-9.9", "stance": "supports", "asserted_by": "x"}
    report = add(shared_demo, "claim", said)
    assert (report.refused, report.receipt, [finding.field for finding in report.findings]) == (1, None, ["goal"])
    with pytest.raises(DeliveryRefused, match=r"goal: .* is a theme; name a goal"):
        add(shared_demo, "claim", {**said, "goal": "0340-vision-2026-4"})
