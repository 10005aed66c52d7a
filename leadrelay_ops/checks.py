"""`leadrelay check`: what is wrong with the set-up, and how to mend it."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from leadrelay.aws.secrets import source_secrets
from leadrelay.crm.base import Crm
from leadrelay.crms import CRMS
from leadrelay.errors import DeliveryError, Misconfigured, Retryable
from leadrelay.identity import code_digest, sources_digest
from leadrelay.intake.guards import captcha, doubts
from leadrelay.intake.senders import SENDERS, linkedin, meta, sender
from leadrelay.lead import Kind
from leadrelay.mistakes import at
from leadrelay.sources import Source, secrets_for
from leadrelay_ops import running, screen, which_file
from leadrelay_ops.account import account
from leadrelay_ops.deep.intake_rules import is_insecure
from leadrelay_ops.failures import Told
from leadrelay_ops.sources_file import SourcesFile, read_text
from leadrelay_ops.stack import Stack, too_long
from leadrelay_ops.which_file import Chosen
from leadrelay_sandbox.home import ROOT

_GOOD, _WARNING, _WRONG = "✓", "!", "✗"
_COLOURS = {_WARNING: "yellow", _WRONG: "red"}
_WORDS = {_GOOD: "good", _WARNING: "warning", _WRONG: "wrong"}

_LISTED = 12  # names that a person may read in one line
_FROM_PAGES = {"html", "json", "multipart"}  # a visitor's browser can keep no secret

type Finding = tuple[str, str]
"""One of the marks above, and a line for a person."""


def check(file: Chosen, find: Callable[[], Stack | None], own: Path | None) -> Iterator[Finding]:
    """A line for everything checked: of the file, which `own` may be, and of the stack if there
    is one; that is looked for when the file is judged. Raises Unavailable."""
    plan = read_text(file.text)
    yield from _file_findings(plan, file.short)
    stack = find()
    if stack is None:
        yield from name_findings(ROOT / "samconfig.toml")
        yield _WARNING, "nothing deployed was looked at: no twin is up, and no --stack is named"
        return
    yield from _not_what_runs(stack, which_file.local(stack, own) or file)
    yield from _stack_findings(stack, plan, file.short)


def show(findings: Iterable[Finding], *, as_json: bool) -> int:
    """Print them as they come; 1 if anything is wrong, else 0, whatever the warnings."""
    marks = set()
    for mark, line in findings:
        marks.add(mark)
        if as_json:
            screen.say_json({"severity": _WORDS[mark], "found": line})
        else:
            screen.say(f"{mark} {line}", colour=_COLOURS.get(mark))
    return 1 if _WRONG in marks else 0


def file_alone(file: Chosen) -> Iterator[Finding]:
    """Of the file only."""
    return _file_findings(read_text(file.text), file.short)


def name_findings(samconfig: Path) -> Iterator[Finding]:
    """Of the name that `sam deploy` will use."""
    deploy = tomllib.loads(samconfig.read_text("utf-8"))["default"]["deploy"]["parameters"]
    if mistake := too_long(deploy["stack_name"]):
        yield _WRONG, f"{samconfig.name}: stack_name: {mistake}"


def _not_what_runs(stack: Stack, local: Chosen) -> Iterator[Finding]:
    """Asked of the intake itself: what was deployed last may not have reached it."""
    try:
        runs = running.ask(stack)
    except Told as error:
        yield _WRONG, str(error)
        return
    if local.file and sources_digest(local.file) != runs.sources:
        deployed = which_file.deployed(stack)
        changed = which_file.differences(local, deployed) if deployed else []
        in_ = ", ".join(changed) if len(changed) <= _LISTED else f"{len(changed)} sources"
        differ = f", which differs in {in_}" if changed else ""
        told = f"{stack.name} runs another sources.toml than {local.name}{differ}"
        yield _WARNING, f"{told}. Deploy it to have it run"
    if code_digest() != runs.code:
        yield _WARNING, f"{stack.name} runs other code than this command is of. Deploy to have it"


def _stack_findings(stack: Stack, plan: SourcesFile, file: str) -> Iterator[Finding]:
    for missing in _missing_secrets(stack, plan.sources):
        yield _WRONG, missing
    for crm in CRMS:
        users = [source for source in plan.sources.values() if crm in source.deliver]
        if users and crm not in stack.deployed_crms:
            for source in users:
                problem = f"{stack.name} has no {crm}: deploy it with its parameter set to yes"
                where = at(plan.text, (source.name, "deliver"), problem)
                yield _WRONG, f"{file}: {where}, or take it out of here"
        elif users:
            yield from _crm_findings(stack, crm, users, plan, file)


# -- the file -----------------------------------------------------------------------------


def _file_findings(plan: SourcesFile, file: str) -> Iterator[Finding]:
    for mistake in plan.mistakes:
        yield _WRONG, f"{file}: {mistake}"
    if not plan.mistakes:
        several = "" if len(plan.sources) == 1 else "s"
        yield _GOOD, f"{file}: {len(plan.sources)} source{several}"
    for source in plan.sources.values():
        if not (_proves(source) or source.sender in _FROM_PAGES):
            problem = "anybody who knows the URL can send here: set `token`"
            yield _WARNING, f"{file}: {at(plan.text, (source.name, 'sender'), problem)}"
        for origin in filter(is_insecure, source.origins):
            problem = f"once the site is served by https, its forms are refused: {origin}"
            yield _WARNING, f"{file}: {at(plan.text, (source.name, 'origins'), problem)}"


# -- the stack ----------------------------------------------------------------------------


def _secret_name(stack: Stack, name: str) -> str:
    return f"leadrelay/{stack.name}/{name}"


def _missing_secrets(stack: Stack, sources: Mapping[str, Source]) -> Iterator[str]:
    """Of the sources whose senders prove who they are, or that need secrets of other uses."""
    needing = [source for source in sources.values() if _proves(source) or _marks(source)]
    if not needing:
        return
    try:
        stack.secrets.get("sources")
    except Misconfigured as error:
        yield str(error)
        return
    secret = _secret_name(stack, "sources")
    for source in needing:
        found = source_secrets(stack.secrets, source.name)
        if _proves(source) and not found:
            what = f"its sender's secret is missing from {secret}"
            yield f"{source.name}: {what}: `leadrelay secrets set source {source.name}`"
        for mark in _marks(source):
            if not secrets_for(mark, found):
                told = f'{source.name}: its secret "{mark}…" is missing from {secret}'
                yield f"{told}: `leadrelay secrets set source {source.name}`, and write {mark}…"


def _proves(source: Source) -> bool:
    known = source.sender in SENDERS and sender(source.sender).verify
    return bool(source.token) or (bool(known) and not source.unverified)


def _marks(source: Source) -> list[str]:
    """How the secrets are marked that a source needs beside its sender's."""
    wanted = {
        doubts.SECRET: source.min_fill,
        captcha.SECRET: source.captcha,
        meta.PAGE_TOKEN: source.sender == "meta",
        linkedin.ACCESS_TOKEN: source.sender == "linkedin",
    }
    return [mark for mark, is_wanted in wanted.items() if is_wanted]


