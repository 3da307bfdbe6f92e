"""What came in a plan's row beside the plan, as facts."""

from decimal import Decimal
from typing import Any

from georegister.domain.event import Event
from georegister.domain.parameter import UNITS
from georegister.domain.plan import slug
from georegister.domain.record import Fact, PlanRecord


def facts_of(plan: str, record: PlanRecord) -> list[Fact]:
    """What came in a plan's row beside the plan: events, hearings, topics, parameters."""
    facts = [
        Fact("plan_event", f"{plan}-{event.type.replace('_', '-')}", _event(plan, event), record.origin)
        for event in record.events
    ]
    for hearing in record.hearings:
        content = {
            "plan": plan,
            "strategy": None,
            "kind": str(hearing.kind),
            "opens": hearing.opens,
            "closes": hearing.closes,
            "respond_to": hearing.respond_to,
            "document_url": None,
            "paragraph": hearing.paragraph,
            "source": hearing.source,
        }
        facts.append(Fact("hearing", f"{plan}-hearing-{hearing.opens}", content, record.origin))
    facts += [
        Fact("topic_link", f"{plan}-topic-{topic}", {"plan": plan, "code": topic}, record.origin)
        for topic in record.topics
    ]
    facts += [
        Fact("parameter", f"{plan}-parameter-{slug(name)}", _parameter(plan, name, value, record), record.origin)
        for name, value in record.parameters.items()
    ]
    return facts


def _parameter(plan: str, name: str, value: Decimal, record: PlanRecord) -> dict[str, Any]:
    return {
        "plan": plan,
        "name": str(name),
        "value": value,
        "text_value": None,
        "unit": UNITS.get(name),
        "paragraph": None,
        "source": record.source,
    }


def _event(plan: str, event: Event) -> dict[str, Any]:
    return {
        "plan": plan,
        "strategy": None,
        "type": str(event.type),
        "by_plan": event.by,
        "earliest": event.earliest,
        "latest": event.latest,
        "paragraph": event.paragraph,
        "source": event.source,
    }
