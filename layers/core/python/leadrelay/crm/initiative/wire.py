"""vtiger's webservice protocol as it stands on the wire: everything goes to one URL.

The verdict is in the body: HTTP 200 stands for success and for every error that the server
caught; an empty HTTP 500 for all the others.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.crm.initiative.operations import POSTED, verdict
from leadrelay.crm.operations import Operation
from leadrelay.errors import Misconfigured

_QUARTER, _MOST_QUARTERS, _OFF = timedelta(minutes=15), 14 * 4, timedelta(minutes=5)


def exchange(
    client: httpx.Client, url: str, operation: Operation, params: Mapping[str, Any]
) -> Any:
    """One request; the `result` that it answers. Raises what `operation.raises` says."""
    method, place = ("POST", "data") if operation.name in POSTED else ("GET", "params")
    form = {"operation": operation.name} | {k: _wire(value) for k, value in params.items()}
    request: dict[str, Any] = {place: form}
    writes = operation.writes
    response = http.send(client, method, url, writes=writes, one_url=True, **request)
    body = http.json_object(response, writes=writes)
    error = body.get("error")
    if body.get("success") is True:
        return body.get("result")
    if body.get("success") is False and isinstance(error, dict):
        # The code may be the integer 0 (observed on vtiger 8.2).
        raise verdict(error.get("code", ""), str(error.get("message", "")), writes=writes)
    raise http.lost("the answer holds no verdict", writes=writes, words=http.excerpt(response))


def entry_point(secret: Secret) -> str:
    """API v1.1, p. 3; a `base_url` that names a script is one already."""
    base = need(secret, "base_url").rstrip("/")
    return base if base.endswith(".php") else f"{base}/wstiger.php"


def need(secret: Secret, key: str) -> str:
    """A member of the secret that has to be there. Raises Misconfigured."""
    value = secret.get(key)
    if not isinstance(value, str) or not value:
        raise Misconfigured(f"the secret has no {key}")
    return value


def zone_by(shown: str, now: datetime) -> tzinfo | None:
    """The zone of a clock that shows this at the moment `now`; None if it is no such clock.

    Zones are whole quarters of an hour from UTC. The clock of the server may be some minutes off.
    """
    try:
        ahead = datetime.fromisoformat(shown).replace(tzinfo=UTC) - now
    except ValueError:
        return None
    quarters = round(ahead / _QUARTER)
    if abs(quarters) > _MOST_QUARTERS or abs(ahead - quarters * _QUARTER) > _OFF:
        return None
    return timezone(quarters * _QUARTER)


def _wire(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
