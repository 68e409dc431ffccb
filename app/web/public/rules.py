"""The rules that declarations and transit movements are held against, for everybody who is signed in, by topic and by words."""

from __future__ import annotations

from itertools import groupby

from flask import render_template, request

from app.core import db
from app.core.text import Text, _, fault_in, normal
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.registers import rules
from app.registers.rules import Line
from app.web.public.pages import blueprint

GROUPS: dict[str, Text] = {
    "header": _("The declaration as a whole"),
    "parties": _("Consignor, consignee, declarant"),
    "transport": _("Transport"),
    "transit": _("Transit and guarantees"),
    "values": _("Terms, invoice and costs"),
    "sums": _("Totals against the items"),
    "items": _("Items"),
    "documents": _("Documents"),
    "controlled": _("Controlled goods"),
    "history": _("Comparison with earlier declarations"),
    "transit-header": _("Transit movements: the movement as a whole"),
    "transit-route": _("Transit movements: offices and route"),
    "transit-tir": _("Transit movements: TIR"),
    "transit-transport": _("Transit movements: vehicle, containers and seals"),
    "transit-parties": _("Transit movements: holder, consignors, consignees"),
    "transit-guarantees": _("Transit movements: guarantees"),
    "transit-goods": _("Transit movements: goods"),
    "transit-sums": _("Transit movements: totals against the items"),
    "transit-documents": _("Transit movements: documents"),
    "transit-limit": _("Transit movements: time limit"),
}
SEVERITIES: dict[str, tuple[Text, str]] = {
    "error": (_("Error"), "bad"),
    "warning": (_("Warning"), "caution"),
    "off": (_("Switched off"), "quiet"),
}
#: Who finds the page in the navigation; officers come to it from what a rule says.
LOOKING = ("trader", "analyst", "administrator", "auditor")
_LONGEST = 60


@blueprint.get("/rules", endpoint="rules")
@signed_in()
def listed() -> str:
    """All rules, or those with the typed words in their texts; a severity narrows them further."""
    typed = request.args.get("q", "")[:_LONGEST]
    typed = "" if fault_in(typed) else normal(typed)
    severity = request.args.get("severity", "")
    with db.reading() as session:
        lines = rules.of_today(session)
    found = [line for line in lines if severity in ("", line.severity) and _holds(line, typed.casefold().split())]
    topics = [(GROUPS[group], list(of)) for group, of in groupby(found, key=lambda line: line.group)]
    return render_template(
        "public/rules.html",
        topics=topics,
        found=len(found),
        count=len(lines),
        typed=typed,
        severity=severity,
        severities=SEVERITIES,
    )


def _holds(line: Line, words: list[str]) -> bool:
    """Whether each word stands in the rule's id, its boxes, or its sentences in the reader's language."""
    if not words:
        return True
    text = " ".join((line.id, line.box, translate(line.says), translate(line.remedy), line.source)).casefold()
    return all(word in text for word in words)
