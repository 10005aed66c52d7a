"""`leadrelay erase`: a person's leads go, and what remains in the CRMs is told."""

from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Annotated

import typer

from leadrelay.aws.files import Files
from leadrelay.ledger.erasure import Eraser
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.receipts import Receipt
from leadrelay.ledger.search import Found
from leadrelay_ops import finding, leads, screen, times
from leadrelay_ops.failures import Told
from leadrelay_ops.options import StackName, Yes, stack_of
from leadrelay_ops.stack import Stack


def erase(
    context: typer.Context,
    *,
    stack_name: StackName = None,
    email: Annotated[str | None, typer.Option()] = None,
    phone: Annotated[str | None, typer.Option(help="also that of a caller")] = None,
    yes: Yes = False,
    proof: Annotated[
        bool, typer.Option("--proof", help="only the receipts of what was erased before")
    ] = False,
) -> None:
    """Erase all leads of a person, with their files; says which CRM records remain.

    Without --yes it only shows what there is.
    """
    if not (email or phone):
        raise Told("say whose: --email or --phone")
    stack = stack_of(context, stack_name)
    eraser = eraser_of(stack)
    if proof:
        _prove(_receipts(stack, eraser, email, phone))
        return
    found = _leads(stack, email, phone)
    first = next(found, None)
    if first is None:
        whose = " or ".join(filter(None, (email, phone)))
        raise Told(f"there is no lead {whose}; --proof tells whether there was one")
    if yes:
        _erase(eraser, chain([first], found), stack.who)
    else:
        _show(chain([first], found))


def eraser_of(stack: Stack) -> Eraser:
    files = Files(stack.client("s3"), stack.outputs["FilesBucket"])
    return Eraser(table=stack.table, files=files, salt=stack.outputs["TableName"])


def _leads(stack: Stack, email: str | None, phone: str | None) -> Iterator[Found]:
    """Each once, as they are asked for: whoever tests a form has thousands."""
    seen: set[str] = set()
    by_email = finding.by_email(stack, email, Filter()) if email else ()
    by_phone = finding.by_phone(stack, phone, Filter()) if phone else ()
    for one in chain(by_email, by_phone):
        if one.lead.id not in seen:
            seen.add(one.lead.id)
            yield one


def _show(found: Iterator[Found]) -> None:
    number = count()
    leads.show((one for one, _ in zip(found, number, strict=False)), {})
    screen.say(f"Leads: {next(number)}. Nothing was erased. Add --yes to go.")


def _erase(eraser: Eraser, found: Iterable[Found], by: str) -> None:
    for one in found:
        screen.progress("waiting for attempts that are under way, and erasing …")
        receipt = eraser.erase(one.lead.id, by=by)
        screen.progress("")
        if receipt:
            what = f"{receipt.deliveries} deliveries and {receipt.files} files"
            screen.say(f"{receipt.ref}: erased, with {what}")
            _tell_remains([receipt])


def _receipts(stack: Stack, eraser: Eraser, email: str | None, phone: str | None) -> list[Receipt]:
    found = list(eraser.proof(email=email)) if email else []
    for number in finding.numbers(stack, phone) if phone else ():
        found += eraser.proof(phone=number)
    return list({one.lead_id: one for one in found}.values())


def _prove(receipts: list[Receipt]) -> None:
    for receipt in sorted(receipts, key=lambda one: one.erased_at):
        when = times.in_words(receipt.erased_at)
        screen.say(f"{receipt.ref}: erased on {when} by {receipt.erased_by}")
    if not receipts:
        screen.say("Nothing was erased of this person.")
        raise typer.Exit(1)
    _tell_remains(receipts)


def _tell_remains(receipts: Iterable[Receipt]) -> None:
    for receipt in receipts:
        for one in receipt.remains:
            if one.record_id:
                what = f"record {one.record_id} {one.link or ''}".strip()
            else:
                what = f"perhaps a record: look for {receipt.ref}"
            screen.say(f"  to delete by hand in {one.crm}: {what}")
