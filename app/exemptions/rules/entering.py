"""What must hold of a certificate as it is entered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from app.core.errors import Finding
from app.core.text import _
from app.exemptions.commands import RegisterCertificate
from app.exemptions.lifecycle import Kind, Measure

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_PREFIX = re.compile(r"[0-9]{2,10}", re.ASCII)
_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,29}", re.ASCII)
TAXES = frozenset({"duty", "excise", "vat", "brt", "income"})
LARGEST = Decimal("999999999999.999")


def findings(command: RegisterCertificate) -> list[Finding]:
    """Everything wrong with a certificate as it is entered."""
    checks = (_of_kind, _of_texts, _of_scope, _of_quantity, _of_days)
    return [finding for check in checks for finding in check(command)]


def _of_kind(command: RegisterCertificate) -> Iterator[Finding]:
    if command.kind not in {kind.value for kind in Kind}:
        message = _("Choose one of: {choices}.", choices=", ".join(kind.value for kind in Kind))
        yield Finding("/kind", "exemption.kind", message)
    if command.kind != Kind.EXEMPTION and command.taxes:
        message = _("Only an exemption names taxes: the rates of a preference or a quota stand in the tariff.")
        yield Finding("/taxes", "exemption.taxes-of-kind", message)
    if command.kind == Kind.QUOTA and command.holder:
        message = _("A quota is for whoever declares first. Leave the firm empty.")
        yield Finding("/holder", "exemption.holder-of-quota", message)


def _of_texts(command: RegisterCertificate) -> Iterator[Finding]:
    for name in ("number", "issuer", "source", "holder"):
        if name == "holder" and command.kind == Kind.QUOTA:
            continue
        if not getattr(command, name).strip():
            yield Finding(f"/{name}", "exemption.blank", _("This may not be empty."))


def _of_scope(command: RegisterCertificate) -> Iterator[Finding]:
    for place, prefix in enumerate(command.commodities):
        if not _PREFIX.fullmatch(prefix):
            message = _("Write the first 2 to 10 digits of the commodity code, for example 1001.")
            yield Finding(f"/commodities/{place}", "exemption.commodity", message)
    for place, origin in enumerate(command.origins):
        if not _ORIGIN.fullmatch(origin):
            message = _("Write the two letters of a country such as UZ, or a group of countries such as CIS-FTA.")
            yield Finding(f"/origins/{place}", "exemption.origin", message)
    for place, tax in enumerate(command.taxes):
        if tax not in TAXES:
            message = _("Choose one of: {choices}.", choices=", ".join(sorted(TAXES)))
            yield Finding(f"/taxes/{place}", "exemption.tax", message)


def _of_quantity(command: RegisterCertificate) -> Iterator[Finding]:
    if command.measure not in {m.value for m in Measure}:
        message = _("Choose one of: {choices}.", choices=", ".join(m.value for m in Measure))
        yield Finding("/measure", "exemption.measure", message)
    if not 0 < command.granted <= LARGEST:
        yield Finding("/granted", "exemption.granted", _("Give the granted quantity, more than 0."))
    if (command.measure == Measure.UNITS) != bool(command.unit):
        message = _("Name the unit of measure exactly when the certificate counts supplementary units.")
        yield Finding("/unit", "exemption.unit", message)
    yield from _of_currency(command)


def _of_currency(command: RegisterCertificate) -> Iterator[Finding]:
    if (command.measure == Measure.VALUE) != bool(command.currency):
        message = _("Name the currency exactly when the certificate counts the price of the goods.")
        yield Finding("/currency", "exemption.currency", message)
    elif command.currency and not _CURRENCY.fullmatch(command.currency):
        message = _("Write the three capital letters of the currency, for example USD.")
        yield Finding("/currency", "exemption.currency", message)


def _of_days(command: RegisterCertificate) -> Iterator[Finding]:
    if command.valid_to < command.valid_from:
        message = _("The last day lies before the first. Exchange or correct the days.")
        yield Finding("/valid_to", "exemption.days-order", message)
