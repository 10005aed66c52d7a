"""A lead's way into Initiative: a record, its files as Documents, a call as an Event."""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import ClassVar

import httpx

from leadrelay.crm.base import Advice, Caller, Receipt, Secret, Steps
from leadrelay.crm.calls import Telling, renewed, told_of_call
from leadrelay.crm.initiative import callers, find, payload
from leadrelay.crm.initiative.advice import advise
from leadrelay.crm.initiative.api import Api
from leadrelay.crm.initiative.login import SECRET_KEYS
from leadrelay.crm.initiative.operations import OPERATIONS, Doubtful
from leadrelay.crm.initiative.options import Options as _Options
from leadrelay.crm.initiative.options import zone_of
from leadrelay.errors import DeliveryError
from leadrelay.lead import Attachment, Kind, Lead

_RELATIONS = ("contact_id", "parent_id")  # of an Event


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

    def create(
        self,
        lead: Lead,
        options: _Options,
        steps: Steps,
        read_file: Callable[[Attachment], bytes],
    ) -> Receipt:
        """One record; for a call an Event with it, for each file a Document.

        A call goes to the person whose number it is, if the CRM knows one; then `created` is
        False and the Event holds the whole lead.
        """
        created = False

        def act() -> str:
            nonlocal created
            if caller := self._caller(lead, options):
                return caller
            created = True
            return self._make_record(lead, options)

        record_id = steps.once("record", act, partial(find.record, self.api, options.module, lead))
        if lead.kind == "call":
            self._log_call(lead, options, steps, record_id)
        files = (lead.resume, *lead.attachments) if lead.resume else lead.attachments
        for number, attachment in enumerate(files, 1):
            make = partial(
                self._make_document, lead, options, record_id, number, attachment, read_file
            )
            look = partial(find.document, self.api, lead, number)
            steps.once(f"file {attachment.sha256[:12]}", make, look)
        return Receipt(record_id, created=created)

    def _log_call(self, lead: Lead, options: _Options, steps: Steps, record_id: str) -> None:
        """The Event of a call; made while the call was on, it is kept up to date."""
        telling = Telling(lead, steps)
        make = partial(self._make_event, lead, options, record_id)
        event_id = telling.record("event", make, partial(find.record, self.api, "Events", lead))
        telling.bring(lambda: self._renew_event(lead, options, event_id))

    def caller(self, number: str) -> Caller | None:
        return callers.caller(self.api, number)

    def find(self, lead: Lead, options: _Options) -> Receipt | None:
        """By the reference alone. A record with the same e-mail or phone is the same person, but
        not this lead: taking it for the lead would lose the message. A call that went to a known
        person is found by its Event."""
        found = find.record(self.api, options.module, lead)
        if (
            not found
            and lead.kind == "call"
            and (event_id := find.record(self.api, "Events", lead))
        ):
            event = self.api.call("retrieve", id=event_id)
            found = next(filter(None, map(event.get, _RELATIONS)), event_id)
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

    # -- writes ---------------------------------------------------------------------------

    def _make_record(self, lead: Lead, options: _Options) -> str:
        module = self.api.describe(options.module)
        element = payload.record(lead, module, options.fields, self._owner(options))
        return self._write(module.name, element, partial(find.record, self.api, module.name, lead))

    def _make_event(self, lead: Lead, options: _Options, record_id: str) -> str:
        module, element = self.api.describe("Events"), self._event(lead, options)
        for name in _RELATIONS:
            if name in module.fields and options.module in module.fields[name].refers_to:
                element[name] = record_id
                break
        return self._write("Events", element, partial(find.record, self.api, "Events", lead))

    def _renew_event(self, lead: Lead, options: _Options, event_id: str) -> str:
        """Change of the Event what the call changed, and leave what people wrote."""
        before = self.api.call("retrieve", id=event_id)
        now = self._event(lead, options)
        changing = payload.OF_CALL | told_of_call(options.event_fields)
        element = {name: text for name, text in now.items() if name in changing}
        element["description"] = renewed(before["description"], lead)
        try:
            self.api.call("update", elementType="Events", element={**element, "id": event_id})
        except Doubtful as doubtful:  # an update may be done again
            raise doubtful.if_absent(str(doubtful), words=doubtful.words) from doubtful
        return event_id

    def _event(self, lead: Lead, options: _Options) -> dict[str, str]:
        module, zone = self.api.describe("Events"), zone_of(options.time_zone)
        return payload.event(lead, module, options.event_fields, self._owner(options), zone)

    def _make_document(
        self,
        lead: Lead,
        options: _Options,
        record_id: str,
        number: int,
        attachment: Attachment,
        read_file: Callable[[Attachment], bytes],
    ) -> str:
        module = self.api.describe("Documents")
        owner = self._owner(options)
        element = payload.document(lead, number, attachment, module, options.document_fields, owner)
        return self._write(
            "Documents",
            element,
            partial(find.document, self.api, lead, number),
            filename_attachment=base64.b64encode(read_file(attachment)).decode(),
            filename_attachment_name=_without_extension(attachment.filename),
            related_to=record_id,
        )

    def _write(
        self,
        module: str,
        element: Mapping[str, str],
        look: Callable[[], str | None],
        **attachment: str,
    ) -> str:
        """Create, and after an error that may have come too late, look at once.

        Such an error comes again with every try if the lead is at fault, so waiting and trying
        can't settle it, but a look can: the record is there, or the error meant what it said.
        """
        try:
            return self.api.create(module, element, **attachment)["id"]
        except Doubtful as doubtful:
            try:
                found = look()
            except DeliveryError:
                raise doubtful from None  # still unknown
            if found:
                return found
            raise doubtful.if_absent(str(doubtful), words=doubtful.words) from doubtful

    def _owner(self, options: _Options) -> str:
        return options.assigned_user_id or self.api.user_id

    def _caller(self, lead: Lead, options: _Options) -> str | None:
        """The first person with the other party's number."""
        if lead.kind != "call" or options.module == "HelpDesk":
            return None
        return callers.known(self.api, payload.other_party(lead), options.module)


def _without_extension(filename: str) -> str:
    """API v1.1, p. 14. A further dot goes as well: what follows it could pass for an extension."""
    return PurePosixPath(filename).stem.replace(".", "_") or "file"
