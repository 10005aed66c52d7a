"""Collect!'s REST API: one checked `call` for every operation, and what deliveries need of it."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.crm.collect.filters import condition
from leadrelay.crm.collect.login import Login, Session, failure
from leadrelay.crm.collect.operations import ROUTES, checked
from leadrelay.crm.collect.wire import (
    as_file,
    as_json,
    folded,
    id_column,
    query,
    rowid_of,
    rows,
    segment,
    upload_parts,
)
from leadrelay.crm.remembered import Remembered
from leadrelay.errors import Misconfigured, Refused, Unknown

FULL_LOGIC = 4
"""`business-logic` of a blind submission: defaults before, follow-up after the insert."""

MOST_FOUND = 100

_PLACEHOLDER = re.compile(r"/\{(\w+)\}")


class Made(NamedTuple):
    """A record that was made, and its row as it is kept, as far as the answer shows it."""

    rowid: str
    row: Mapping[str, Any]


class Api:
    """One database of one Collect! server. Safe to use from several threads."""

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        self._client = client
        self._login = Login(client, secret)
        self.secret = secret
        self._has = Remembered(self._ask_for_column)

    def call(self, operation: str, /, **params: Any) -> Any:
        """Do one of `OPERATIONS`; the JSON of its answer, {} where there is none.

        Raises Refused before anything is sent when the parameters are wrong, else what
        `Operation.raises` says.
        """
        writes = checked(operation, params).writes
        if operation == "login":
            return {"nx_operator": self.login()}
        if operation == "upload":
            parts = upload_parts(params)
            answer = self._send("POST", "collect/app/upload", writes=True, **parts)
            return as_json(answer, may_be_blank=False)
        if operation == "create":
            params.setdefault("business-logic", FULL_LOGIC)
        method, path = ROUTES[operation]
        in_path = _PLACEHOLDER.findall(path)
        path = _PLACEHOLDER.sub(lambda match: segment(params.get(match[1])), path)
        rest = {name: value for name, value in params.items() if name not in in_path}
        if operation == "download":
            return as_file(self._send(method, f"{path}?{query(rest)}", writes=False, file=True))
        if method == "GET":
            path = f"{path}?{query(rest)}" if rest else path
            return as_json(self._send(method, path, writes=writes), writes=writes)
        # Where a record is made there is no other to be missing, but for the whole API.
        one_url = operation == "create"
        answer = self._send(method, path, writes=writes, json=rest or None, one_url=one_url)
        return as_json(answer, writes=writes)

    def login(self) -> dict[str, Any]:
        """Log in anew, for all threads; the operator's record."""
        return dict(self._login.renew().operator)

    # -- what deliveries use ----------------------------------------------------------------

    def create(self, record: str, columns: Mapping[str, str]) -> Made:
        """Make a record with full business logic."""
        answer = self.call("create", record=record, data=dict(columns))
        for row in rows(answer):
            if (rowid := str(row.get(id_column(answer, row)))).isdecimal():
                return Made(rowid, row)
        raise Unknown(f"the answer names no rowid for the new {record}")

    def lookup(
        self, record: str, column: str, values: Sequence[str], *fields: str, operator: str = "in"
    ) -> list[Mapping[str, Any]]:
        """Up to `MOST_FOUND` records for each value, or for all with the operator `in`, whose
        `column` is one of `values`; compared without regard to case, accents and the marks in
        telephone numbers. They have their rowid, the column and `fields`.

        Raises Misconfigured when Collect! answers with records that weren't asked for: it did
        not understand the filter, so a record that is there might be missed.
        """
        wanted = {folded(value) for value in values}
        shown = dict.fromkeys((rowid_of(record), column, *fields))
        found: list[Mapping[str, Any]] = []
        for part in [values] if operator == "in" else [[value] for value in values]:
            answered = rows(
                self.call(
                    "read",
                    record=record,
                    filter=condition(column, operator, *part),
                    fields=",".join(shown),
                    limit=MOST_FOUND,
                )
            )
            if any(folded(row.get(column)) not in wanted for row in answered):
                raise Misconfigured(f"the filter {column}__{operator} finds other records too")
            found += [row for row in answered if str(row.get(rowid_of(record))).isdecimal()]
        return found

    def upload(self, debtor: str, filename: str, content: bytes) -> str:
        """Attach a file to a debtor, in place of one with the same name; its name there."""
        answer = self.call(
            "upload",
            record="debtor",
            rowid=int(debtor),
            filename=filename,
            content=base64.b64encode(content).decode(),
            overwrite="yes",
        )
        return str(answer.get("fileName") or filename) if isinstance(answer, dict) else filename

    def has(self, column: str) -> bool:
        """Whether debtors, or events (co_…), have this column, as known for a while; "" never."""
        return bool(column and self._has(column))

    def client_name(self, rowid: str) -> str:
        """The name of a client. Raises Misconfigured if there is none."""
        try:
            found = rows(self.call("read", record="client", rowid=rowid))
        except Refused as refusal:
            raise Misconfigured("client_rowid can't be read", words=refusal.words) from refusal
        if not found:
            raise Misconfigured("client_rowid in the secret is no client")
        return str(found[0].get("cl_name") or rowid)

    def _ask_for_column(self, column: str) -> bool | None:
        record = "contact" if column.startswith("co_") else "debtor"
        fields = f"{rowid_of(record)},{column}"
        try:
            found = rows(self.call("read", record=record, fields=fields, limit=1))
        except Refused:  # there is none, or something on the way took offence
            return None
        return all(column in row for row in found)

    # -- requests ---------------------------------------------------------------------------

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send with the token; when that is refused, once more with a new one. A refused token
        means that nothing was done, so this holds for writes too."""
        session = self._login.current()
        try:
            return self._send_as(session, method, path, **request)
        except Misconfigured:
            session = self._login.renew(session)
        return self._send_as(session, method, path, **request)

    def _send_as(
        self,
        session: Session,
        method: str,
        path: str,
        *,
        writes: bool,
        file: bool = False,
        **request: Any,
    ) -> httpx.Response:
        url = f"{session.url}/{path}"
        headers = session.headers
        response = http.send(self._client, method, url, writes=writes, headers=headers, **request)
        error = None if file else failure(response, writes=writes)
        if error:
            raise error
        return response
