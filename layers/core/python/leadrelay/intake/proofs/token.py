"""The secret of a sender that cannot sign: in the query, a header, the body, or as Basic."""

import base64
import hmac
from collections.abc import Sequence

from leadrelay.errors import Rejected
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission
from leadrelay.sources import Source

_IN_BODY = "body:"


def check_token(source: Source, request: Request, secrets: Sequence[str]) -> None:
    """Raise Rejected (401) unless the request carries one of the source's secrets where
    `source.token` says. One in the body is for `check_body_token`: whatever can be told without
    it is told before it is read."""
    if source.token and not source.token.startswith(_IN_BODY):
        _check(source.token, _sent(source.token, request), secrets)


def check_body_token(
    source: Source, submissions: Sequence[Submission], secrets: Sequence[str]
) -> None:
    """The same, for a secret that is one of the fields."""
    if source.token and source.token.startswith(_IN_BODY):
        name = source.token.removeprefix(_IN_BODY)
        fields = (field for submission in submissions for field in submission.pairs)
        _check(source.token, next((value for key, value in fields if key == name), ""), secrets)


def _check(token: str, sent: str, secrets: Sequence[str]) -> None:
    """The time it takes tells nothing about the secret."""
    raw = sent.encode("utf-8", "surrogatepass")
    # every secret is compared, so that the time doesn't tell which one matched
    matches = [hmac.compare_digest(raw, secret.encode()) for secret in secrets]
    if not raw or not any(matches):
        raise Rejected(
            401, "Wrong credentials", f"Send this source's secret as {token.replace(':', ' ')}."
        )


def _sent(token: str, request: Request) -> str:
    place, _, name = token.partition(":")
    match place:
        case "query":
            return next((value for key, value in request.query if key == name), "")
        case "header":
            return request.headers.get(name, "").removeprefix("Bearer ").strip()
        case _:
            return _basic(request.headers.get("authorization", ""))


def _basic(header: str) -> str:
    """The password of `Authorization: Basic`, whatever the user's name."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except ValueError:  # not base64, or not UTF-8
        return ""
