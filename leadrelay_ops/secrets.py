"""`leadrelay secrets`: a secret is asked for unseen, tried, and added to what is there."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Annotated, Any, Literal

import typer

from leadrelay.crm import http
from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.errors import DeliveryError, Misconfigured, Retryable, Unknown
from leadrelay.intake.guards import captcha, doubts
from leadrelay.intake.senders import linkedin, meta
from leadrelay_ops import screen, which_file
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.options import StackName, stack_of
from leadrelay_ops.stack import Stack

_NUMBERS = {"profile_id", "company_id", "origin_id", "client_rowid"}
_MARKS = (
    doubts.SECRET, captcha.SECRET, meta.VERIFY_TOKEN, meta.PAGE_TOKEN, linkedin.ACCESS_TOKEN,
)  # fmt: skip  # what a secret of another use than its sender's begins with


def secrets(  # one parameter an option
    context: typer.Context,
    action: Annotated[Literal["set"], typer.Argument(help="set")],
    what: Annotated[str, typer.Argument(metavar="CRM|source", help=f"{', '.join(CRMS)}, source")],
    name: Annotated[str | None, typer.Argument(help="of the source")] = None,
    *,
    stack_name: StackName = None,
    beside: Annotated[
        bool,
        typer.Option("--beside", help="keep a source's old one too, while its sender changes"),
    ] = False,
) -> None:
    """Set a CRM's or a source's secret, asked for unseen.

    What isn't asked for stays as it is. A CRM's is tried by a login first; what it refuses isn't
    stored.
    """
    del action  # there is one
    stack = stack_of(context, stack_name)
    kind = choose("CRM, or source,", what, (*CRMS, "source"))
    if kind == "source":
        _set_source(stack, name, beside=beside)
    else:
        _set_crm(stack, kind)


def _set_crm(stack: Stack, crm: str) -> None:
    there = _read(stack, f"crm/{crm}")
    keys = _way(crm, there)
    screen.say(f"{crm}: its secret has {', '.join(keys)}. Empty keeps what is there.", err=True)
    secret = {**there, **_asked(keys, there)}
    with ExitStack() as ends:
        kept = dict(secret)
        known = adapter(crm)(ends.enter_context(http.client(1)), lambda _: kept, kept.update)
        try:
            screen.say(known.check())
        except (Retryable, Unknown) as error:
            screen.say(f"could not be tried: {error.reason}", err=True, colour="yellow")
        except DeliveryError as error:
            raise Told(f"{crm}: {error.reason}. Nothing was stored") from error
    stack.secrets.put(f"crm/{crm}", kept)
    screen.say(f"stored; {crm} uses it within five minutes, a paused one within a minute")


def _way(crm: str, there: Mapping[str, Any]) -> list[str]:
    """The keys of the way to log in that the secret has, else of the first there is."""
    ways = adapter(crm).secret_keys
    there_is = next((way for way in ways if way <= there.keys()), None)
    if there_is is None and len(ways) > 1:
        for number, way in enumerate(ways, 1):
            screen.say(f"{number}: {', '.join(sorted(way))}", err=True)
        number = typer.prompt("which of these", type=int, default=1)
        there_is = ways[number - 1] if 0 < number <= len(ways) else ways[0]
    return sorted(there_is or ways[0])


def _ask(what: str) -> str:
    """What is typed unseen; where no terminal is, the next line."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, default="", hide_input=True, show_default=False, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _asked(keys: list[str], there: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for key in keys:
        kept = " (kept if empty)" if key in there else ""
        text = _ask(f"{key}{kept}")
        if not text and key not in there:
            raise Told(f"{key} is needed. Nothing was stored")
        if text:
            given[key] = int(text) if key in _NUMBERS and text.isdecimal() else text
    return given


def _set_source(stack: Stack, name: str | None, *, beside: bool) -> None:
    if name is None:
        raise Told("which source? leadrelay secrets set source NAME")
    source = choose("source", name, which_file.choose(stack, None).sound())
    text = _ask(f"the secret of {source}").strip()
    if not text:
        raise Told("an empty text is no secret. Nothing was stored")
    there = _read(stack, "sources")
    old = there.get(source, [])
    stack.secrets.put("sources", {**there, source: added(old, text, beside=beside)})
    screen.say(f"stored; {source} takes it within {'five minutes' if old else 'a minute'}")


def added(old: str | list[str], new: str, *, beside: bool) -> list[str]:
    """A source's secrets with a new one: instead of those of the same use, which a mark such as
    "captcha:" says, or beside them."""
    known = [old] if isinstance(old, str) else old
    kept = known if beside else [one for one in known if _mark(one) != _mark(new)]
    return [*dict.fromkeys((new, *kept))]


def _mark(secret: str) -> str:
    return next((mark for mark in _MARKS if secret.startswith(mark)), "")


def _read(stack: Stack, name: str) -> dict[str, Any]:
    try:
        return stack.secrets.get(name, fresh=True)
    except Misconfigured:
        return {}
