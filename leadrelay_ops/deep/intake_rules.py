"""Rules of where leads come from and go to: the sources, the API, the secrets."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.sources import Source
from leadrelay_ops.deep.deployment import Account, Api, Deployment, Secret
from leadrelay_ops.deep.facts import known
from leadrelay_ops.deep.judge import Flaw, Rule

_RECEIVERS = ("ReceiveForm", "ReceiveCall", "ReceiveResume")
_FOR_VISITORS = 5  # at once: a page's form, a call, and those that come while a function starts
_UPKEEP = 1  # the sweep; what else runs by itself does so once a day
_LOWEST_RATE, _LOWEST_BURST = 1, 5  # one page's form, sent by a few visitors at once


def _sources(deployment: Deployment) -> Iterable[Source]:
    return deployment.sources.values()


def _left_out(deployment: Deployment, source: Source) -> Flaw | None:
    missing = [crm for crm in source.deliver if crm not in deployment.crms]
    return Flaw(f"delivers to {', '.join(missing)}", "a CRM of the stack") if missing else None


def _origin(_: Deployment, source: Source) -> Flaw | None:
    return _insecure(source.origins)


def _public_url(_: Deployment, source: Source) -> Flaw | None:
    return _insecure(filter(None, [source.public_url]))


def _insecure(urls: Iterable[str]) -> Flaw | None:
    for url in filter(is_insecure, urls):
        return Flaw(url, f"https://{urlsplit(url).netloc}")
    return None


def is_insecure(url: str) -> bool:
    """Not of this machine, and without https."""
    parts = urlsplit(url)
    return parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}


def _low(_: Deployment, api: Api) -> Flaw | None:
    rate, burst = known(api.rate), known(api.burst)
    if (rate is None or rate >= _LOWEST_RATE) and (burst is None or burst >= _LOWEST_BURST):
        return None
    return Flaw(
        f"{rate:g} a second, {burst} at once", f"{_LOWEST_RATE} a second, {_LOWEST_BURST} at once"
    )


def _unthrottled(_: Deployment, api: Api) -> Flaw | None:
    limited = known(api.rate) is not None and known(api.burst) is not None
    return None if limited else Flaw("no limit", "a limit")


def _no_room(deployment: Deployment, account: Account) -> Flaw | None:
    """API Gateway makes a 500 of Lambda's "too many", and a form isn't sent again."""
    reserved = [known(one.reserved) for one in deployment.functions if one.name in _RECEIVERS]
    if reserved and all(reserved):
        return None  # theirs whatever the others do
    limits = [
        known(flow.source.max_functions) or known(flow.function.reserved) or 0  # see `unlimited`
        for flow in deployment.flows
    ]
    most, others = known(account.concurrency), sum(limits) + _UPKEEP
    if most - others >= _FOR_VISITORS:
        return None
    return Flaw(
        f"{most} functions may run at once, {others} of them for queues and the sweep",
        f"{others + _FOR_VISITORS} or more",
    )


def _unreadable(_: Deployment, secret: Secret) -> Flaw | None:
    wrong = known(secret.wrong)
    return Flaw(wrong, "a JSON object") if wrong else None


def _secret_keys(_: Deployment, secret: Secret) -> Flaw | None:
    keys, crm = known(secret.keys), secret.kind.removeprefix("crm/")
    ways = adapter(crm).secret_keys if crm in CRMS else ()
    if keys is None or not ways or any(way <= keys for way in ways):
        return None
    nearest = min((way - keys for way in ways), key=len)
    return Flaw(f"without {', '.join(sorted(nearest))}", " or ".join(map(_told, ways)))


def _told(way: frozenset[str]) -> str:
    return ", ".join(sorted(way))


INTAKE_RULES = (
    Rule(
        name="left-out",
        severity="loses",
        subjects=_sources,
        flaw=_left_out,
        why="nothing in the stack brings its leads there",
        mend="deploy with the CRM's parameter set to yes, or take it out of `deliver`",
    ),
    Rule(
        name="origin",
        severity="loses",
        subjects=_sources,
        flaw=_origin,
        why="once the site is served by https, as browsers want it, its forms are refused",
        mend="write the origin with https, and serve the site by it",
    ),
    Rule(
        name="public-url",
        severity="loses",
        subjects=_sources,
        flaw=_public_url,
        why="senders sign the URL that they call, and the API is called by https only",
        mend="write public_url with https",
    ),
    Rule(
        name="no-room",
        severity="loses",
        subjects=lambda deployment: deployment.accounts,
        flaw=_no_room,
        why="while CRMs hang, visitors are answered 500 or 503, and a form isn't sent again",
        mend="ask Service Quotas for more concurrent executions of Lambda (it is free), leave out "
        "CRMs that you don't use, or set IntakeReserved",
    ),
    Rule(
        name="unreadable-secret",
        severity="loses",
        subjects=lambda deployment: deployment.secrets,
        flaw=_unreadable,
        why="senders that sign are turned away, and a CRM's leads wait",
        mend="put a value in: docs/crms.md says what is in it",
    ),
    Rule(
        name="secret-keys",
        severity="loses",
        subjects=lambda deployment: deployment.secrets,
        flaw=_secret_keys,
        why="nobody can log in with it, so the CRM's leads wait",
        mend="put them in: docs/crms.md says what they are",
    ),
    Rule(
        name="throttled",
        severity="loses",
        subjects=lambda deployment: deployment.apis,
        flaw=_low,
        why="a sender that is answered 429 and never repeats loses its lead",
        mend="raise RequestsPerSecond and RequestBurst",
    ),
    Rule(
        name="unthrottled",
        severity="advice",
        subjects=lambda deployment: deployment.apis,
        flaw=_unthrottled,
        why="a flood would use up the account's functions, those that deliver too",
        mend="set RequestsPerSecond and RequestBurst",
    ),
)
