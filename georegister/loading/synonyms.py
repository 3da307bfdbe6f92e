"""What columns are called: the words by which Danish, English, Plandata's and INSPIRE's deliveries name each field.

Names are written as `plain` makes them: small letters and digits alone, æ as ae, ø as oe, å as aa.
"""

import re
import unicodedata

from georegister.domain.parameter import Parameter
from georegister.domain.plan import Kind

NUMBER = (
    *("plannr", "plannummer", "lokalplannr", "lokalplannummer", "tillaegsnr", "tillaegsnummer", "tillaegnr"),
    *(
        "rammenr",
        "rammenummer",
        "planno",
        "plannumber",
        "number",
        "nummer",
        "nr",
        "lpnr",
        "lokalplan",
        "planbetegnelse",
    ),
)
NUMBER_WITHIN = (
    *("delnr", "delomraadenr", "delomraadenummer", "delomraade", "omraadenr", "byggefeltnr", "feltnr", "byggefelt"),
    *("subarea", "subareanumber", "number", "nummer", "nr", "betegnelse", "bogstav"),
)
TITLE = (
    *("plannavn", "plantitel", "navn", "titel", "officialtitle", "plantitle", "title", "planname", "name"),
    *("lokalplannavn", "tillaegsnavn", "rammenavn", "delomraadenavn", "omraadenavn", "betegnelse", "lpplannavn"),
)
FIELDS: dict[str, tuple[str, ...]] = {
    "external_id": ("planid", "plandataid", "inspireidlocalid", "inspireid", "localid", "globalid", "uuid", "guid"),
    "municipality": (
        "komnr",
        "kommunenr",
        "kommunekode",
        "kommunenummer",
        "komkode",
        "municipality",
        "municipalitycode",
    ),
    "description": (
        *("bemaerkning", "bemaerkninger", "beskrivelse", "planbeskrivelse", "formaal", "resume", "anmaerkning", "note"),
        *("description", "remarks"),
    ),
    "place": ("sted", "beliggenhed", "lokalitet", "bydel", "stednavn", "adresse", "place", "location"),
    "document_url": (
        *("doklink", "dokumentlink", "plandokument", "dokument", "pdf", "link", "url", "hjemmeside", "document"),
        *("documenturl", "documentlink"),
    ),
    "topic": (
        *("anvgen", "anvendelsegenerel", "generelanvendelse", "anvendelse", "anvendelseskode", "anvendelsekode"),
        *("hovedanvendelse", "landuse", "generaluse"),
    ),
    "specific_use": ("anvspec", "anvendelsespecifik", "specifikanvendelse", "specificuse"),
    "geometry_source": ("geomkilde", "geometrikilde", "geometrysource"),
}
"""The fields of any plan but number and title, the best word first."""
PARENTS: dict[Kind, tuple[str, ...]] = {
    Kind.ADDENDUM: ("komplanid", "kommuneplanid", "komplan", "kommuneplan", "hovedplan", "municipalplan", "parent"),
    Kind.FRAME: (
        *("komtilid", "komplanid", "tillaegid", "tillaeg", "tillaegsnr", "kommuneplanid", "komplan", "kommuneplan"),
        *("addendum", "municipalplan", "parent"),
    ),
    Kind.SUB_AREA: (
        *("lokplanid", "lokalplanid", "lpplannr", "lokalplannr", "lokalplannummer", "lokalplan", "lpnr", "plannr"),
        *("plannummer", "hoerertil", "localplan", "localplannumber", "parent"),
    ),
}
PARENTS[Kind.BUILDING_FIELD] = PARENTS[Kind.SUB_AREA]
EVENTS: dict[str, tuple[tuple[str, ...], str]] = {
    "events.call_for_ideas": (("idefasefra", "indkaldelseafideer", "datoide"), r"idefase|ideindkald|ideer|forhoering"),
    "events.proposal": (("datoforsl", "forslagsdato", "datoforslag"), r"forsl|proposed|proposal"),
    "events.adoption": (("datovedt", "vedtagelsesdato", "vedtaget", "adopted"), r"vedt(ag)?|adopt"),
    "events.publication": (
        ("datooffentliggjort", "offentliggjort", "bekendtgjort", "published"),
        r"offentligg|bekendtg|kundg|publish|publication",
    ),
    "events.entry_into_force": (
        ("datoikraft", "ikrafttraedelse", "ikraft", "validfrom", "inforce"),
        r"ikraft|kraft|gyldigfra|gaelderfra|effective|inforce",
    ),
    "events.revocation": (
        ("datoaflyst", "aflyst", "ophaevet", "validto", "revoked"),
        r"aflys|ophaev|gyldigtil|revo",
    ),
    "hearing.opens": (
        ("datostart", "hoeringfra", "hoeringsstart", "hearingopens"),
        r"(hoering|fremlaeg|hearing).*(fra|start|begynd|aabn|from|open)|(fra|start).*hoering",
    ),
    "hearing.closes": (
        ("datoslut", "hoeringtil", "hoeringsslut", "hoeringsfrist", "indsigelsesfrist", "hearingcloses"),
        r"(hoering|fremlaeg|hearing|indsigelse).*(til|slut|frist|to|close|end)|(til|slut|frist).*(hoering|indsigelse)",
    ),
}
"""The columns of days: what they are called, and what is in the name of one called otherwise."""
PARAMETERS: dict[Parameter, tuple[tuple[str, ...], str]] = {
    Parameter.PLOT_RATIO: (
        ("bebygpct", "bebyggelsesprocent", "bebyggelsespct", "bebprocent", "bebpct", "maxbebpct", "plotratio"),
        r"beb(yg\w*)?(pct|proc(ent)?)$",
    ),
    Parameter.VOLUME_RATIO: (("m3m2", "rumfangprm2", "volumeratio"), r"m3(pr)?m2$"),
    Parameter.STOREYS: (
        ("maxetager", "maksetager", "etager", "antaletager", "etageantal", "storeys"),
        r"(max|maks|antal).*etager?$|etageantal|etagetal",
    ),
    Parameter.BUILDING_HEIGHT: (
        (
            "maxbygnhjd",
            "bygningshoejde",
            "maxbygningshoejde",
            "maxhoejde",
            "makshoejde",
            "bygnhoejde",
            "buildingheight",
        ),
        r"(bygn|maks|max).*(hoejde|hjd)m?$",
    ),
    Parameter.FLOOR_AREA: (
        ("etageareal", "maxetageareal", "etagem2", "etagemeter", "floorarea"),
        r"(max|maks).*etage(areal|m2|meter)",
    ),
    Parameter.DWELLINGS: (("antalboliger", "boligantal", "boligenheder", "dwellings"), r"antal.*bolig(er|enheder)$"),
    Parameter.PLOT_SIZE: (
        ("grundstoerrelse", "mingrundstoerrelse", "mingrundstr", "mingrund", "plotsize"),
        r"min.*grund(st(oer)?r(else)?|areal)?$",
    ),
}
"""The columns of figures, as those of days."""
KINDS: tuple[tuple[str, Kind], ...] = (
    ("byggefelt|buildingfield", Kind.BUILDING_FIELD),
    ("delomr|subarea", Kind.SUB_AREA),
    ("ramme|frame", Kind.FRAME),
    ("tillaeg|addend", Kind.ADDENDUM),
    ("lokalpl|lokplan|byplanvedt|localplan", Kind.LOCAL_PLAN),
)
"""What is in the name of a layer, or written in a column, by the kind of plan it means; the narrowest first."""
KIND_COLUMNS = ("plantype", "planart", "type", "kind", "objekttype", "plankategori")


def plain(name: str) -> str:
    """A name without all that people write differently."""
    folded = unicodedata.normalize("NFC", name).casefold()
    folded = folded.replace("æ", "ae").replace("ø", "oe").replace("å", "aa").replace("é", "e")
    return re.sub(r"[^a-z0-9]", "", folded)


def kind_in(name: str) -> Kind | None:
    """The kind of plan that a name speaks of."""
    return next((kind for pattern, kind in KINDS if re.search(pattern, plain(name))), None)
