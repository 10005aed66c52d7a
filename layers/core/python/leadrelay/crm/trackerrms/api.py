"""The TrackerRMS Widget API (v1.11 and the lessons of academy.tracker-rms.com): every operation.

All operations share one envelope, so there is one `call`, checked against the table OPERATIONS;
typed methods exist only for what the delivery of leads asks for.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from leadrelay.crm.base import Secret
from leadrelay.crm.http import json_object, send
from leadrelay.crm.operations import Operation, check
from leadrelay.crm.remembered import Remembered
from leadrelay.crm.trackerrms.login import Account, Login
from leadrelay.crm.trackerrms.operations import OPERATIONS, TAKES_API_KEY
from leadrelay.crm.trackerrms.wire import (
    CheckedPerson,
    Made,
    Record,
    id_of,
    link_to_record,
    read_record,
    read_reply,
    status,
)
from leadrelay.errors import Misconfigured, Refused, Retryable

PAGE = 100  # records a page, as in the vendor's sample

# The documented body of getSettingsData holds checkPerson, and code in use sends it so.
_BODY_KEYS = {"getSettingsData": "checkPerson"}

# Undocumented, but code in use sends HTTP Basic with these, so a refusal may mean just that.
_MAY_WANT_BASIC = frozenset({"createActivity", "resourceApplication", "getSettingsData"})


class Api:
    """One TrackerRMS account. Safe to use from several threads."""

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],
    ) -> None:
        self._client = client
        self._login = Login(client, secret, remember)
        self._listed = Remembered(lambda _: self._read_settings())

    def call(self, operation: str, /, **params: Any) -> dict[str, Any]:
        """Call an operation; `params` are what stands beside the credentials (lead=…, file=…).

        Returns the whole answer, whose "status" is 0, or 3 for "record found and cannot be
        overwritten". Raises Refused also for what isn't in the table, before anything is sent;
        Retryable; Unknown for a write; Misconfigured once freshly read credentials fail too.
        """
        known = OPERATIONS.get(operation)
        if known is None:
            raise Refused(f"TrackerRMS has no operation {operation}")
        check(known, params)
        account = self._login.account()
        try:
            return self._ask(known, account, params)
        except Misconfigured:
            return self._ask(known, self._login.renewed(account), params, again=True)

    def may(self, operation: str) -> bool:
        """Whether the credentials are of a kind that the operation is documented for."""
        return _takes(operation, self._login.account())

    def settings(self, listed: str) -> list[Mapping[str, Any]]:
        """One of getSettingsData's lists, as known for a while; nothing where the credentials may
        not ask for it, or nobody answers."""
        try:
            return [item for item in self.all_settings().get(listed) or () if item]
        except Retryable:
            return []

    def all_settings(self) -> Mapping[str, Any]:
        """getSettingsData's answer; {} where the credentials may not ask for it."""
        return self._listed("") or {}

    def check_logon(self) -> Account:
        """Log in; as whom and where."""
        self.call("checkLogon")
        return self._login.account()

    def create(self, operation: str, /, **params: Any) -> Made:
        """One of the create operations."""
        answer = self.call(operation, **params)
        return Made(
            record_id=id_of(answer.get("recordId")),
            existed=status(answer) == 3,
            words=str(answer.get("message") or ""),
        )

    def records(self, record_type: str, text: str) -> Iterator[Record]:
        """Everybody's records of a type by text: part of the name, or a whole e-mail address."""
        seen: set[str] = set()
        page = 0
        while True:
            instructions = {
                "recordtype": record_type,
                "state": "",
                "searchtext": text,
                "onlymyrecords": False,
                "numrecords": PAGE,
                "pagenum": page,
            }
            answer = self.call("getRecords", instructions=instructions)
            found = [read_record(result) for result in answer.get("results") or []]
            fresh = [record for record in found if record.id not in seen]
            yield from fresh
            if len(found) < PAGE or not fresh:
                return
            seen |= {record.id for record in fresh}
            page += 1

    def named(self, record_type: str, record_id: str) -> str:
        """The name of a record, "" if there is none."""
        instructions = {"recordtype": record_type, "recordid": int(record_id)}
        results = self.call("getRecords", instructions=instructions).get("results") or []
        return next((one.name for one in map(read_record, results) if one.id == record_id), "")

    def whole(self, record_type: str, record_id: str) -> Mapping[str, Any]:
        """A record of a type that getIndividualRecord knows; {} if there is none."""
        instructions = {"recordtype": record_type, "recordid": int(record_id)}
        results = self.call("getIndividualRecord", instructions=instructions).get("results") or [{}]
        found: Mapping[str, Any] = results[0]
        return found

    def check_person(self, *, email: str, phone: str, may_log_in: bool = True) -> CheckedPerson:
        """Who has this e-mail address or number; without `may_log_in` Retryable where an OAuth
        token would have to be fetched first."""
        details = {"email": email, "phone": phone, "linkedin": ""}
        if may_log_in:
            answer = self.call("checkPerson", details=details)
        else:
            account = self._login.account(refresh=False)
            answer = self._ask(OPERATIONS["checkPerson"], account, {"details": details})
        return CheckedPerson(
            letters=str(answer.get("recordTypes") or ""),
            first=answer.get("firstRecord") or {},
            link=link_to_record(str(answer.get("recordLink") or "")),
        )

    def _read_settings(self) -> Mapping[str, Any] | None:
        """Without a new login, as nothing depends on it: OAuth tokens may not be good for it."""
        if not self.may("getSettingsData"):
            return {}
        try:
            return self._ask(OPERATIONS["getSettingsData"], self._login.account(), {})
        except (Misconfigured, Refused):
            return None

    def _ask(
        self,
        operation: Operation,
        account: Account,
        params: Mapping[str, Any],
        *,
        again: bool = False,
    ) -> dict[str, Any]:
        if not _takes(operation.name, account):
            raise Refused(  # of this source's leads; others may be for what a key may do
                f"{operation.name} does not take an API key: "
                "put username + password or OAuth into the secret"
            )
        if operation.name == "telephone/inboundCall":
            url = f"{account.base_url}/api/telephone/inboundCall"
            send(self._client, "GET", url, writes=False, params=params)
            return {"status": 0}  # what a GET answers is not documented
        key = _BODY_KEYS.get(operation.name, operation.name)
        answer = send(
            self._client,
            "POST",
            f"{account.base_url}/api/widget/{operation.name}",
            writes=operation.writes,
            one_url=True,
            headers=_basic(account) if again and operation.name in _MAY_WANT_BASIC else {},
            json={"trackerrms": {key: {"credentials": account.shown_to(operation.name), **params}}},
        )
        return read_reply(operation, json_object(answer, writes=operation.writes))


def _takes(operation: str, account: Account) -> bool:
    return "apikey" not in account.credentials or operation in TAKES_API_KEY


def _basic(account: Account) -> dict[str, str]:
    login = account.credentials
    if "password" not in login:
        return {}
    user = f"{login['username']}:{login['password']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(user).decode()}"}
