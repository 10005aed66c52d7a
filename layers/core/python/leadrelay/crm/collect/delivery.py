"""Brings leads into Collect!: as debtors, as events on debtors that are there, with their files."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import PurePath
from typing import ClassVar

import httpx
from pydantic import BaseModel

from leadrelay.crm.base import Advice, Caller, Receipt, Secret, Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.collect import debtor
from leadrelay.crm.collect.api import CollectApi, rows
from leadrelay.crm.collect.debtor import CollectOptions
from leadrelay.crm.collect.operations import OPERATIONS
from leadrelay.crm.mapping import note
from leadrelay.errors import Misconfigured, Refused
from leadrelay.lead import Attachment, Kind, Lead

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')  # in a file name on Windows, where Collect! runs


class Collect:
    """One Collect! database; the contract is `crm.base.Crm`.

    A plain lead is one `create`. An event, each file (a note that no column takes is one) and a
    contact plan are further steps.
    """

    Options: ClassVar[type[BaseModel]] = CollectOptions
    operations = OPERATIONS
    secret_keys = (frozenset({"base_url", "op_id", "op_password"}),)

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],
    ) -> None:
        del remember  # Collect! never changes what is in its secret
        self.api = CollectApi(client, secret)
        self._secret = secret
        self._columns: dict[str, bool] = {}

    def create(
        self,
        lead: Lead,
        options: CollectOptions,
        steps: Steps,
        read_file: Callable[[Attachment], bytes],
    ) -> Receipt:
        """Make the debtor or find the known one, then take the further steps.

        Raises Retryable, Unknown, Refused, Misconfigured.
        """
        row = self._row(lead, options)
        known = self._known_once(lead, options, steps)
        created = False

        def make() -> str:
            nonlocal created
            rowid = self.api.create("debtor", row.columns)
            created = True
            return rowid

        rowid = known or steps.once("debtor", make, lambda: self._ours(lead, options))
        if known or lead.call:
            telling = Telling(lead, steps)
            values = debtor.event(lead, options, rowid)
            make_event = partial(self.api.create, "contact", values)
            event = telling.record("event", make_event, lambda: self._event(lead, rowid))
            telling.bring(partial(self._tell_more, lead, options, rowid, event))
        text = note(lead, ()) if known else row.note
        for step, name, content in _files(lead, text, read_file):
            # Nothing lists a debtor's files. But the name holds the reference, and an upload
            # takes the place of a file of the same name: twice is once, so no look is needed.
            steps.once(step, partial(self._upload, rowid, name, content), lambda: None)
        if options.plan:
            steps.once("plan", partial(self._run_plan, options.plan, rowid))
        return Receipt(rowid, created=created)

    def _tell_more(self, lead: Lead, options: CollectOptions, rowid: str, event: str) -> str:
        """How a call went on: in short in its event, in full in the lead's text file, which takes
        the place of an older one. The debtor's own note is left to those who write there."""
        changes = debtor.event_changes(lead, options, rowid)
        self.api.call("update", record="contact", rowid=event, data=changes)
        return self.api.upload(rowid, _note_name(lead), note(lead, ()).encode())

    def caller(self, number: str) -> Caller | None:
        """The newest account with the number, in the columns that have one by default."""
        options = CollectOptions()
        rowid = self._newest(debtor.phone_traces(number, options), options)
        if not rowid:
            return None
        found = self.api.call("read", record="debtor", rowid=rowid, fields="de_name")
        last, _, first = str(next(iter(rows(found)), {}).get("de_name") or "").partition(", ")
        return Caller(f"{first} {last}".strip())

    def find(self, lead: Lead, options: CollectOptions) -> Receipt | None:
        """The debtor that holds the lead's reference; else, where the lead may have become an
        event, the debtor known by e-mail or telephone who has that event."""
        rowid = self._ours(lead, options)
        if not rowid and debtor.joins(lead.kind, options):
            known = self._known(lead, options)
            rowid = known if known and self._event(lead, known) else None
        return Receipt(rowid, created=False) if rowid else None

    def check(self) -> str:
        """Log in; the operator, the database, the client if one is set (it has to exist), and
        where notes go by default."""
        operator = self.api.login()
        secret = self._secret(False)
        facts = [
            f"{operator.get('op_id')} ({operator.get('op_name')})",
            f"database {secret.get('database') or '(the only one)'}",
        ]
        if client := secret.get("client_rowid"):
            facts.append(f"client {self._client_name(str(client))}")
        column = CollectOptions().note_column
        facts.append(f"notes in {column}" if self._has(column) else "notes as files")
        return ", ".join(facts)

    def advise(self, kind: Kind, options: CollectOptions) -> list[Advice]:
        return [*self._advise(kind, options)]

    def _advise(self, kind: Kind, options: CollectOptions) -> Iterator[Advice]:
        for key, column in debtor.columns_used(kind, options):
            if column and not self._has(column):
                yield Advice(key, f"the database has no column {column} that we may read")
        if options.client_rowid:
            try:
                self._client_name(str(options.client_rowid))
            except Misconfigured:
                lists = "`leadrelay crm collect read client fields=cl_rowid,cl_name` lists them"
                yield Advice("client_rowid", f"there is no client {options.client_rowid}; {lists}")
        plans = self._plans() if options.plan else []
        if plans and options.plan not in plans:
            yield Advice.unlisted("plan", options.plan, plans)

    def _plans(self) -> list[str]:
        """The codes of the contact plans, none if the operator may not see them."""
        try:
            found = self.api.call("read", record="contact_plan", fields="cp_code")
        except Refused:
            return []
        return [str(row["cp_code"]) for row in rows(found) if row.get("cp_code")]

    def _client_name(self, rowid: str) -> str:
        try:
            found = rows(self.api.call("read", record="client", rowid=rowid))
        except Refused as refusal:
            raise Misconfigured("client_rowid can't be read", words=refusal.words) from refusal
        if not found:
            raise Misconfigured("client_rowid in the secret is no client")
        return str(found[0].get("cl_name") or rowid)

    def _row(self, lead: Lead, options: CollectOptions) -> debtor.Debtor:
        """The lead's row; its note becomes a file if the database lacks the column for it."""
        if not self._has(options.note_column):
            options = options.model_copy(update={"note_column": ""})
        return debtor.debtor(lead, options, self._secret(False).get("client_rowid"))

    def _has(self, column: str) -> bool:
        """Whether debtors, or events (co_…), have this column; asked once, "" never."""
        if column and column not in self._columns:
            record = "contact" if column.startswith("co_") else "debtor"
            fields = f"{record[:2]}_rowid,{column}"
            try:
                found = rows(self.api.call("read", record=record, fields=fields, limit=1))
                self._columns[column] = all(column in row for row in found)
            except Refused:
                self._columns[column] = False
        return bool(column) and self._columns[column]

    def _ours(self, lead: Lead, options: CollectOptions) -> str | None:
        column, operator = options.ref_column, options.lookup_operator
        found = self.api.lookup("debtor", column, [lead.ref], rowid="de_rowid", operator=operator)
        return found[0] if found else None

    def _known_once(self, lead: Lead, options: CollectOptions, steps: Steps) -> str:
        """The known debtor's rowid, else "". A step although it writes nothing: asked again
        after our own debtor was made, it would find that one."""
        if not debtor.joins(lead.kind, options):
            return ""
        return steps.once("known", lambda: self._known(lead, options), lambda: None)

    def _known(self, lead: Lead, options: CollectOptions) -> str:
        return self._newest(debtor.traces(lead, options), options)

    def _newest(self, traces: Iterable[tuple[str, list[str]]], options: CollectOptions) -> str:
        """The newest account by the first trace that leads to any, else ""."""
        operator = options.lookup_operator
        for column, values in traces:
            if found := self.api.lookup(
                "debtor", column, values, rowid="de_rowid", operator=operator
            ):
                return max(found, key=int)
        return ""

    def _event(self, lead: Lead, rowid: str) -> str | None:
        """The event made from this lead. Asked for below its debtor, because nothing attests a
        filter that finds a part of a text."""
        below = self.api.call("subrecords", record="debtor", rowid=rowid, subrecord="contact")
        for row in rows(below):
            if str(row.get("co_description")).startswith(f"{lead.ref} "):
                return str(row.get("co_rowid", ""))
        return None

    def _upload(self, rowid: str, name: str, content: Callable[[], bytes]) -> str:
        return self.api.upload(rowid, name, content())

    def _run_plan(self, plan: str, rowid: str) -> str:
        self.api.call("runplan", plan=plan, debtor=int(rowid))
        return plan


def _files(
    lead: Lead, text: str, read_file: Callable[[Attachment], bytes]
) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """The step, name and content of each file to upload."""
    if text:
        yield "note", _note_name(lead), text.encode
    attachments = filter(None, (lead.resume, *lead.attachments))
    for number, attachment in enumerate(attachments, 1):
        path = PurePath(_UNSAFE.sub("_", attachment.filename))
        name = f"{lead.ref}-{number}-{path.stem[:80]}{path.suffix[:20]}"
        yield f"file {attachment.sha256[:12]}", name, partial(read_file, attachment)


def _note_name(lead: Lead) -> str:
    return f"lead-{lead.ref}.txt"
