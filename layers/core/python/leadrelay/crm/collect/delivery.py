"""Brings leads into Collect!: as debtors, as events on debtors that are there, with their files."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath
from typing import ClassVar

import httpx

from leadrelay.crm.base import Advice, Caller, Receipt, Secret, Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.collect import find, payload
from leadrelay.crm.collect.advice import advise
from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.callers import caller
from leadrelay.crm.collect.login import SECRET_KEYS
from leadrelay.crm.collect.operations import OPERATIONS
from leadrelay.crm.collect.options import Options as _Options
from leadrelay.crm.mapping import note
from leadrelay.lead import Attachment, Kind, Lead

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')  # in a file name on Windows, where Collect! runs


class Collect:
    """One Collect! database; the contract is `crm.base.Crm`.

    A plain lead is one `create`. An event, each file (a note that no column takes is one) and a
    contact plan are further steps.
    """

    Options: ClassVar[type[_Options]] = _Options
    operations = OPERATIONS
    secret_keys = SECRET_KEYS

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],
    ) -> None:
        del remember  # Collect! never changes what is in its secret
        self.api = Api(client, secret)
        self._secret = secret

    def create(
        self,
        lead: Lead,
        options: _Options,
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

        rowid = known or steps.once("debtor", make, lambda: find.ours(self.api, lead, options))
        if known or lead.call:
            telling = Telling(lead, steps)
            values = payload.event(lead, options, rowid)
            make_event = partial(self.api.create, "contact", values)
            event = telling.record("event", make_event, lambda: find.event(self.api, lead, rowid))
            telling.bring(partial(self._tell_more, lead, options, rowid, event))
        text = note(lead, ()) if known else row.note
        for step, name, content in _files(lead, text, read_file):
            # Nothing lists a debtor's files. But the name holds the reference, and an upload
            # takes the place of a file of the same name: twice is once, so no look is needed.
            steps.once(step, partial(self._upload, rowid, name, content), lambda: None)
        if options.plan:
            steps.once("plan", partial(self._run_plan, options.plan, rowid))
        return Receipt(rowid, created=created)

    def _tell_more(self, lead: Lead, options: _Options, rowid: str, event: str) -> str:
        """How a call went on: in short in its event, in full in the lead's text file, which takes
        the place of an older one. The debtor's own note is left to those who write there."""
        changes = payload.event_changes(lead, options, rowid)
        self.api.call("update", record="contact", rowid=event, data=changes)
        return self.api.upload(rowid, _note_name(lead), note(lead, ()).encode())

    def caller(self, number: str) -> Caller | None:
        return caller(self.api, number)

    def find(self, lead: Lead, options: _Options) -> Receipt | None:
        """The debtor that holds the lead's reference; else, where the lead may have become an
        event, the debtor known by e-mail or telephone who has that event."""
        rowid = find.ours(self.api, lead, options)
        if not rowid and options.joins(lead.kind):
            known = find.known(self.api, lead, options)
            rowid = known if known and find.event(self.api, lead, known) else None
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
            facts.append(f"client {self.api.client_name(str(client))}")
        column = _Options().note_column
        facts.append(f"notes in {column}" if self.api.has(column) else "notes as files")
        return ", ".join(facts)

    def advise(self, kind: Kind, options: _Options) -> list[Advice]:
        return [*advise(self.api, kind, options)]

    def _row(self, lead: Lead, options: _Options) -> payload.Debtor:
        """The lead's row; its note becomes a file if the database lacks the column for it."""
        if not self.api.has(options.note_column):
            options = options.model_copy(update={"note_column": ""})
        return payload.debtor(lead, options, self._secret(False).get("client_rowid"))

    def _known_once(self, lead: Lead, options: _Options, steps: Steps) -> str:
        """The known debtor's rowid, else "". A step although it writes nothing: asked again
        after our own debtor was made, it would find that one."""
        if not options.joins(lead.kind):
            return ""
        return steps.once("known", lambda: find.known(self.api, lead, options), lambda: None)

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
