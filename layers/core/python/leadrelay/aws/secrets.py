"""Secrets by name, read late and kept for five minutes, so that a rotated one just works."""

import json
from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from leadrelay.aws.clients import code
from leadrelay.errors import Misconfigured, Unavailable

_KEPT_S = 300.0
_MISSED_S = 60.0


class Secrets:
    """The secrets `<prefix><name>`, each a JSON object."""

    def __init__(self, client: Any, prefix: str, clock: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._prefix = prefix
        self._clock = clock
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = Lock()

    def get(self, name: str, *, fresh: bool = False) -> dict[str, Any]:
        """The secret as a dict; `fresh` reads it again. Raises Misconfigured when there is none
        or it isn't a JSON object, Unavailable when it can't be read just now."""
        with self._lock:  # one thread asks, the others find the answer
            kept_at, secret = self._kept.get(name, (0.0, {}))
            if not secret or fresh or self._clock() - kept_at > _KEPT_S:
                secret = self._read(self._prefix + name)
                self._kept[name] = (self._clock(), secret)
            return secret

    def get_anew(self, name: str) -> dict[str, Any]:
        """The secret for whom what is kept is of no use: read again, unless that was less than
        a minute ago. Raises as `get` does."""
        with self._lock:
            kept_at, _ = self._kept.get(name, (0.0, {}))
        return self.get(name, fresh=self._clock() - kept_at > _MISSED_S)

    def renew(self, name: str) -> str | None:
        """Have the secret read again when it is next asked for; which version that is, None for
        one that was never put in. Raises Unavailable."""
        full_name = self._prefix + name
        with self._lock:
            self._kept.pop(name, None)
        try:
            version: str = self._client.get_secret_value(SecretId=full_name)["VersionId"]
        except self._client.exceptions.ResourceNotFoundException:
            return None
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"secret {full_name}: {code(error)}") from error
        return version

    def put(self, name: str, secret: Mapping[str, Any]) -> None:
        """Store a changed secret, such as a rotated refresh token; one that isn't there yet is
        made. Raises Unavailable."""
        full_name, text = self._prefix + name, json.dumps(dict(secret))
        with self._lock:
            try:
                try:
                    self._client.put_secret_value(SecretId=full_name, SecretString=text)
                except self._client.exceptions.ResourceNotFoundException:
                    self._client.create_secret(Name=full_name, SecretString=text)
            except (ClientError, BotoCoreError) as error:
                raise Unavailable(f"secret {full_name}: {code(error)}") from error
            self._kept[name] = (self._clock(), dict(secret))

    def _read(self, full_name: str) -> dict[str, Any]:
        try:
            text = self._client.get_secret_value(SecretId=full_name)["SecretString"]
        except self._client.exceptions.ResourceNotFoundException as error:
            # AWS answers the same for a secret that was made without a value.
            raise Misconfigured(f"there is no secret {full_name} yet: put it in") from error
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"secret {full_name}: {code(error)}") from error
        try:
            secret = json.loads(text)
        except ValueError:
            secret = None  # the parser's own message would quote the secret
        if not isinstance(secret, dict):
            raise Misconfigured(f"the secret {full_name} is not a JSON object")
        return secret


def source_secrets(secrets: Secrets, source: str) -> tuple[str, ...]:
    """The secrets of one source: one, or several while one is being rotated, or none. What is
    empty, or no text, is no secret. Of a source that had none they are known a minute after
    they were put in.

    Raises Unavailable: a sender must not be turned away because we can't read our secrets.
    """
    try:
        return _of(secrets.get("sources"), source) or _of(secrets.get_anew("sources"), source)
    except Misconfigured as error:
        raise Unavailable(str(error)) from error


def _of(secrets: Mapping[str, Any], source: str) -> tuple[str, ...]:
    found = secrets.get(source)
    several = found if isinstance(found, list) else [found]
    return tuple(one for one in several if isinstance(one, str) and one.strip())
