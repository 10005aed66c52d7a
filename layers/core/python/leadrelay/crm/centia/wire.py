"""centiaCRM's requests and answers as they stand on the wire."""

from collections.abc import Mapping
from typing import Any

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.crm.operations import Operation
from leadrelay.errors import Misconfigured, Refused

URL_TEMPLATE = "{base}/api/v1/{module}"


def send(
    client: httpx.Client,
    secret: Secret,
    operation: Operation,
    parameters: Mapping[str, Any],
    token: str | None = None,
) -> dict[str, Any]:
    """One request; the `response` that it answers. Raises what `operation.raises` says."""
    module, _, method = operation.name.partition(".")
    response = http.send(
        client,
        "POST",
        _url(secret, module),
        writes=operation.writes,
        one_url=True,
        json={"method": method} | ({"parameters": parameters} if operation.params else {}),
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    return _payload(http.json_object(response, writes=operation.writes), operation)


def text(secret: Secret, name: str) -> str:
    """A member of the secret that has to be there. Raises Misconfigured."""
    if secret.get(name) in {None, ""}:
        raise Misconfigured(f"the secret has no {name}")
    return str(secret[name])


def objects(value: object) -> list[dict[str, Any]]:
    """The page writes object[] for an object and for a list of them alike; so read both."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict) and item]


def _url(secret: Secret, module: str) -> str:
    base = text(secret, "base_url").rstrip("/")
    template = str(secret.get("url_template") or URL_TEMPLATE)
    return template.replace("{base}", base).replace("{module}", module.lower())


def _payload(body: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """What the method answers stands inside `response`; an error adds `error`, a string."""
    match body.get("success"):
        case True:
            return next(iter(objects(body.get("response"))), {})
        case False:
            raise Refused(f"{operation.name} was refused", words=str(body.get("error") or ""))
        case _:
            message = "the answer doesn't say `success`"
            raise http.lost(message, writes=operation.writes, words=str(body)[:500])