# -- a CRM --------------------------------------------------------------------------------


def _crm_findings(
    stack: Stack, crm: str, users: list[Source], plan: SourcesFile, file: str
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
        advise = _advised(known)
        for source in users:
            options = plan.options.get((crm, source.name))
            if options is not None:
                for mark, key, advice in advise(source.kind, options):
                    path = (source.name, crm, *filter(None, key.split(".")))
                    yield mark, f"{file}: {at(plan.text, path, advice)}"


type _Advised = list[tuple[str, str, str]]
"""Marks, options and what is said of them."""


def _advised(known: Crm) -> Callable[[Kind, BaseModel], _Advised]:
    """Asks the CRM once for all sources that are set up alike."""
    told: dict[tuple[Kind, str], _Advised] = {}

    def advise(kind: Kind, options: BaseModel) -> _Advised:
        alike = kind, options.model_dump_json()
        if alike not in told:
            try:
                told[alike] = [(_WARNING, one.key, one.text) for one in known.advise(kind, options)]
            except DeliveryError as error:
                told[alike] = [(_WRONG, "", f"can't be checked: {error.reason}")]
        return told[alike]

    return advise


def _mend(error: DeliveryError, secret: str) -> str:
    if isinstance(error, Retryable):
        return f"If it stays so, look at base_url in the secret {secret}"
    return f"Mend the secret {secret}; docs/crms.md says what is in it"
