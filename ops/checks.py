"""`leadrelay check`: what is wrong with the set-up, and how to mend it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import typer
from pydantic import BaseModel, ValidationError

from leadrelay.crm.base import Crm, adapter
from leadrelay.crms import CRMS
from leadrelay.errors import DeliveryError, Misconfigured, Retryable
from leadrelay.intake.senders import SENDERS, sender
from leadrelay.sources import Source, SourcesError, at, mistakes_of, read_sources
from leadrelay_config import SOURCES_TOML
from ops.crm import account
from ops.stack import Stack

_GOOD, _WARNING, _WRONG = "✓", "!", "✗"

type Finding = tuple[str, str]
"""One of the marks above, and a line for a person."""


def check(find_stack: Callable[[], Stack], sources_file: Path | None) -> int:
    """Print a line for everything checked; 1 if anything is wrong, else 0, whatever the warnings.

    The file is judged before a stack is looked for, so that it can be checked without one.
    Raises Unavailable.
    """
    marks = set()
    for mark, line in _findings(find_stack, sources_file or SOURCES_TOML):
        typer.echo(f"{mark} {line}")
        marks.add(mark)
    return 1 if _WRONG in marks else 0


@dataclass
class _Plan:
    """What a `sources.toml` wants, as far as it can be read."""

    text: str
    sources: Mapping[str, Source] = field(default_factory=dict)
    options: dict[tuple[str, str], BaseModel] = field(default_factory=dict)  # (CRM, source)
    mistakes: list[str] = field(default_factory=list)


def _findings(find_stack: Callable[[], Stack], file: Path) -> Iterator[Finding]:
    plan = _read(file.read_text("utf-8"))
    for mistake in plan.mistakes:
        yield _WRONG, f"{file.name}: {mistake}"
    if not plan.mistakes:
        yield _GOOD, f"{file.name}: {len(plan.sources)} sources"
    stack = find_stack()
    for missing in _missing_secrets(stack, plan.sources):
        yield _WRONG, missing
    left_out = _left_out(stack)
    for crm in CRMS:
        users = [source for source in plan.sources.values() if crm in source.deliver]
        if users and crm in left_out:
            for source in users:
                problem = f"{stack.name} has no {crm}: deploy it with its parameter set to yes"
                where = at(plan.text, (source.name, "deliver"), problem)
                yield _WRONG, f"{file.name}: {where}, or take it out of here"
        elif users:
            yield from _crm_findings(stack, crm, users, plan, file.name)


# -- the file -----------------------------------------------------------------------------


def _read(text: str) -> _Plan:
    plan = _Plan(text)
    try:
        plan.sources = read_sources(text)
    except SourcesError as error:
        plan.sources, plan.mistakes = error.sources, [*error.mistakes]
    for source in plan.sources.values():
        if source.sender not in SENDERS:
            problem = f"there is no sender {source.sender!r}; there are {', '.join(SENDERS)}"
            plan.mistakes.append(at(text, (source.name, "sender"), problem))
        for crm in source.deliver:
            try:
                options = adapter(crm).Options.model_validate(source.options(crm))
                plan.options[crm, source.name] = options
            except ValidationError as error:
                plan.mistakes += mistakes_of(error, text, source.name, crm)
    return plan


# -- the stack ----------------------------------------------------------------------------


def _left_out(stack: Stack) -> set[str]:
    """The CRMs that the stack was deployed without; its parameters are named like them."""
    client = stack.client("cloudformation")
    (described,) = client.describe_stacks(StackName=stack.name)["Stacks"]
    return {
        parameter["ParameterKey"].lower()
        for parameter in described.get("Parameters", ())
        if parameter["ParameterValue"] == "no"
    }


def _secret_name(stack: Stack, name: str) -> str:
    return f"leadrelay/{stack.outputs['StageName']}/{name}"


def _missing_secrets(stack: Stack, sources: Mapping[str, Source]) -> Iterator[str]:
    """Of the sources whose senders prove who they are."""
    proving = [source for source in sources.values() if source.token or _signs(source)]
    if not proving:
        return
    try:
        known = stack.secrets.get("sources")
    except Misconfigured as error:
        yield str(error)
        return
    for source in proving:
        if not known.get(source.name):
            secret = _secret_name(stack, "sources")
            yield f'{source.name}: its sender\'s secret is missing: add "{source.name}" to {secret}'


def _signs(source: Source) -> bool:
    known = source.sender in SENDERS and sender(source.sender).verify
    return bool(known) and not source.unverified


# -- a CRM --------------------------------------------------------------------------------


def _crm_findings(
    stack: Stack, crm: str, users: list[Source], plan: _Plan, file: str
) -> Iterator[Finding]:
    with account(stack, crm) as known:
        try:
            yield _GOOD, f"{crm}: {known.check()}"
        except DeliveryError as error:
            yield (
                _WRONG,
                f"{crm}: {error.reason}. {_mend(error, _secret_name(stack, f'crm/{crm}'))}",
            )
            return
        for source in users:
            options = plan.options.get((crm, source.name))
            if options is not None:
                for mark, line in _advice(known, crm, source, options, plan.text):
                    yield mark, f"{file}: {line}"


def _advice(
    known: Crm, crm: str, source: Source, options: BaseModel, text: str
) -> Iterator[Finding]:
    try:
        for advice in known.advise(source.kind, options):
            path = (source.name, crm, *filter(None, advice.key.split(".")))
            yield _WARNING, at(text, path, advice.text)
    except DeliveryError as error:
        yield _WRONG, at(text, (source.name, crm), f"can't be checked: {error.reason}")


def _mend(error: DeliveryError, secret: str) -> str:
    if isinstance(error, Retryable):
        return f"If it stays so, look at base_url in the secret {secret}"
    return f"Mend the secret {secret}; docs/crms.md says what is in it"
