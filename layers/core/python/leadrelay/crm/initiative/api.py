"""Initiative's API v1.1 over one HTTP client: a checked `call`, and methods for our own use."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

import httpx

from leadrelay.crm.base import Secret
from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.initiative.login import Login
from leadrelay.crm.initiative.operations import OPERATIONS, WITHOUT_SESSION
from leadrelay.crm.initiative.vtql import Select
from leadrelay.crm.initiative.wire import entry_point, exchange, zone_by
from leadrelay.crm.operations import check
from leadrelay.crm.remembered import Remembered
from leadrelay.errors import Refused, Unknown

# What tells a user (vtiger 6.0's fields of Users).
_OF_USERS = ("user_name", "email1", "first_name", "last_name", "phone_crm_extension", "phone_work")

type Values = dict[str, str]
"""A record: every value is a string, also numbers, booleans ("1", "0") and ids ("10x3")."""


class Api:
    """One account. Safe to use from several threads. Logs in by itself, see `Login`."""

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        self._client = client
        self._secret = secret
        self._login = Login(client, secret)
        self._modules: dict[str, Module] = {}
        self.zone: tzinfo | None = None
        """Of the database, as far as an answer has told."""
        self.is_narrow = False
        """Whether an answer has shown that the database loses characters of four bytes."""
        self._describing = threading.Lock()
        self._users = Remembered(lambda _: self._ask_for_users())

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
            return exchange(self._client, entry_point(self._secret(False)), known, params)
        if "element" in params:
            params["element"] = self._checked(params["elementType"], params["element"])
        if operation == "update":
            params["element"] = self._whole(params["elementType"], params["element"])
        return self._login.run(
            lambda session: exchange(
                self._client, session.url, known, {"sessionName": session.name, **params}
            )
        )

    def create(self, module: str, element: Mapping[str, Any], **attachment: str) -> Values:
        """Make a record; gives it whole. `attachment`: the further parameters of a Document.

        Raises Doubtful, an Unknown, for an error that may have come after the record was written.
        """
        made = self.call("create", elementType=module, element=dict(element), **attachment)
        if not isinstance(made, dict) or not made.get("id"):
            raise Unknown("create was answered without an id")
        self.zone = zone_by(str(made.get("createdtime", "")), datetime.now(UTC)) or self.zone
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

    def users(self) -> list[tuple[str, list[str]]]:
        """Ids of users, and what tells each; as known for a while. None if we may not see them."""
        return self._users("") or []

    @property
    def user_id(self) -> str:
        """The id of the user who is logged in, e.g. 19x1."""
        return self._login.user_id

    def forget_sessions(self) -> None:
        """Let the next call log in. Without logout, which the document doesn't have and vtiger 8.2
        answers with an empty 500; the server removes idle sessions by itself."""
        self._login.forget()

    # -- elements -------------------------------------------------------------------------

    def _ask_for(self, module: str) -> Module:
        return Module.read(self.call("describe", elementType=module))

    def _ask_for_users(self) -> list[tuple[str, list[str]]] | None:
        try:
            known = self.describe("Users").fields
            columns = [name for name in _OF_USERS if name in known]
            rows = [*self.rows(Select("Users", columns))]
        except Refused:
            return None
        told = [[row.get(name, "") for name in columns] for row in rows]
        names = [f"{row.get('first_name')} {row.get('last_name')}" for row in rows]
        return [(row["id"], [*one, name]) for row, one, name in zip(rows, told, names, strict=True)]

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
