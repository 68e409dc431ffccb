"""Rules about the way: offices and countries."""

from __future__ import annotations

from itertools import pairwise

from app.core.text import _
from app.transit.lifecycle import Kind
from app.transit.rules.context import Context, Named
from app.transit.rules.registry import ROUTE, Failures, rule

_OFFICES = "NCTS data elements 17 03 to 17 06"
_ENDS = ("departure", "destination")


@rule(
    "route.post-is-no-departure",
    box="17 03",
    pointer="/offices/departure",
    of=ROUTE,
    says=_(
        "The movement departs at {office} of this administration, and is lodged at {post}, which is no office of departure."
    ),
    remedy=_("Lodge it at the office of departure, or name {post} among the offices of departure."),
    source="Revised Kyoto Convention, specific annex E, chapter 1: the office of departure takes the declaration",
)
def post_is_departure(context: Context) -> Failures:
    if not context.abroad:
        return
    for office in context.named("departure"):
        if office.country == context.own:
            yield office.path, {"office": office.code, "post": context.setting.declared.post}


@rule(
    "route.entry-is-late",
    box="17 04",
    pointer="/offices/transit/*",
    of=ROUTE,
    severity="warning",
    says=_("The goods come in at {post}, and pass {office} of this administration before it."),
    remedy=_("Put the offices in the order of the route, or lodge at the first one."),
    source=_OFFICES,
)
def entry_first(context: Context) -> Failures:
    post = context.setting.declared.post
    passed = context.named("transit")
    if not context.abroad or post not in [office.code for office in passed]:
        return
    for office in passed:
        if office.code == post:
            return
        if office.country == context.own:
            yield office.path, {"post": post, "office": office.code}


@rule(
    "route.office-unknown",
    box="17 03 to 17 06",
    pointer="/offices/destination/*",
    of=ROUTE,
    says=_("{office} is not an office of this administration."),
    remedy=_("Choose an office of the list of posts, or correct the first two letters for an office abroad."),
    source=_OFFICES,
)
def own_office_known(context: Context) -> Failures:
    for office in context.offices:
        if office.country == context.own and office.code not in context.setting.posts:
            yield office.path, {"office": office.code}


@rule(
    "route.office-country",
    box="17 03 to 17 06",
    pointer="/offices/transit/*",
    of=ROUTE,
    says=_("{office} begins with {country}, which is no country."),
    remedy=_("An office's code begins with the two letters of its country. Correct them."),
    source=_OFFICES + "; ISO 3166-1",
)
def office_country(context: Context) -> Failures:
    for office in context.offices:
        if context.codes["country"][office.country] is None:
            yield office.path, {"office": office.code, "country": office.country}


@rule(
    "route.destination-is-departure",
    box="17 05",
    pointer="/offices/destination/*",
    of=ROUTE,
    fixed=True,
    says=_("The movement ends at {office}, where it begins."),
    remedy=_("Correct the office of destination."),
    source="Guzar: goods that do not move are in no transit (a check of the table of movements)",
)
def destination_is_departure(context: Context) -> Failures:
    begins = {office.code for office in context.named("departure")} | {context.setting.declared.post}
    for office in context.named("destination"):
        if office.code in begins:
            yield office.path, {"office": office.code}


@rule(
    "route.office-repeated",
    box="17 03 to 17 05",
    pointer="/offices/transit/*",
    of=ROUTE,
    says=_("{office} stands twice among the offices with the same part."),
    remedy=_("Remove one."),
    source="NCTS rule R0003",
)
def office_repeated(context: Context) -> Failures:
    seen: set[tuple[str, str]] = set()
    for office in context.offices:
        if (office.role, office.code) in seen:
            yield office.path, {"office": office.code}
        seen.add((office.role, office.code))


@rule(
    "route.transit-at-an-end",
    box="17 04",
    pointer="/offices/transit/*",
    of=ROUTE,
    says=_("{office} is an office of transit, and the movement begins or ends there."),
    remedy=_("Remove it from the offices on the way."),
    source=_OFFICES,
)
def transit_at_an_end(context: Context) -> Failures:
    ends = {office.code for office in context.named(*_ENDS)}
    for office in context.named("transit"):
        if office.code in ends:
            yield office.path, {"office": office.code}


@rule(
    "route.exit-is-another-office",
    box="17 06",
    pointer="/offices/exit",
    of=ROUTE,
    says=_(
        "{office} is the office of exit, and the movement begins or ends there or passes it as an office of transit."
    ),
    remedy=_("Name an office once, with the one part it has."),
    source="NCTS rule R0103",
)
def exit_is_other(context: Context) -> Failures:
    others = {office.code for office in context.named("departure", "transit", "destination")}
    for office in context.named("exit"):
        if office.code in others or office.code == context.setting.declared.post:
            yield office.path, {"office": office.code}


@rule(
    "route.exit-abroad",
    box="17 06",
    pointer="/offices/exit",
    of=ROUTE,
    says=_("The office of exit {office} does not belong to this administration."),
    remedy=_("Name the office at which the goods leave this country; offices abroad are offices of transit."),
    source=_OFFICES,
)
def exit_abroad(context: Context) -> Failures:
    for office in context.named("exit"):
        if office.country != context.own:
            yield office.path, {"office": office.code}


