"""The UN's Sustainable Development Goals (A/RES/70/1), by number."""

from georegister.domain.rule import N_

TITLES = {
    1: N_("No Poverty"),
    2: N_("Zero Hunger"),
    3: N_("Good Health and Well-being"),
    4: N_("Quality Education"),
    5: N_("Gender Equality"),
    6: N_("Clean Water and Sanitation"),
    7: N_("Affordable and Clean Energy"),
    8: N_("Decent Work and Economic Growth"),
    9: N_("Industry, Innovation and Infrastructure"),
    10: N_("Reduced Inequalities"),
    11: N_("Sustainable Cities and Communities"),
    12: N_("Responsible Consumption and Production"),
    13: N_("Climate Action"),
    14: N_("Life Below Water"),
    15: N_("Life on Land"),
    16: N_("Peace, Justice and Strong Institutions"),
    17: N_("Partnerships for the Goals"),
}
