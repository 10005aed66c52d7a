"""Brings leads into Collect!: as debtors, as events on debtors that are there, with their files."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

import httpx

from leadrelay.crm import details
from leadrelay.crm.base import Advice, Caller, ReadFile, Receipt, Secret, Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.collect import find, payload
from leadrelay.crm.collect.advice import advise
from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.callers import caller
from leadrelay.crm.collect.files import note_name, uploads
from leadrelay.crm.collect.home import Home
from leadrelay.crm.collect.login import SECRET_KEYS
from leadrelay.crm.collect.operations import OPERATIONS
from leadrelay.crm.collect.options import Options as _Options
from leadrelay.crm.identity import Person
from leadrelay.crm.mapping import note
from leadrelay.crm.refusals import anew, first_accepted
from leadrelay.errors import Refused
from leadrelay.lead import Kind, Lead


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

    def create(self, lead: Lead, options: _Options, steps: Steps, read_file: ReadFile) -> Receipt:
        """Make the debtor or find the known one, then take the further steps.

        Raises Retryable, Unknown, Refused, Misconfigured.
        """
        home = self._known(lead, options, steps) or self._made(lead, options, steps)
        if home.is_known or lead.call:
            self._tell(lead, options, steps, home.rowid)
        files = details.files(lead, options.style, read_file)
        for step, name, content in uploads(lead, home.text, *files):
            # Nothing lists a debtor's files. But the name says what is in it, and an upload takes
            # the place of a file of the same name: twice is once, so no look is needed.
            steps.once(step, partial(self._upload, home.rowid, name, content), lambda: None)
        if options.plan:
            steps.once("plan", partial(self._run_plan, options.plan, home.rowid))
        return Receipt(home.rowid, created=home.is_new, link=options.link(home.rowid))

    def _known(self, lead: Lead, options: _Options, steps: Steps) -> Home | None:
        """The account of somebody known. A step although it writes nothing: asked again after
        our own debtor was made, it would find that one."""
        if not _joins(lead, options, steps):
            return None
        rowid = steps.once("known", lambda: find.known(self.api, lead, options), lambda: None)
        return Home(rowid, note(lead, options.style), is_known=True) if rowid else None

    def _made(self, lead: Lead, options: _Options, steps: Steps) -> Home:
        """An account of the lead's own. The step remembers its rowid, and "text" behind it if
        the row doesn't hold all that the lead says."""
        full = self._row(lead, options)
        is_new = False

        def told(rowid: str, *, is_whole: bool) -> str:
            return f"{rowid} {'' if is_whole and not full.note else 'text'}"

        def insert(row: payload.Debtor) -> str:
            nonlocal is_new
            made = self.api.create("debtor", row.columns)
            is_new = True
            return told(
                made.rowid, is_whole=row is full and payload.is_kept(full.columns, made.row)
            )

        def look() -> str | None:
            rowid = find.ours(self.api, lead, options)
            if not rowid:
                return None
            row = find.row(self.api, rowid)
            is_whole = full.columns.keys() <= row.keys() and payload.is_kept(full.columns, row)
            return told(rowid, is_whole=is_whole)

        def insert_plain() -> str:
            return insert(self._row(lead, payload.plain(options)))

        def act() -> str:
            return first_accepted(look, partial(insert, full), insert_plain)

        rowid, _, text = steps.once("debtor", act, look).partition(" ")
        return Home(rowid, note(lead, options.style) if text else full.note, is_new=is_new)

    def _tell(self, lead: Lead, options: _Options, steps: Steps, rowid: str) -> None:
        """The lead's event on the account; of a call that goes on, what it came to."""
        telling = Telling(lead, steps)
        forms = [payload.event(lead, form, rowid) for form in (options, payload.plain(options))]

        def look() -> str | None:
            return find.event(self.api, lead, rowid)

        def act() -> str:
            return first_accepted(look, *(partial(self._schedule, values) for values in forms))

        event = telling.record("event", act, look)

        def another() -> str | None:
            return found if (found := look()) != event else None

        def news() -> str:
            try:
                self._change(lead, options, rowid, event)
            except Refused as refusal:  # somebody may have deleted it
                again = steps.once("event anew", partial(anew, refusal, look, act), another)
                self._change(lead, options, rowid, again)
            # In full in the lead's text file, which takes the place of an older one. The debtor's
            # own note is left to those who write there.
            return self.api.upload(rowid, note_name(lead), note(lead, options.style).encode())

        telling.bring(news)

    def _schedule(self, values: Mapping[str, str]) -> str:
        return self.api.create("contact", values).rowid

    def _change(self, lead: Lead, options: _Options, rowid: str, event: str) -> None:
        """How a call went on, in short."""
        changes = payload.event_changes(lead, options, rowid)
        self.api.call("update", record="contact", rowid=event, data=changes)

    def caller(self, number: str) -> Caller | None:
        return caller(self.api, number)

    def find(self, lead: Lead, options: _Options) -> Receipt | None:
        """The debtor that holds the lead's reference; else, where the lead may have become an
        event, the debtor with that event, among those with its e-mail address or number."""
        rowid = find.ours(self.api, lead, options)
        if not rowid and options.joins(lead.kind):
            holders = find.accounts(self.api, Person.of(lead), options)
            rowids = (rowid for _, rowid in holders if find.event(self.api, lead, rowid))
            rowid = next(rowids, None)
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

    def _upload(self, rowid: str, name: str, content: Callable[[], bytes]) -> str:
        return self.api.upload(rowid, name, content())

    def _run_plan(self, plan: str, rowid: str) -> str:
        self.api.call("runplan", plan=plan, debtor=int(rowid))
        return plan


def _joins(lead: Lead, options: _Options, steps: Steps) -> bool:
    """Whether the account of somebody known is looked for, as it was when we began to write."""
    if steps.begun("debtor") is None and steps.begun("event") is None:
        return options.joins(lead.kind)
    return steps.begun("known") is not None