@rule(
    "route.exit-missing",
    box="17 06",
    pointer="/offices/exit",
    of=ROUTE,
    says=_("The movement ends abroad at {office}, and no office of this administration sees the goods leave."),
    remedy=_("Name the office of exit."),
    source="Revised Kyoto Convention, specific annex E, chapter 1: the customs transit operation ends under control",
)
def exit_missing(context: Context) -> Failures:
    destinations = context.named("destination")
    if destinations[-1].country == context.own:
        return
    post = context.setting.declared.post
    ours = [o for o in context.offices if o.country == context.own and o.role != "departure" and o.code != post]
    if not ours:
        yield ("offices", "exit"), {"office": destinations[-1].code}


@rule(
    "route.national-abroad",
    box="17 03 to 17 06",
    pointer="/offices/destination/*",
    of=ROUTE,
    says=_("A national transit stays in this country, and {office} lies abroad."),
    remedy=_("Correct the office, or declare an international transit."),
    source="Guzar: kinds of transit; national transit is that between offices of one administration",
)
def national_abroad(context: Context) -> Failures:
    if context.kind is Kind.NATIONAL:
        for office in _foreign(context):
            yield office.path, {"office": office.code}


@rule(
    "route.international-at-home",
    box="17 03 to 17 06",
    pointer="/kind",
    of=ROUTE,
    severity="warning",
    says=_("An international transit begins or ends abroad, and all offices of this one are of {country}."),
    remedy=_("Declare a national transit, or name the offices abroad."),
    source="Guzar: kinds of transit",
)
def international_at_home(context: Context) -> Failures:
    if context.kind is Kind.INTERNATIONAL and not list(_foreign(context)):
        yield ("kind",), {"country": context.own}


def _foreign(context: Context) -> list[Named]:
    return [office for office in context.offices if office.country != context.own]


@rule(
    "route.destination-country-missing",
    box="16 03",
    pointer="/countries/destination",
    of=ROUTE,
    says=_("The country of destination is missing."),
    remedy=_("Write the country the goods go to."),
    source="NCTS condition C0343",
)
def destination_missing(context: Context) -> Failures:
    if not context.header["countries"].get("destination"):
        yield ("countries", "destination"), {}


@rule(
    "route.dispatch-country-missing",
    box="16 06",
    pointer="/countries/dispatch",
    of=ROUTE,
    severity="warning",
    says=_("The country of dispatch is missing."),
    remedy=_("Write the country the goods come from."),
    source="NCTS data element 16 06",
)
def dispatch_missing(context: Context) -> Failures:
    if not context.header["countries"].get("dispatch"):
        yield ("countries", "dispatch"), {}


@rule(
    "route.destination-country",
    box="16 03",
    pointer="/countries/destination",
    of=ROUTE,
    severity="warning",
    says=_("The goods go to {country}, and the transit ends at {office}."),
    remedy=_("Check both, unless another procedure brings the goods on from there."),
    source="NCTS data elements 16 03 and 17 05",
)
def destination_country(context: Context) -> Failures:
    country = context.header["countries"].get("destination")
    last = context.named("destination")[-1]
    if country and country != last.country:
        yield ("countries", "destination"), {"country": country, "office": last.code}


@rule(
    "route.country-unknown",
    box="16 12",
    pointer="/countries/routing/*",
    of=ROUTE,
    says=_("{country} is no country."),
    remedy=_("Write the two letters of the country."),
    source="ISO 3166-1",
)
def routing_known(context: Context) -> Failures:
    for nth, country in enumerate(_routing(context)):
        if context.codes["country"][country] is None:
            yield ("countries", "routing", nth), {"country": country}


@rule(
    "route.country-repeated",
    box="16 12",
    pointer="/countries/routing/*",
    of=ROUTE,
    severity="warning",
    says=_("{country} stands twice one after the other among the countries of the route."),
    remedy=_("Remove one."),
    source="NCTS data element 16 12",
)
def routing_repeated(context: Context) -> Failures:
    countries = _routing(context)
    for nth, (before, here) in enumerate(pairwise(countries), 1):
        if before == here:
            yield ("countries", "routing", nth), {"country": here}


@rule(
    "route.country-missing",
    box="16 12",
    pointer="/countries/routing",
    of=ROUTE,
    severity="warning",
    says=_("The goods pass offices of {country}, and it is not among the countries of the route."),
    remedy=_("Name every country on the way, first to last."),
    source="NCTS data element 16 12; guarantees are checked for the countries of the route",
)
def routing_whole(context: Context) -> Failures:
    named = set(_routing(context))
    for country in dict.fromkeys(office.country for office in context.offices):
        if country not in named:
            yield ("countries", "routing"), {"country": country}


@rule(
    "route.country-without-office",
    box="17 04",
    pointer="/offices/transit",
    of=ROUTE,
    severity="warning",
    says=_("The goods go through {country}, and no office there is named."),
    remedy=_("Name the office at which they come in."),
    source="NCTS condition C0030 and rule R0006, for the countries of this road",
)
def office_of_each_country(context: Context) -> Failures:
    passed = {office.country for office in context.offices} | {context.own}
    for country in dict.fromkeys(_routing(context)[1:]):
        if country not in passed:
            yield ("offices", "transit"), {"country": country}


def _routing(context: Context) -> list[str]:
    return context.header["countries"].get("routing") or []
