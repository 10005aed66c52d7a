"""Calls that prompt: Collect! asks over a websocket while the call over HTTP waits.

A module of its own, because deliveries never prompt and need not import `websockets`. All of it
by "How To Use The Rest API", Web Sockets; how an answer to a `string` or a `date` looks is
"coming soon" there: we send it as `data`, beside a button, as a form's answer does.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import ClientConnection, connect

from leadrelay.crm.base import Secret
from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.login import needed
from leadrelay.errors import Misconfigured, Refused, Retryable

OPEN_S = 10.0


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question. `kind` is button, form, string or date."""

    kind: str
    message: str = ""
    buttons: tuple[str, ...] = ()
    form: str = ""
    """The form's id: the operation `form` tells its fields and the values of its buttons."""
    values: Mapping[str, str] = field(default_factory=dict)
    """A form's fields that are not blank."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`button`: of a form the button's value, else the button's place, from 0. `content`: a
    form's changed fields, which are sent along with its defaults; a string; or a date."""

    button: int = 0
    content: Mapping[str, str] | str | date | None = None


def run(api: Api, operation: str, answer: Callable[[Prompt], Answer], /, **params: Any) -> Any:
    """`api.call` for runplan or report, with `answer` asked for each prompt, from another thread.

    Raises what `api.call` raises; what `answer` raises ends the call and is raised instead, and
    so is Refused for an answer that doesn't fit its prompt.
    """
    with Prompts(url_of(api.secret(False)), answer) as prompts:
        try:
            return api.call(operation, **params, **{"websocket-id": prompts.id})
        finally:
            prompts.raise_failure()


class Prompts:
    """An open websocket, whose `id` goes into a call as `websocket-id`; prompts that bear it are
    answered until the `with` ends."""

    id: str
    _socket: ClientConnection

    def __init__(self, url: str, answer: Callable[[Prompt], Answer]) -> None:
        self._url = url
        self._answer = answer
        self._failure: Exception | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._socket = opening.enter_context(_connected(self._url))
            self.id = _key(self._socket)
            listener = threading.Thread(target=self._listen, daemon=True)
            listener.start()
            self._closing = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def raise_failure(self) -> None:
        """Raise what went wrong while answering, if anything did."""
        if self._failure:
            raise self._failure

    def _listen(self) -> None:
        for raw in self._socket:
            message = _message(raw)
            # The page's button prompt bears no websocket-id.
            ours = message.get("websocket-id", self.id) == self.id
            if not ours or message.get("type") != "prompt":
                continue
            try:
                self._socket.send(json.dumps(self._reply(message)))
            except ConnectionClosed:
                return
            except Exception as error:  # noqa: BLE001  # raised again in the caller's thread
                self._failure = error
                self._socket.close()  # else the call would wait for an answer
                return

    def _reply(self, message: Mapping[str, Any]) -> dict[str, Any]:
        prompt = Prompt(
            kind=str(message.get("subtype", "")),
            message=str(message.get("message", "")),
            buttons=tuple(message.get("buttons") or ()),
            form=str(message.get("formid", "")),
            values=message.get("data") or {},
        )
        answer = self._answer(prompt)
        reply = {"jobid": message.get("jobid"), "button": answer.button}
        content = _fitting(prompt, answer)
        return reply if content is None else reply | {"data": content}


def url_of(secret: Secret) -> str:
    """The secret's `websocket_url`, else /websocket on the host of `base_url`."""
    if url := secret.get("websocket_url"):
        return str(url)
    base = urlsplit(needed(secret, "base_url"))
    scheme = "ws" if base.scheme == "http" else "wss"
    return f"{scheme}://{base.netloc}/websocket"


@contextmanager
def _connected(url: str) -> Iterator[ClientConnection]:
    with ExitStack() as stack:
        try:
            socket = stack.enter_context(connect(url, open_timeout=OPEN_S))
        except InvalidURI as error:
            raise Misconfigured("websocket_url in the secret is not a usable URL") from error
        except (OSError, InvalidHandshake) as error:  # a TimeoutError is an OSError
            raise Retryable(f"no websocket ({type(error).__name__})") from error
        yield socket


def _key(socket: ClientConnection) -> str:
    """The socket's id, which is the first thing the server sends."""
    try:
        first = _message(socket.recv(timeout=OPEN_S))
    except (TimeoutError, ConnectionClosed) as error:
        raise Retryable("the websocket gave no key") from error
    if first.get("type") != "key" or not first.get("message"):
        raise Retryable("the websocket's first message is not its key")
    return str(first["message"])


def _fitting(prompt: Prompt, answer: Answer) -> Mapping[str, str] | str | None:
    """What goes into `data`. Collect! leaves it to the client to check a date."""
    content = answer.content
    match prompt.kind:
        case "button" if content is None and 0 <= answer.button < len(prompt.buttons):
            return None
        case "form" if content is None or isinstance(content, Mapping):
            return {**prompt.values, **(content or {})}
        case "string" if isinstance(content, str):
            return content
        case "date" if isinstance(content, date):
            return content.strftime("%Y-%m-%d")
        case kind:
            raise Refused(f"the answer doesn't fit a prompt for a {kind}")


def _message(raw: str | bytes) -> dict[str, Any]:
    try:
        message = json.loads(raw)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
