"""The UN's seventeen goals for sustainable development, as the UN names them in each language.

What a municipality calls them, and what it makes of them, is in its strategies.
"""

TITLES = {
    1: {"da": "Afskaf fattigdom", "en": "No Poverty"},
    2: {"da": "Stop sult", "en": "Zero Hunger"},
    3: {"da": "Sundhed og trivsel", "en": "Good Health and Well-being"},
    4: {"da": "Kvalitetsuddannelse", "en": "Quality Education"},
    5: {"da": "Ligestilling mellem kønnene", "en": "Gender Equality"},
    6: {"da": "Rent vand og sanitet", "en": "Clean Water and Sanitation"},
    7: {"da": "Bæredygtig energi", "en": "Affordable and Clean Energy"},
    8: {"da": "Anstændige jobs og økonomisk vækst", "en": "Decent Work and Economic Growth"},
    9: {"da": "Industri, innovation og infrastruktur", "en": "Industry, Innovation and Infrastructure"},
    10: {"da": "Mindre ulighed", "en": "Reduced Inequalities"},
    11: {"da": "Bæredygtige byer og lokalsamfund", "en": "Sustainable Cities and Communities"},
    12: {"da": "Ansvarligt forbrug og produktion", "en": "Responsible Consumption and Production"},
    13: {"da": "Klimaindsats", "en": "Climate Action"},
    14: {"da": "Livet i havet", "en": "Life Below Water"},
    15: {"da": "Livet på land", "en": "Life on Land"},
    16: {"da": "Fred, retfærdighed og stærke institutioner", "en": "Peace, Justice and Strong Institutions"},
    17: {"da": "Partnerskaber for handling", "en": "Partnerships for the Goals"},
}
