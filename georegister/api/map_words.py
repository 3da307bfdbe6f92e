"""The words that the map's scripts write, in the reader's language."""

from typing import Any

from georegister.api.downloads import FORMS
from georegister.api.service import Service
from georegister.language import Translator
from georegister.maps import sentences
from georegister.sentence import N_

DOWNLOADS = ("csv", "xlsx", "gpkg", "shp", "geojsonseq")
PLACES = {"place": N_("place"), "address": N_("address"), "parcel": N_("parcel")}
"""What a suggestion is, where it is no plan."""


def script_words(service: Service, t: Translator) -> dict[str, Any]:
    """The words the page's script writes, in the reader's language."""
    return {
        "language": t.language,
        "slots": len(service.site.palette.slots),
        "uses": service.site.palette.use_numbers,
        "kinds": {kind: t.say(words) for kind, words in sentences.KINDS.items()},
        "statuses": {
            **{status: t.say(words) for status, words in sentences.STATUSES.items()},
            "hearing": t.say("Proposal in hearing"),
        },
        "applies": {group: t.say(words) for group, words in sentences.APPLIES.items()},
        "extents": {source: t.say(words) for source, words in sentences.BORROWED.items()},
        "basemap": {"attribution": service.settings.basemap_attribution} if service.ground else None,
        "texts": {
            "basemap": t.say("Background map"),
            "basemap.failed": t.say("The background map cannot be fetched just now. The plans are still shown."),
            "plans.one": t.say("{n} plan on the map."),
            "plans.many": t.say("{n} plans on the map."),
            "hearings.one": t.say("{n} in hearing now."),
            "hearings.many": t.say("{n} in hearing now."),
            "here.one": t.say("{n} plan here"),
            "here.many": t.say("{n} plans here"),
            "ended.one": t.say("{n} ended plan here"),
            "ended.many": t.say("{n} ended plans here"),
            "further.one": t.say("Show {n} more plan"),
            "further.many": t.say("Show {n} more plans"),
            "days.last": t.say("Answer by {day} (today is the last day)"),
            "days.one": t.say("Answer by {day} ({n} day left)"),
            "days.many": t.say("Answer by {day} ({n} days left)"),
            "list": t.say("Plans on the map"),
            "none.filtered": t.say("No plans here with these filters."),
            "none.at-all": t.say("No plan of this municipality has been loaded yet."),
            "none.view": t.say("No plans in this part of the map. Zoom out, or move the map."),
            "none.place": t.say("No plans here. The place may lie outside the municipality."),
            "none.area": t.say("No plans in the area."),
            "reset": t.say("Remove filters"),
            "whole": t.say("still applies in the whole municipality."),
            "show-ended": t.say("Show them"),
            "near": t.say("Near here"),
            "not-held": t.say("What is not in this register"),
            "back": t.say("Back to the list"),
            "show": t.say("Show on the map"),
            "more": t.say("Zoom in to see all."),
            "some": t.say("{n} of {all} plans in the list. Zoom in to see each plan."),
            "failed": t.say("The plans could not be fetched."),
            "illustrative": t.say("illustrative outline"),
            "attribution": t.say("Land (coarse): Natural Earth. Outline: illustrative."),
        },
    }


def more(t: Translator) -> dict[str, Any]:
    """What the served map writes beside: of searching, areas, days and the address."""
    return {
        "places": {kind: t.say(words) for kind, words in PLACES.items()},
        "downloads": {name: FORMS[name].title for name in DOWNLOADS},
        "texts": {
            "suggestions.one": t.say("{n} suggestion"),
            "suggestions.many": t.say("{n} suggestions"),
            "no-suggestions": t.say("Nothing here is called “{words}”."),
            "area.one": t.say("{n} plan in the area"),
            "area.many": t.say("{n} plans in the area"),
            "area.size": t.say("The area is {area}."),
            "area.remove": t.say("Remove the area"),
            "area.how": t.say("Tap the corners of the area. Tap the first one again, or Done, to close it."),
            "area.three": t.say("An area has three corners at least."),
            "area.most": t.say("An area has at most {n} corners."),
            "area.metres": t.say("Give 1 to {n} metres."),
            "corners.one": t.say("{n} corner"),
            "corners.many": t.say("{n} corners"),
            "share": t.say("{area} in the area: {own}% of the plan, {whole}% of the area."),
            "downloads": t.say("Download these plans"),
            "today": t.say("today"),
            "days-more.one": t.say("and {n} more plan"),
            "days-more.many": t.say("and {n} more plans"),
            "copied": t.say("The link is copied."),
            "not-copied": t.say("Copy the link from the address bar."),
        },
    }
