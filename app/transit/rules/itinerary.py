"""Rules about the binding itinerary and prescribed routes."""

from __future__ import annotations

from app.core.text import _
from app.transit.rules.context import Context
from app.transit.rules.registry import ROUTE, Failures, rule


@rule(
    "route.binding-without-way",
    box="16 17",
    pointer="/binding_itinerary",
    of=ROUTE,
    says=_("The route is binding, and nothing says which route it is."),
    remedy=_("Choose a prescribed route, or write the places on the way."),
    source="NCTS condition C0586: a binding itinerary names its way",
)
def binding_needs_way(context: Context) -> Failures:
    if context.header.get("binding_itinerary") and not _way(context):
        yield ("binding_itinerary",), {}


@rule(
    "route.way-not-binding",
    box="16 17",
    pointer="/binding_itinerary",
    of=ROUTE,
    severity="warning",
    says=_("A route is named, but it is not binding."),
    remedy=_("Say that it is binding, or take the route away."),
    source="NCTS data element 16 17",
)
def way_binds(context: Context) -> Failures:
    if _way(context) and not context.header.get("binding_itinerary"):
        yield ("binding_itinerary",), {}


def _way(context: Context) -> bool:
    return bool(context.header.get("route") or context.header.get("itinerary"))


@rule(
    "route.unknown",
    box="16 17",
    pointer="/route",
    of=ROUTE,
    says=_("{route} is not a prescribed route on the day of the movement."),
    remedy=_("Choose one of the list, or write the places on the way."),
    source="Code list transit_route",
)
def route_known(context: Context) -> Failures:
    route = context.header.get("route")
    if route and context.codes["transit_route"][route] is None:
        yield ("route",), {"route": route}


@rule(
    "route.other-ends",
    box="16 17",
    pointer="/route",
    of=ROUTE,
    severity="warning",
    says=_("The route {route} leads from {start} to {end}, and the goods go from {post} to {office} in this country."),
    remedy=_("Choose the route of this way."),
    source="Code list transit_route",
)
def route_fits(context: Context) -> Failures:
    route = context.header.get("route")
    entry = context.codes["transit_route"][route] if route else None
    if entry is None:
        return
    here = [code for _role, code in context.setting.declared.offices() if code[:2] == context.own]
    start, end = entry.attributes.get("from") or here[0], entry.attributes.get("to") or here[-1]
    if (start, end) != (here[0], here[-1]):
        yield ("route",), {"route": route, "start": start, "end": end, "post": here[0], "office": here[-1]}
