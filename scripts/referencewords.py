"""The words of the reference: how `reference.py` says conditions, dates, steps and rules in Dutch and English."""

from __future__ import annotations

from projectlists.definitions.rulemodel import CHANGED, GROWN, HOLDS_SINCE, STATUS_SINCE, TURNED
from projectlists.language import Text

WORDS = {
    "title": Text(nl="De lijsten en hun regels", en="The lists and their rules"),
    "intro": Text(
        nl=(
            "Deze pagina is gemaakt uit de bestanden in `lists/`, met `python scripts/reference.py`. Pas die niet met "
            "de hand aan.\n\nDagen zijn werkdagen, behalve waar er kalenderdagen staat. Een regel geldt voor rijen die "
            "open zijn, behalve waar iets anders staat. Wie iets twee keer zou krijgen, krijgt het één keer. Rijen met "
            "“Geen herinnering” slaat de taak over."
        ),
        en=(
            "This page is made from the files in `lists/`, with `python scripts/reference.py`. Do not change it by "
            "hand.\n\nDays are working days, except where it says calendar days. A rule holds for rows that are open, "
            "except where it says otherwise. Whoever would get something twice gets it once. The job passes over rows "
            "with “No reminder”."
        ),
    ),
    "columns": Text(nl="Kolommen", en="Columns"),
    "views": Text(nl="Weergaven", en="Views"),
    "reminders": Text(nl="Herinneringen", en="Reminders"),
    "status_rules": Text(nl="Statussen die vanzelf veranderen", en="Statuses that change by themselves"),
    "column_heads": Text(
        nl="| kolom | interne naam | soort | verplicht |", en="| column | internal name | kind | required |"
    ),
    "yes": Text(nl="ja", en="yes"),
    "no": Text(nl="nee", en="no"),
    "and": Text(nl=" en ", en=" and "),
    "or": Text(nl=" of ", en=" or "),
    "today": Text(nl="vandaag", en="today"),
    "later": Text(nl="{day} + {days} dagen", en="{day} + {days} days"),
    "earlier": Text(nl="{day} − {days} dagen", en="{day} − {days} days"),
    "this_year": Text(nl="dit jaar", en="this year"),
    "me": Text(nl="jezelf", en="yourself"),
    "created": Text(nl="de dag waarop de rij is gemaakt", en="the day the row was made"),
    "modified": Text(nl="de laatste wijziging", en="the last change"),
    "author": Text(nl="de maker", en="the maker"),
}
KINDS = {
    "Text": Text(nl="tekst", en="text"),
    "Note": Text(nl="tekst, meer regels", en="text, several lines"),
    "Number": Text(nl="getal", en="number"),
    "Currency": Text(nl="bedrag", en="amount"),
    "DateTime": Text(nl="datum", en="date"),
    "Boolean": Text(nl="ja of nee", en="yes or no"),
    "Choice": Text(nl="keuze", en="choice"),
    "MultiChoice": Text(nl="keuze, meer dan één", en="choice, more than one"),
    "User": Text(nl="persoon", en="person"),
    "Lookup": Text(nl="verwijzing", en="lookup"),
    "URL": Text(nl="link", en="link"),
    "Calculated": Text(nl="berekend", en="calculated"),
}
OPERATORS = {
    "equals": Text(nl="{field} is {value}", en="{field} is {value}"),
    "not_equals": Text(nl="{field} is niet {value}", en="{field} is not {value}"),
    "one_of": Text(nl="{field} is {value}", en="{field} is {value}"),
    "none_of": Text(nl="{field} is niet {value}", en="{field} is not {value}"),
    "before": Text(nl="{field} ligt voor {value}", en="{field} is before {value}"),
    "until": Text(nl="{field} is {value} of eerder", en="{field} is {value} or earlier"),
    "since": Text(nl="{field} is {value} of later", en="{field} is {value} or later"),
    "after": Text(nl="{field} ligt na {value}", en="{field} is after {value}"),
    "same_day": Text(nl="{field} is dezelfde dag als {value}", en="{field} is the same day as {value}"),
    "at_least": Text(nl="{field} is {value} of meer", en="{field} is {value} or more"),
    "at_most": Text(nl="{field} is {value} of minder", en="{field} is {value} or less"),
    "above": Text(nl="{field} is meer dan {value}", en="{field} is more than {value}"),
    "below": Text(nl="{field} is minder dan {value}", en="{field} is less than {value}"),
    "below_part": Text(nl="{field} is minder dan {value}", en="{field} is less than {value}"),
    "changed_since": Text(nl="{field} veranderde sinds {value}", en="{field} changed since {value}"),
    "empty": Text(nl="{field} is leeg", en="{field} is empty"),
    "filled": Text(nl="{field} is ingevuld", en="{field} is filled in"),
    "is_me": Text(nl="jij staat bij {field}", en="you stand at {field}"),
    "part": Text(nl="{part} % van {field}", en="{part} % of {field}"),
    "some": Text(nl="er is een rij in {list}{which}{are}", en="there is a row in {list}{which}{are}"),
    "none": Text(nl="er is geen rij in {list}{which}{are}", en="there is no row in {list}{which}{are}"),
    "every": Text(nl="elke rij in {list}{which} voldoet{are}", en="every row in {list}{which} is so{are}"),
    "by": Text(nl=" die hierheen wijst", en=" that points here"),
    "through": Text(nl=" waarheen {field} wijst", en=" to which {field} points"),
    "are": Text(nl=" (waarvoor geldt: {what})", en=" (of which: {what})"),
}
DATES = {
    STATUS_SINCE: Text(nl="de dag waarop de status zo werd", en="the day the status became so"),
    HOLDS_SINCE: Text(nl="de dag waarop dit zo werd", en="the day this became so"),
    CHANGED: Text(nl="de dag waarop {what} veranderde", en="the day {what} changed"),
    TURNED: Text(nl="de dag waarop {what} {value} werd", en="the day {what} became {value}"),
    GROWN: Text(nl="de dag waarop {what} meer dan {by} groeide", en="the day {what} grew by more than {by}"),
    "weekly": Text(nl="elke maandag", en="every Monday"),
    "fortnightly": Text(nl="elke tweede maandag", en="every other Monday"),
    "monthly": Text(nl="de eerste werkdag van de maand", en="the first working day of the month"),
    "quarterly": Text(nl="de eerste werkdag van het kwartaal", en="the first working day of the quarter"),
    "yearly": Text(nl="elk jaar op {day}", en="every year on {day}"),
    "otherwise": Text(nl="{first}, of als dat leeg is {second}", en="{first}, or where that is empty {second}"),
    "month": Text(nl="een maand na {first}", en="one month after {first}"),
    "months": Text(nl="{months} maanden na {first}", en="{months} months after {first}"),
}
STEPS = {
    "before": Text(nl="{days} {unit} ervoor", en="{days} {unit} before"),
    "at": Text(nl="op de dag zelf", en="on the day itself"),
    "after": Text(nl="{days} {unit} erna", en="{days} {unit} after"),
    "repeat": Text(nl=", dan elke {repeat} {unit}", en=", then every {repeat} {unit}"),
    "repeat_daily": Text(nl=", dan elke werkdag", en=", then every working day"),
    "times": Text(nl=" (hoogstens {times} keer)", en=" ({times} times at most)"),
    "weekly": Text(nl=", dan elke maandag", en=", then every Monday"),
    "working_days": Text(nl="werkdagen", en="working days"),
    "days": Text(nl="kalenderdagen", en="calendar days"),
    "day": Text(nl="werkdag", en="working day"),
    "info": Text(nl="{who} (ter info)", en="{who} (for information)"),
    "escalation": Text(nl="eigen mail", en="a mail of its own"),
    "manager": Text(nl="de leidinggevende van de werkwijze", en="the manager of the way of working"),
}
RULES = {
    "counts": Text(nl="Telt vanaf {date}.", en="Counts from {date}."),
    "when": Text(nl="Voor rijen waarvoor geldt: {when}.", en="For rows of which: {when}."),
    "states": Text(nl="Alleen bij {states}.", en="Only with {states}."),
    "once": Text(nl="Eén keer voor de hele lijst.", en="Once for the whole list."),
    "asks": Text(nl="In de mail: “{text}”", en="In the mail: “{text}”"),
    "as": Text(nl="Als {when}: {set}.", en="When {when}: {set}."),
    "always": Text(nl="Altijd: {set}.", en="Always: {set}."),
    "reopened": Text(
        nl="Als een gesloten rij weer open is en {when}: {set}.",
        en="When a closed row is open again and {when}: {set}.",
    ),
    "to": Text(nl="{field} wordt {value}", en="{field} becomes {value}"),
    "clear": Text(nl="{field} wordt leeg", en="{field} is emptied"),
    "at_most": Text(nl="{field} wordt hoogstens {value}", en="{field} becomes {value} at most"),
    "if_empty": Text(nl="{setting}, als het leeg is", en="{setting}, where it is empty"),
    "days_later": Text(nl="{days} dagen na {field}", en="{days} days after {field}"),
    "years_later": Text(nl="{years} jaar na {field}", en="{years} years after {field}"),
    "bands": Text(nl="{field} plus dagen naar {by}: {bands}", en="{field} plus days by {by}: {bands}"),
    "band": Text(nl="vanaf {least}: {days}", en="from {least}: {days}"),
    "unless": Text(nl="{value} (leeg bij {unless})", en="{value} (empty with {unless})"),
    "sum": Text(nl="de som van {field} in {list}", en="the sum of {field} in {list}"),
    "latest": Text(nl="de laatste dag bij {field} in {list}", en="the last day at {field} in {list}"),
}
