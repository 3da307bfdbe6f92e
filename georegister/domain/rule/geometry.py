"""Rules on a geometry: its shape, where it lies, and what else lies there."""

from georegister.domain.rule.model import ERROR, INFORMATION, REGISTER, SIMPLE_FEATURES, WARNING, Rule
from georegister.sentence import N_

GEOMETRY_MISSING = Rule("GEOM-01", ERROR, N_("The row has no geometry."), "Plandata.dk: geometri")
NOT_POLYGONAL = Rule(
    "GEOM-02", ERROR, N_("The geometry is a {value}; an extent is one or more polygons."), SIMPLE_FEATURES
)
MADE_VALID = Rule(
    "GEOM-03",
    WARNING,
    N_("The geometry was invalid ({reason}) and has been mended; its area was {before} m² and is {after} m²."),
    SIMPLE_FEATURES,
    REGISTER,
)
CRS_MISSING = Rule(
    "GEOM-04",
    ERROR,
    N_("The reference system is not known: {reason}. Say it with --crs{suggestion}."),
    "ISO 19111",
)
CRS_WRONG = Rule(
    "GEOM-19",
    ERROR,
    N_(
        "Read in {told}, the layer's rows ({rows}) lie nowhere on earth or cover nothing. In {crs} they lie in "
        "{municipality}: say --crs {first}."
    ),
    "ISO 19111",
)
OUTSIDE = Rule(
    "GEOM-05",
    ERROR,
    N_("The plan lies outside {municipality}, about {distance} km from it.{suggestion}"),
    N_("The municipality's outline"),
)
PARTLY_OUTSIDE = Rule(
    "GEOM-06",
    WARNING,
    N_(
        "{share} % of the plan lies outside {municipality}. Outlines are generalised, and up to {tolerance} m are "
        "passed over; is the plan drawn too far?"
    ),
    N_("The municipality's outline"),
)
AREA_UNLIKELY = Rule(
    "GEOM-07",
    WARNING,
    N_("The plan covers {area} m²; such plans cover {least} to {most} m². Is the unit or a corner wrong?"),
    N_("What such plans usually cover"),
)
SAME_EXTENT = Rule(
    "GEOM-08",
    WARNING,
    N_("The plan has the same extent as {other}, which is of the same kind. Is it one plan, delivered twice?"),
    N_("One extent for each plan: they share more than 99 %"),
    must_acknowledge=True,
)
CURVES_DRAWN = Rule(
    "GEOM-09",
    INFORMATION,
    N_("The geometry has arcs; the register keeps them as short straight lines."),
    SIMPLE_FEATURES,
    REGISTER,
)
OUTSIDE_PARENT = Rule(
    "GEOM-10",
    WARNING,
    N_("{share} % of it lies outside {parent}, the plan it is a part of."),
    "Plandata.dk: delområde",
)
PARTS_OVERLAP = Rule(
    "GEOM-11",
    WARNING,
    N_("It overlaps {other}, of the same plan, by {area} m². Which of them applies there?"),
    "Plandata.dk: delområde",
)
NOT_MENDABLE = Rule("GEOM-21", ERROR, N_("The geometry cannot be used: {reason}."), SIMPLE_FEATURES)
COLLECTION_TAKEN_APART = Rule(
    "GEOM-22",
    WARNING,
    N_("The geometry is a mixture; its polygons are kept and the rest is left out."),
    SIMPLE_FEATURES,
)
HEIGHTS_DROPPED = Rule(
    "GEOM-23",
    INFORMATION,
    N_("The geometry has heights; the register keeps the ground plan."),
    SIMPLE_FEATURES,
    REGISTER,
)
TOO_MANY_POINTS = Rule(
    "GEOM-12",
    ERROR,
    N_("The geometry has {points} points; at most {most} are read. Simplify it and deliver the row again."),
    N_("A limit of the register"),
)
GEOMETRY_UNREADABLE = Rule("GEOM-13", ERROR, N_("The geometry cannot be read: {reason}."), SIMPLE_FEATURES)
CRS_WOULD_FIT = Rule(
    "GEOM-14",
    INFORMATION,
    N_("Read as {crs}, the plans would lie in {municipality}. If that is what they are, say --crs {first}."),
    N_("The municipality's outline"),
)
AXES_SWAPPED = Rule(
    "GEOM-15",
    INFORMATION,
    N_("With latitude and longitude exchanged, the plans would lie in {municipality}. Deliver longitude first."),
    "RFC 7946, 3.1.1",
)
EXTENT_OF_FRAMES = Rule(
    "GEOM-16",
    INFORMATION,
    N_("The addendum comes without a geometry; its extent is that of its framework areas ({number})."),
    "Plandata.dk: kommuneplantillæg",
    REGISTER,
)
EXTENT_OF_MUNICIPALITY = Rule(
    "GEOM-17",
    WARNING,
    N_(
        "The addendum comes without a geometry and the register has no framework area of it; its extent is the whole "
        "municipality. If it covers less, deliver its framework areas, and then the addendum again."
    ),
    "Plandata.dk: kommuneplantillæg",
)
EXTENT_KEPT = Rule(
    "GEOM-18",
    INFORMATION,
    N_("The addendum comes without a geometry; the extent that the register has of it is kept."),
    N_("A row without a geometry takes no extent away"),
    REGISTER,
)
SLIVERS_DROPPED = Rule(
    "GEOM-24",
    WARNING,
    N_(
        "Parts smaller than 1 m² or narrower than 5 cm have been left out ({number}); "
        "the area was {before} m² and is {after} m²."
    ),
    N_("Smaller than can be drawn"),
    REGISTER,
)
POINTS_REPEATED = Rule(
    "GEOM-25",
    INFORMATION,
    N_("Points that stand twice, one upon the other, are kept once ({number}); the area stays {after} m²."),
    SIMPLE_FEATURES,
    REGISTER,
)
RINGS_REVERSED = Rule(
    "GEOM-26",
    INFORMATION,
    N_("A hole runs the same way round as its outer ring; the rings have been turned, the area stays {after} m²."),
    SIMPLE_FEATURES,
    REGISTER,
)
MOSTLY_OUTSIDE = Rule(
    "GEOM-27",
    WARNING,
    N_("{share} % of the plan lies outside {municipality}. Is it the right plan, and the right reference system?"),
    N_("The municipality's outline"),
    must_acknowledge=True,
)
OVERLAP = Rule(
    "OVER-01",
    INFORMATION,
    N_("The plan overlaps others of the same kind ({number}): {others}. That is normal."),
    N_("Plans may overlap"),
    REGISTER,
)
