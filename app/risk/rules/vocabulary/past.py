"""What is known of those who take part, of the vehicles, and of the road."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.text import Text, _
from app.risk.rules.vocabulary.fact import BOTH, OF_DECLARATION, OF_MOVEMENT, Fact, flag, number, text, texts, whole

_D, _M = OF_DECLARATION, OF_MOVEMENT

#: Who and what has a past: the name of the role, the kinds of consignment it has a part in, and how it is called.
ROLES: tuple[tuple[str, frozenset[str], Text], ...] = (
    ("declarant", _D, _("declarant")),
    ("consignor", BOTH, _("consignor")),
    ("consignee", BOTH, _("consignee")),
    ("holder", _M, _("holder of the transit procedure")),
    ("driver", BOTH, _("driver")),
    ("vehicle", BOTH, _("vehicle")),
    ("trailer", BOTH, _("trailer")),
    ("container", BOTH, _("container")),
)


def _of_role(role: str, kinds: frozenset[str], called: Text) -> Iterator[Fact]:
    """A role's three facts. -1 days: never seen before, or not named; the worst of several counts."""
    known = _("Days since the {role} was first seen; -1 where it was never seen before.", role=called)
    yield whole(f"{role}_known_days", known, "days", kinds=kinds, default=-1)
    yield whole(
        f"{role}_consignments", _("Consignments of the {role} in the last 12 months.", role=called), kinds=kinds
    )
    yield whole(
        f"{role}_findings",
        _("Consignments of the {role} in the last 24 months where something was found.", role=called),
        kinds=kinds,
    )


HISTORY: tuple[Fact, ...] = (
    *(fact for role in ROLES for fact in _of_role(*role)),
    whole("consignee_today", _("Consignments of the consignee at this post today, this one included.")),
    number(
        "consignee_today_value",
        _("What was invoiced to the consignee at this post today in the same currency, this one included."),
    ),
    whole("vehicle_today", _("Consignments with this vehicle at this post today, this one included.")),
    whole("vehicle_open", _("Movements under transit with this vehicle that have not ended, this one not counted.")),
    whole("holder_open", _("Movements of the holder that have not ended, this one not counted."), kinds=_M),
    whole("holder_overdue", _("Movements of the holder past their time limit, this one not counted."), kinds=_M),
    number(
        "guarantee_used", _("The most used share of the comprehensive guarantees named, this one included."), "%",
        kinds=_M,
    ),
    whole("amendments", _("How often what was declared has been amended.")),
    texts(
        "amended",
        _("What the amendments changed: consignor, consignee, declarant, holder, transport, route, goods, value."),
    ),
)  # fmt: skip

WATCH: tuple[Fact, ...] = (
    texts("watch_lists", _("The watch lists with a match that nobody has dismissed.")),
    whole("watch_confirmed", _("Matches with watch lists that a person has confirmed.")),
    flag("watch_more", _("Its names are like more entries of watch lists than were looked at.")),
    flag("trusted", _("The declarant or holder is a trusted trader now.")),
    number("score", _("The learned score, from 0 to 1; 0 where there is no model.")),
)

TIME: tuple[Fact, ...] = (
    whole("hour", _("The hour of the day at the post, 0 to 23.")),
    whole("weekday", _("The day of the week at the post: 1 is Monday, 7 is Sunday."), default=1),
    whole("month", _("The month at the post, 1 to 12."), default=1),
    flag("holiday", _("It is a public holiday in the country of the post.")),
)

ROUTE: tuple[Fact, ...] = (
    text("route", _("The prescribed route."), kinds=_M, codes="transit_route"),
    flag("binding_itinerary", _("The route is binding."), kinds=_M),
    texts("itinerary", _("The places on the way, in small letters."), kinds=_M, folded=True),
    texts("offices_of_transit", _("The offices of transit.")),
    number("limit_hours", _("Hours allowed from release to the time limit; 0 before release."), "hours", kinds=_M),
    whole(
        "limit_days",
        _("Days until the date by which the holder says it will arrive; 0 where it is not told."),
        "days",
        kinds=_M,
    ),
)

#: Of a declaration these are facts of the movement under transit that it names as a previous document, the last of them.
ROAD: tuple[Fact, ...] = (
    whole("passages", _("How often it was seen at offices of transit and of exit.")),
    texts("missed_offices", _("The offices of transit and exit that should have seen it by now and did not.")),
    whole("incidents", _("Incidents on the way that were not dismissed.")),
    texts("incident_codes", _("The codes of those incidents."), codes="incident_code"),
    whole("deviations", _("How often the route was left.")),
    whole("extensions", _("How often the time limit was put off.")),
    number("travel_hours", _("Hours since release, until arrival; 0 before release."), "hours"),
    number("travel_share", _("The share of the time allowed that the way took; 0 before release."), "%"),
    number("average_speed",
           _("The speed along the prescribed route from release to arrival, at the least; 0 where it is not known."), "km/h"),
    number("overdue_hours", _("Hours past the time limit; 0 where it is kept."), "hours"),
    whole("seal_faults", _("Seals found broken, missing or tampered with on the way.")),
    whole("weak_seals", _("Seals on the goods that are not of class H (high security).")),
    texts("reused_seals", _("Seals that another consignment carries or carried as well."), compacted=True),
    whole("weighings", _("How often it was weighed on the way.")),
    number("entry_weight", _("The weight of the vehicle at entry; 0 where it was not weighed."), "kg"),
    number("exit_weight", _("The weight of the vehicle at exit; 0 where it was not weighed."), "kg"),
    number("arrival_weight", _("The weight of the vehicle on arrival; 0 where it was not weighed."), "kg"),
    number("weight_difference", _("The greatest difference between two of its weights on the way, in per cent."), "%"),
    number("weight_missing", _("How far the vehicle's lowest weight is below the goods declared in it; 0 where it is not."),
           "kg"),
    whole("radiation_alarms", _("Controls for radiation that found something.")),
    whole("scan_findings", _("Controls with a scanner that found something.")),
    flag("came_under_transit", _("A previous document is a movement under transit that is known here."), kinds=_D),
    number("truck_weight", _("The weight of the vehicle as an office last noted it, within 48 hours; 0 where none did."),
           "kg", kinds=_D),
    whole("controls_failed", _("Controls of this movement that found something.")),
)  # fmt: skip
