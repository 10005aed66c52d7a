"""`leadrelay fault`: the twin's CRMs made to fail, to see what becomes of a lead then."""

from typing import Annotated

import httpx
import typer

from leadrelay_ops import screen
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.options import CrmName, stack_of

_NOTHING: tuple[object, ...] = (None, False, "", 0, {}, "text/plain")  # what needn't be told

type Given = dict[str, str | int | float | bool]


def fault(
    context: typer.Context,
    crm: CrmName,
    words: Annotated[
        list[str] | None,
        typer.Argument(help='"status=503 times=5", "clear", or nothing to list them'),
    ] = None,
) -> None:
    """Have the twin's CRM fail: set, list and clear its faults.

    status, body, delay, reset, after_saving, operation, about, refuse, times
    """
    stack = stack_of(context, None)
    url = f"{stack.crms[choose('CRM', crm, stack.crms)]}/_sandbox/fault"
    if words == ["clear"]:
        answer = httpx.delete(url)
    elif words:
        answer = httpx.post(url, json=read(words))
    else:
        answer = httpx.get(url)
    if answer.is_error:
        raise Told(answer.json()["error"])
    faults = answer.json()["faults"]
    for one in faults:
        told = (f"{name} {value}" for name, value in one.items() if value not in _NOTHING)
        screen.say(", ".join(told))
    if not faults:
        screen.say(f"{crm} works as it should")


def read(words: list[str]) -> Given:
    """status=503 → {"status": 503}. Raises Told."""
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not equals:
            raise Told(f"{name!r}: write name=value, such as status=503 times=5, or clear")
    return {name: _value(text) for name, _, text in pairs}


def _value(text: str) -> str | int | float | bool:
    if text in {"true", "false"}:
        return text == "true"
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text
