"""`flask pay` and `flask assess`: what a declaration owes, and how it is paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click
from sqlalchemy.orm import Session

from app.cli.running import as_option, command, deed, echo_json, person, say
from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.money import decimal
from app.core.text import _
from app.declarations import queries
from app.flows import dues, paying, settling
from app.flows.dues import Due
from app.payments.commands import Pay, PayFromAccount, Receipt
from app.payments.rules import Standing

_FIGURES = ("assessed", "paid", "due", "overpaid", "suspended", "secured", "unsecured", "claimed")


@click.command("pay")
@click.argument("reference")
@click.option("--amount", help="What is paid; from the account without it everything that is due.")
@click.option("--account", "from_account", is_flag=True, help="From the firm's prepayment account (the usual way).")
@click.option("--order", default="", help="The firm's written order, where an officer pays from its account.")
@click.option(
    "--receipt", metavar="N", help="Number of the bank's receipt: claimed by a trader, recorded by an officer."
)
@click.option("--bank", help="The bank that wrote the receipt: its code of the list `bank`, or its name there.")
@as_option
@command
def pay(
    reference: str,
    amount: str | None,
    from_account: bool,
    order: str,
    receipt: str | None,
    bank: str | None,
    login: str | None,
) -> None:
    """Pays for a declaration and prints how it stands."""
    if receipt is not None and (from_account or not bank or amount is None):
        raise click.UsageError("A receipt needs --amount and --bank, and is not taken from the account.")
    actor, sum_paid = person(login, "trader"), _amount(amount)

    def act(session: Session) -> tuple[str, Standing]:
        declaration = queries.find(session, reference, by=actor)
        if receipt is None:
            charge = PayFromAccount(declaration.party, sum_paid, order)
            declaration, _made = paying.pay_from_account(session, reference, charge, by=actor)
        else:
            paper = Receipt(bank or "", receipt)
            _shown(session, reference, sum_paid or Decimal(0), paper, actor)
        return declaration.status, settling.standing(session, declaration)

    status, standing = deed(act)
    click.echo(f"status: {status}")
    for name, value in _told(standing).items():
        click.echo(f"{name}: {value} {standing.currency or ''}".rstrip())


def _shown(session: Session, reference: str, amount: Decimal, paper: Receipt, actor: Actor) -> None:
    """A receipt: the firm claims it, the cashier records it."""
    declaration = queries.find(session, reference, by=actor)
    currency = settling.standing(session, declaration).currency or ""
    claims = declaration.party in actor.parties(declaration.post)
    flow = paying.claim_receipt if claims else paying.record_receipt
    flow(session, reference, Pay(amount, currency, paper), by=actor)


def _amount(typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    value = decimal(typed, whole=12, places=2)
    if value is None:
        message = _("Give the amount with at most 12 digits before the point and 2 after it.")
        raise Invalid(findings=[Finding("/amount", "payment.amount", message)])
    return value


def _told(standing: Standing) -> dict[str, str]:
    return {name: format(getattr(standing, name), "f") for name in _FIGURES}


@click.command("assess")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="The whole assessment, as the API gives it.")
@as_option
@command
def assess(reference: str, as_json: bool, login: str | None) -> None:
    """Prints what is due on a declaration line by line; of a draft, what would be."""
    actor = person(login, "trader")
    with db.reading() as session:
        due = dues.of(session, queries.find(session, reference, by=actor), by=actor)
    if as_json:
        echo_json(_plain(due), indent=True)
        return
    for line in _lines(due.result):
        click.echo(line)
    for warning in due.warnings:
        click.echo(f"! {say(warning.message)}")
    click.echo(f"total: {due.result['total']} {due.result['currency']} ({_state(due)})")
    if due.result["suspended"] and Decimal(due.result["suspended"]):
        click.echo(f"suspended: {due.result['suspended']} {due.result['currency']}")


def _state(due: Due) -> str:
    return "provisional" if due.provisional else "final"


def _plain(due: Due) -> dict[str, Any]:
    warnings = [{"pointer": w.pointer, "rule": w.rule, "message": say(w.message)} for w in due.warnings]
    standing = {"currency": due.standing.currency, **_told(due.standing)}
    return {**due.result, "status": _state(due), "warnings": warnings, "standing": standing}


def _lines(result: dict[str, Any]) -> list[str]:
    """A line for each tax of each item and for each fee: base, rate, amount, rule."""
    told = []
    for item in result["items"]:
        told.append(f"item {item['number']}: customs value {item['customs_value']} {result['currency']}")
        for line in item["lines"]:
            mark = "" if line["verified"] else " (unverified)"
            told.append(
                f"  {line['tax']}: {line['base']} x {line['rate']} = {line['amount']} {line['status']} "
                f"[{line['rule']}]{mark}"
            )
    return told + [f"fee {fee['fee']}: {fee['amount']} [{fee['rule']}]" for fee in result["fees"]]
