"""Turnstile, hCaptcha and reCAPTCHA: three providers, one way to ask them."""

import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from leadrelay.errors import Unavailable
from leadrelay.sources import Source, secrets_for

SECRET = "captcha:"  # noqa: S105  # what marks the secret, not the secret
_TIMEOUT_S = 3.0  # a person waits
_LOWEST_SCORE = 0.5  # developers.google.com/recaptcha/docs/v3: "you can use a threshold of 0.5"

type PostForm = Callable[[str, Mapping[str, str]], Any]
"""(URL, form) → the JSON of the answer. Raises Unavailable."""


class Provider(NamedTuple):
    field: str  # in which the widget puts its token
    url: str


PROVIDERS = {
    # developers.cloudflare.com/turnstile/get-started/server-side-validation
    "turnstile": Provider(
        "cf-turnstile-response", "https://challenges.cloudflare.com/turnstile/v0/siteverify"
    ),
    # docs.hcaptcha.com, "Verify the User Response Server Side"
    "hcaptcha": Provider("h-captcha-response", "https://api.hcaptcha.com/siteverify"),
    # developers.google.com/recaptcha/docs/verify
    "recaptcha": Provider(
        "g-recaptcha-response", "https://www.google.com/recaptcha/api/siteverify"
    ),
}


def captcha_doubt(
    fields: Mapping[str, str],
    source: Source,
    secrets: Sequence[str],
    client_ip: str,
    post_form: PostForm,
) -> str | None:
    """Why the CAPTCHA speaks against a submission; None when it was solved.

    A provider that can't be asked speaks against it too, for the submission is only put aside.
    """
    provider = PROVIDERS[source.captcha or ""]
    token = fields.get(provider.field, "").strip()
    if not token:
        return "no CAPTCHA was solved"
    known = secrets_for(SECRET, secrets)
    if not known:
        return f'the CAPTCHA can\'t be checked: the source has no secret "{SECRET}…"'
    form = {"secret": known[0], "response": token, "remoteip": client_ip}
    try:
        answer = post_form(source.captcha_url or provider.url, form)
    except Unavailable as error:
        return f"the CAPTCHA can't be checked: {error}"
    return _judge(answer if isinstance(answer, dict) else {})


def _judge(answer: Mapping[str, Any]) -> str | None:
    if answer.get("success") is not True:
        codes = answer.get("error-codes")
        named = ", ".join(map(str, codes)) if isinstance(codes, list) else ""
        return f"the CAPTCHA was not passed: {named or 'no reason given'}"[:300]
    score = answer.get("score")  # of reCAPTCHA v3; hCaptcha's runs the other way round
    if "action" in answer and isinstance(score, int | float) and score < _LOWEST_SCORE:
        return f"the CAPTCHA's score is {score}"
    return None


def post_form(url: str, form: Mapping[str, str]) -> Any:
    """Ask a provider; redirects are not followed. Raises Unavailable.

    Written on the standard library: the functions that receive load no HTTP client of their own,
    and one small POST is no reason to.
    """
    address = urlsplit(url)
    if address.scheme == "https":
        connection: HTTPConnection = HTTPSConnection(
            address.netloc, timeout=_TIMEOUT_S, context=_tls()
        )
    else:
        connection = HTTPConnection(address.netloc, timeout=_TIMEOUT_S)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    with closing(connection):
        try:
            connection.request("POST", address.path, urlencode(form), headers)
            answer = connection.getresponse()
            content = answer.read(100_000)
        except (OSError, HTTPException) as error:
            raise Unavailable(f"{address.hostname}: {type(error).__name__}") from error
    try:
        return json.loads(content)
    except ValueError as error:
        raise Unavailable(f"{address.hostname}: HTTP {answer.status}, not JSON") from error


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
