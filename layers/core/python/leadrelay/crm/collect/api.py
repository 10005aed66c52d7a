"""Collect!'s REST API: one checked `call` for every operation, and what deliveries need of it."""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.crm.collect.filters import condition
from leadrelay.crm.collect.operations import ROUTES, checked
from leadrelay.crm.collect.session import Session, Sessions, failure
from leadrelay.errors import Misconfigured, Refused, Unknown

FULL_LOGIC = 4
"""`business-logic` of a blind submission: defaults before, follow-up after the insert."""

_PLACEHOLDER = re.compile(r"/\{(\w+)\}")
_PHONE_MARKS = re.compile(r"[\s()+-]")


class CollectApi:
    """One database of one Collect! server. Safe to use from several threads."""

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        self._client = client
        self._sessions = Sessions(client, secret)
        self.secret = secret

    def call(self, operation: str, /, **params: Any) -> Any:
        """Do one of `OPERATIONS`; the JSON of its answer, {} where there is none.

        Raises Refused before anything is sent when the parameters are wrong, else what
        `Operation.raises` says.
        """
        writes = checked(operation, params).writes
        if operation == "login":
            return {"nx_operator": self.login()}
        if operation == "upload":
            return _json(self._send("POST", "collect/app/upload", writes=True, **_parts(params)))
        if operation == "create":
            params.setdefault("business-logic", FULL_LOGIC)
        method, path = ROUTES[operation]
        in_path = _PLACEHOLDER.findall(path)
        path = _PLACEHOLDER.sub(lambda match: _segment(params.get(match[1])), path)
        rest = {name: value for name, value in params.items() if name not in in_path}
        if operation == "download":
            return _content(self._send(method, f"{path}?{_query(rest)}", writes=False, file=True))
        if method == "GET":
            path = f"{path}?{_query(rest)}" if rest else path
            return _json(self._send(method, path, writes=writes), writes=writes)
        return _json(self._send(method, path, writes=writes, json=rest or None), writes=writes)

    def login(self) -> dict[str, Any]:
        """Log in anew, for all threads; the operator's record."""
        return dict(self._sessions.renew().operator)

    # -- what deliveries use ----------------------------------------------------------------

    def create(self, record: str, columns: Mapping[str, str]) -> str:
        """Make a record with full business logic; its rowid."""
        answer = self.call("create", record=record, data=dict(columns))
        rowid = next((str(row.get(_id_column(answer, row))) for row in rows(answer)), "")
        if not rowid.isdecimal():
            raise Unknown(f"the answer names no rowid for the new {record}")
        return rowid

    def lookup(
        self, record: str, column: str, values: Sequence[str], *, rowid: str, operator: str = "in"
    ) -> list[str]:
        """The rowids (from the column `rowid`) of up to 100 records, whose `column` is one of
        `values`; compared without regard to case and the marks in telephone numbers.

        Raises Misconfigured when Collect! answers with records that weren't asked for: it did
        not understand the filter, so a record that is there might be missed.
        """
        wanted = {_normal(value) for value in values}
        found: list[str] = []
        for part in [values] if operator == "in" else [[value] for value in values]:
            answered = rows(
                self.call(
                    "read",
                    record=record,
                    filter=condition(column, operator, *part),
                    fields=f"{rowid},{column}",
                    limit=100,
                )
            )
            if any(_normal(row.get(column)) not in wanted for row in answered):
                raise Misconfigured(f"the filter {column}__{operator} finds other records too")
            found += [str(row[rowid]) for row in answered if str(row.get(rowid)).isdecimal()]
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

    # -- requests ---------------------------------------------------------------------------

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send with the token; when that is refused, once more with a new one. A refused token
        means that nothing was done, so this holds for writes too."""
        session = self._sessions.current()
        try:
            return self._send_as(session, method, path, **request)
        except Misconfigured:
            session = self._sessions.renew(session)
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


def rows(answer: Any) -> list[Mapping[str, Any]]:
    """The records of an answer. The pages print `data` as one object even for a list read;
    public code takes it as a list."""
    found = answer.get("data") if isinstance(answer, Mapping) else None
    candidates = found if isinstance(found, list) else [found]
    return [row for row in candidates if row and isinstance(row, Mapping)]


def _id_column(answer: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """`type` names it; should a create's answer, which no page shows, lack it: the naming does."""
    named = answer.get("type")
    if isinstance(named, Mapping) and named.get("rowId"):
        return str(named["rowId"])
    return next((column for column in row if column.endswith("_rowid")), "")


def _json(response: httpx.Response, *, writes: bool = True) -> Any:
    if not response.content.strip():  # runplan answers nothing at all
        return {}
    try:
        return response.json()
    except ValueError as error:
        words = http.excerpt(response)
        raise http.lost("the answer is not JSON", writes=writes, words=words) from error


def _content(response: httpx.Response) -> dict[str, str]:
    return {
        "media_type": response.headers.get("content-type", ""),
        "content": base64.b64encode(response.content).decode(),
    }


def _parts(params: Mapping[str, Any]) -> dict[str, Any]:
    """The two parts of an upload, `json` first ("File Upload" page): hence a list."""
    target = {params["record"]: params["rowid"], "overwrite": params.get("overwrite", "no")}
    content = base64.b64decode(params["content"])
    return {
        "files": [("json", (None, json.dumps(target))), ("file", (params["filename"], content))]
    }


def _segment(value: str | None) -> str:
    if value is None:
        return ""
    if not re.fullmatch(r"[\w-]+", value):
        raise Refused("a table, rowid or form id holds letters, digits, _ and - only")
    return f"/{quote(value)}"


def _query(params: Mapping[str, Any]) -> str:
    """As the pages print it: brackets, quotes, commas and = as they are, the rest encoded."""
    return urlencode(params, quote_via=quote, safe="=,()'")


def _normal(value: Any) -> str:
    return _PHONE_MARKS.sub("", "" if value is None else str(value)).casefold()
