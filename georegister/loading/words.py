"""Danish for what tables hold: sheets, headings and the words in their cells. English is the code's own."""

import re

from georegister.domain.parameter import Parameter


def folded(text: str) -> str:
    """One form for all ways a word is written."""
    return re.sub(r"[\s_]+", " ", text.casefold().replace("é", "e")).strip(" .:")


SHEETS = {
    **dict.fromkeys(("event", "events", "hændelse", "hændelser", "begivenhed", "begivenheder"), "event"),
    **dict.fromkeys(("hearing", "hearings", "høring", "høringer"), "hearing"),
    **dict.fromkeys(("relation", "relations", "relationer", "sammenhæng", "sammenhænge"), "relation"),
    **dict.fromkeys(("claim", "claims", "målkobling", "målkoblinger", "påstand", "påstande"), "claim"),
    **dict.fromkeys(("document", "documents", "dokument", "dokumenter"), "document"),
    **dict.fromkeys(("parameter", "parameters", "parametre", "bestemmelse", "bestemmelser"), "parameter"),
    **dict.fromkeys(("measurement", "measurements", "måling", "målinger"), "measurement"),
}
"""What a sheet, a table or a file may be called, and the section it is."""

_SHARED = {
    "lokalplan": "plan",
    "plannr": "plan",
    "plannummer": "plan",
    "planid": "plan",
    "plan id": "plan",
    "strategi": "strategy",
    "paragraf": "paragraph",
    "kilde": "source",
    "nummer": "nth",
}
HEADINGS: dict[str, dict[str, str]] = {
    "event": {
        **_SHARED,
        "hændelse": "type",
        "begivenhed": "type",
        "art": "type",
        "dato": "on",
        "dag": "on",
        "tidligst": "earliest",
        "senest": "latest",
        "erstattet af": "by_plan",
        "afløst af": "by_plan",
    },
    "hearing": {
        **_SHARED,
        "art": "kind",
        "høring": "kind",
        "type": "kind",
        "åbner": "opens",
        "start": "opens",
        "startdato": "opens",
        "fra": "opens",
        "lukker": "closes",
        "slut": "closes",
        "slutdato": "closes",
        "til": "closes",
        "frist": "closes",
        "svar til": "respond_to",
        "svar sendes til": "respond_to",
        "link": "document_url",
        "dokument": "document_url",
    },
    "relation": {
        **_SHARED,
        "plan": "from_plan",
        "fra plan": "from_plan",
        "relation": "type",
        "art": "type",
        "til plan": "to_plan",
        "anden plan": "to_plan",
    },
    "claim": {
        **_SHARED,
        "mål": "goal",
        "verdensmål": "sdg",
        "retning": "stance",
        "virkning": "stance",
        "begrundelse": "evidence",
        "angivet af": "asserted_by",
        "hvem": "asserted_by",
    },
    "document": {**_SHARED, "titel": "title", "link": "url", "adresse": "url", "fil": "file", "set den": "seen_on"},
    "parameter": {
        **_SHARED,
        "parameter": "name",
        "navn": "name",
        "bestemmelse": "name",
        "værdi": "value",
        "tekst": "text_value",
        "enhed": "unit",
    },
    "measurement": {
        "delmål": "target",
        "måltal": "target",
        "dato": "day",
        "dag": "day",
        "værdi": "value",
        "kilde": "source",
        "nummer": "nth",
    },
}
"""What a column may be called beside the field's own name, by section."""

CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("event", "type"): {
        "indkaldelse af ideer": "call_for_ideas",
        "forhøring": "call_for_ideas",
        "forslag": "proposal",
        "vedtagelse": "adoption",
        "vedtaget": "adoption",
        "endeligt vedtaget": "adoption",
        "endelig vedtagelse": "adoption",
        "offentliggørelse": "publication",
        "offentliggjort": "publication",
        "bekendtgørelse": "publication",
        "bekendtgjort": "publication",
        "ikrafttræden": "entry_into_force",
        "ikraft": "entry_into_force",
        "i kraft": "entry_into_force",
        "delvis aflysning": "partial_revocation",
        "delvist aflyst": "partial_revocation",
        "erstatning": "replacement",
        "erstattet": "replacement",
        "afløst": "replacement",
        "aflysning": "revocation",
        "aflyst": "revocation",
        "bortfald": "lapse",
        "bortfaldet": "lapse",
    },
    ("hearing", "kind"): {
        "indkaldelse af ideer": "call_for_ideas",
        "forhøring": "call_for_ideas",
        "offentlig": "public",
        "offentlig høring": "public",
        "fornyet": "renewed",
        "fornyet høring": "renewed",
        "strategi": "strategy",
    },
    ("relation", "type"): {
        "ændrer": "amends",
        "ledsager": "accompanies",
        "hører sammen med": "accompanies",
        "erstatter": "replaces",
        "afløser": "replaces",
        "optager": "absorbs",
        "indarbejder": "absorbs",
        "aflyser delvist": "partly_revokes",
        "aflyser en del af": "partly_revokes",
    },
    ("claim", "stance"): {
        "støtter": "supports",
        "fremmer": "supports",
        "modvirker": "hinders",
        "hæmmer": "hinders",
        "både og": "mixed",
        "blandet": "mixed",
    },
    ("parameter", "name"): {
        **{str(one).replace("_", " "): str(one) for one in Parameter},
        "bebyggelsesprocent": "plot_ratio",
        "bebyggelsespct": "plot_ratio",
        "rumfang": "volume_ratio",
        "etager": "storeys",
        "etageantal": "storeys",
        "antal etager": "storeys",
        "bygningshøjde": "building_height",
        "højde": "building_height",
        "etageareal": "floor_area",
        "boliger": "dwellings",
        "antal boliger": "dwellings",
        "grundstørrelse": "plot_size",
        "mindste grundstørrelse": "plot_size",
    },
}
"""What a cell may hold beside the code's own word, by section and field."""
