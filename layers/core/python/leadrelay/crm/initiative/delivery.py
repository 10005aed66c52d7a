"""A lead's way into Initiative: a record, its files as Documents, a call as an Event."""

import base64
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import ClassVar

import httpx

from leadrelay.crm import details
from leadrelay.crm.base import Advice, Caller, Findable, ReadFile, Receipt, Secret, Steps
from leadrelay.crm.identity import Person
from leadrelay.crm.initiative import callers, calls, find, payload
from leadrelay.crm.initiative.advice import advise
from leadrelay.crm.initiative.api import Api
from leadrelay.crm.initiative.login import SECRET_KEYS
from leadrelay.crm.initiative.operations import OPERATIONS
from leadrelay.crm.initiative.options import MODULES, Module
from leadrelay.crm.initiative.options import Options as _Options
from leadrelay.crm.initiative.records import Writer, Written, settled
from leadrelay.lead import Attachment, Kind, Lead


class Initiative:
    """`crm.base.Crm` for one Initiative account."""

    Options: ClassVar[type[_Options]] = _Options
    operations = OPERATIONS
    secret_keys = SECRET_KEYS

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],  # noqa: ARG002  # nothing in this secret ever changes
    ) -> None:
        self.api = Api(client, secret)
        self._secret = secret

    def create(self, lead: Lead, options: _Options, steps: Steps, read_file: ReadFile) -> Receipt:
        """One record; for a call an Event with it, for each file a Document.

        A call goes to the person whose number it is, if the CRM knows one; then `created` is
        False and the Event holds the whole lead.
        """
        options = options.of_module(self._module(lead, steps, options.module))
        writer = Writer(self.api, lead, options)
        created = False

        def make() -> str:
            nonlocal created
            if caller := self._caller(lead, options):
                return caller
            created = True
            return writer.make(options.module, writer.element(writer.sent))

        look = partial(writer.look, options.module)
        record = Written.read(steps.once("record", make, look))
        if record.unseen:
            sent = writer.element(lead)
            mend = partial(writer.mend, options.module, record.id, sent)
            steps.once("record as sent", mend, mend)
        if record.converted:
            options = options.of_module("Contacts")
        if lead.kind == "call":
            calls.log(replace(writer, options=options), steps, record.id)
        files, read_file = details.files(lead, options.style, read_file)
        for file in files:
            self._file(writer, steps, record.id, file, read_file)
        return Receipt(record.id, created=created, link=options.link(record.id))

    def caller(self, number: str) -> Caller | None:
        return callers.caller(self.api, number)

    def find(self, lead: Lead, options: _Options) -> Receipt | None:
        """By the reference alone. A record with the same e-mail or phone is the same person, but
        not this lead: taking it for the lead would lose the message. A call that went to a known
        person is found by its Event."""
        found = find.record(self.api, options.module, lead)
        if not found and options.module == "Leads":
            found = find.if_shown(self.api, "Contacts", lead)
        if not found and lead.kind == "call":
            found = self._whose_event(lead)
        return Receipt(found, created=False) if found else None

    def check(self) -> str:
        """A new login, whatever sessions there are, and listtypes with it."""
        self.api.forget_sessions()
        types = self.api.call("listtypes")["types"]
        secret = self._secret(False)
        host = httpx.URL(secret["base_url"]).host
        return f"{secret['username']} at {host}: user {self.api.user_id}, {len(types)} modules"

    def advise(self, kind: Kind, options: _Options) -> list[Advice]:
        return [*advise(self.api, kind, options)]

    def _caller(self, lead: Lead, options: _Options) -> str | None:
        """Whose number it is, if that is sure."""
        if lead.kind != "call" or options.module == "HelpDesk":
            return None
        who = Person(lead.name, (lead.email or "",), (payload.other_party(lead),))
        return callers.known(self.api, who, options.module)

    def _module(self, lead: Lead, steps: Steps, wanted: Module) -> Module:
        """Where the lead's record is, or may be, if an earlier attempt began it. A mark beside the
        step, whose name tells other versions of this code that the record is made."""
        if steps.begun("record") is not None:
            begun = [module for module in MODULES if steps.begun(f"into {module}") is not None]
            return begun[-1] if begun and wanted not in begun else wanted
        module = (steps.unnamed and self._begun_elsewhere(lead, wanted)) or wanted

        def mark() -> str:
            return Findable("yes")  # not worth a save

        steps.once(f"into {module}", mark, mark)
        return module

    def _begun_elsewhere(self, lead: Lead, wanted: Module) -> Module | None:
        """The module of a record with our reference, if it isn't what the options want; a contact
        counts as the Leads record that was converted to it."""
        passed_over = {wanted, "Contacts"} if wanted == "Leads" else {wanted}
        others = (module for module in MODULES if module not in passed_over)
        return next((one for one in others if find.if_shown(self.api, one, lead)), None)

    def _whose_event(self, lead: Lead) -> str | None:
        event_id = find.record(self.api, "Events", lead)
        if not event_id:
            return None
        event = self.api.call("retrieve", id=event_id)
        return next((event[name] for name in calls.RELATIONS if event.get(name)), event_id)

    def _file(
        self, writer: Writer, steps: Steps, record_id: str, file: Attachment, read_file: ReadFile
    ) -> None:
        lead, options = writer.lead, writer.options
        look = partial(find.document, self.api, lead, file)

        def make() -> str:
            module = self.api.describe("Documents")
            element = payload.document(
                writer.sent,
                file,
                module,
                options.document_fields,
                writer.owner,
                options.style,
            )
            attachment = {
                "filename_attachment": base64.b64encode(read_file(file)).decode(),
                "filename_attachment_name": _without_extension(file.filename),
                "related_to": record_id,
            }
            return settled(look, lambda: self.api.create("Documents", element, **attachment)["id"])

        steps.once(f"file {file.sha256[:12]}", make, look)


def _without_extension(filename: str) -> str:
    """API v1.1, p. 14. A further dot goes as well: what follows it could pass for an extension."""
    return PurePosixPath(filename).stem.replace(".", "_") or "file"
