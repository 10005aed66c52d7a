"""Initiative's API v1.1 over one HTTP client: a checked `call`, and typed methods for our own use.

Everything goes to one URL. The verdict is in the body: HTTP 200 stands for success and for every
error that the server caught; an empty HTTP 500 for all the others.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.initiative.operations import (
    OPERATIONS,
    POSTED,
    WITHOUT_SESSION,
    SessionLost,
    verdict,
)
from leadrelay.crm.initiative.sessions import Session, Sessions
from leadrelay.crm.initiative.vtql import Select
from leadrelay.crm.operations import Operation, check
from leadrelay.errors import Misconfigured, Refused, Unknown

type Values = dict[str, str]
"""A record: every value is a string, also numbers, booleans ("1", "0") and ids ("10x3")."""


class Api:
    """One account. Safe to use from several threads. Logs in by itself, see `Sessions`."""

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        self._client = client
        self._secret = secret
        self._sessions = Sessions(self._log_in)
        self._user_id = ""
        self._modules: dict[str, Module] = {}
        self._describing = threading.Lock()

    def call(self, operation: str, /, **params: Any) -> Any:
        """Call one of `OPERATIONS`; gives the answer's `result`.

        Raises Refused before anything is sent if a parameter or a field of `element` doesn't fit,
        and otherwise what the operation's `raises` says.
        """
        known = OPERATIONS.get(operation)
        if known is None:
            raise Refused("Initiative has no such operation")
        check(known, params)
        if operation in WITHOUT_SESSION:
            return self._exchange(self._url(self._secret(False)), known, params)
        if "element" in params:
            params["element"] = self._checked(params["elementType"], params["element"])
        if operation == "update":
            params["element"] = self._whole(params["elementType"], params["element"])
        return self._sessions.run(
            lambda session: self._exchange(
                session.url, known, {"sessionName": session.name, **params}
            )
        )

    def create(self, module: str, element: Mapping[str, Any], **attachment: str) -> Values:
        """Make a record; gives it whole. `attachment`: the further parameters of a Document.

        Raises Doubtful, an Unknown, for an error that may have come after the record was written.
        """
        made = self.call("create", elementType=module, element=dict(element), **attachment)
        if not isinstance(made, dict) or not made.get("id"):
            raise Unknown("create was answered without an id")
        return made

    def query(self, select: Select) -> list[Values]:
        """The rows of one query, at most 100."""
        rows: list[Values] = self.call("query", query=str(select))
        return rows

    def rows(self, select: Select) -> Iterator[Values]:
        """All rows in the order of their ids, fetched by the hundred as they are needed.

        Only an empty page is the last: rows that the user may not read are left out of a page
        after it was counted (vtiger 6.0 source, VtigerModuleOperation.php).
        """
        page = self.query(select.page())
        while page:
            yield from page
            page = self.query(select.page(after=page[-1]["id"]))

    def describe(self, module: str) -> Module:
        """The module's fields, asked for once and kept."""
        with self._describing:
            if module not in self._modules:
                self._modules[module] = self._ask_for(module)
            return self._modules[module]

    @property
    def user_id(self) -> str:
        """The id of the user who is logged in, e.g. 19x1."""
        if not self._user_id:
            self._sessions.run(lambda _: None)
        return self._user_id

    def forget_sessions(self) -> None:
        """Let the next call log in. Without logout, which the document doesn't have and vtiger 8.2
        answers with an empty 500; the server removes idle sessions by itself."""
        self._sessions.forget()

    # -- elements -------------------------------------------------------------------------

    def _ask_for(self, module: str) -> Module:
        return Module.read(self.call("describe", elementType=module))

    def _checked(self, module: str, element: Mapping[str, Any]) -> dict[str, str]:
        if element.keys() - self.describe(module).fields.keys():
            with self._describing:  # a field may have been added since we asked
                self._modules[module] = self._ask_for(module)
        return self.describe(module).check(element)

    def _whole(self, module: str, changes: Values) -> Values:
        """The record with the changes in it: vtiger 6.0 blanks the fields that are left out."""
        if not changes.get("id"):
            raise Refused("update.element needs id")
        record: Values = self.call("retrieve", id=changes["id"])
        known = self.describe(module).fields
        return {name: record[name] for name in record if name in known} | changes

    # -- the wire -------------------------------------------------------------------------

    def _exchange(self, url: str, operation: Operation, params: Mapping[str, Any]) -> Any:
        method, place = ("POST", "data") if operation.name in POSTED else ("GET", "params")
        form = {"operation": operation.name} | {k: _wire(value) for k, value in params.items()}
        writes = operation.writes
        response = http.send(self._client, method, url, writes=writes, **{place: form})
        body = http.json_object(response, writes=writes)
        error = body.get("error")
        if body.get("success") is True:
            return body.get("result")
        if body.get("success") is False and isinstance(error, dict):
            # The code may be the integer 0 (observed on vtiger 8.2).
            raise verdict(error.get("code", ""), str(error.get("message", "")), writes=writes)
        raise http.lost("the answer holds no verdict", writes=writes, words=http.excerpt(response))

    def _log_in(self) -> Session:
        """Once more with the secret read afresh: it may have been changed, and a login elsewhere
        may have replaced our challenge."""
        try:
            return self._log_in_with(self._secret(False))
        except Misconfigured:
            return self._log_in_with(self._secret(True))

    def _log_in_with(self, secret: Secret) -> Session:
        url, username, key = (
            self._url(secret),
            _need(secret, "username"),
            _need(secret, "access_key"),
        )
        try:
            challenge = self._exchange(url, OPERATIONS["getchallenge"], {"username": username})
            digest = hashlib.md5(f"{challenge['token']}{key}".encode(), usedforsecurity=False)
            credentials = {"username": username, "accessKey": digest.hexdigest()}
            login = self._exchange(url, OPERATIONS["login"], credentials)
            session = Session(url, login["sessionName"], login["userId"])
        except (SessionLost, Refused) as error:
            # No lead is at fault yet: a wrong URL, a user unknown or inactive.
            raise Misconfigured(f"login: {error}", words=error.words) from error
        except (KeyError, TypeError) as error:
            raise Misconfigured("login: the server doesn't speak vtiger's protocol") from error
        self._user_id = session.user_id
        return session

    @staticmethod
    def _url(secret: Secret) -> str:
        """The entry point, API v1.1, p. 3; a `base_url` that names a script is one already."""
        base = _need(secret, "base_url").rstrip("/")
        return base if base.endswith(".php") else f"{base}/wstiger.php"


def _wire(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _need(secret: Secret, key: str) -> str:
    value = secret.get(key)
    if not isinstance(value, str) or not value:
        raise Misconfigured(f"the secret has no {key}")
    return value
