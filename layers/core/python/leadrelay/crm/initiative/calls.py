"""A call at Initiative: an Event of the caller's record, kept up to date while the call goes on."""

from datetime import UTC, tzinfo
from functools import partial

from leadrelay.crm.base import Steps
from leadrelay.crm.calls import Telling, renewed
from leadrelay.crm.initiative.event import TIMES, changing, event
from leadrelay.crm.initiative.records import Writer, Written
from leadrelay.crm.mapping import note
from leadrelay.crm.refusals import anew
from leadrelay.errors import Refused
from leadrelay.lead import Lead

RELATIONS = ("contact_id", "parent_id")  # of an Event


def log(writer: Writer, steps: Steps, record_id: str) -> None:
    """The Event of a call; made while the call was on, it is kept up to date."""
    telling = Telling(writer.lead, steps)

    def make() -> str:
        return _make(writer, record_id)

    made = telling.record("event", make, lambda: writer.look("Events"))
    written = Written.read(made)
    if written.unseen:

        def mend() -> str:
            return _mend(writer, written.id)

        steps.once("event as sent", mend, mend)
    telling.bring(lambda: _renew(writer, steps, written.id, record_id))


def _make(writer: Writer, record_id: str) -> str:
    before = _zone(writer)
    element = _element(writer, writer.sent) | _relation(writer, record_id)
    written = Written.read(writer.make("Events", element))
    return str(written._replace(unseen=written.unseen or _zone(writer) != before))


def _mend(writer: Writer, event_id: str) -> str:
    """With the times in the zone that the server's answer to the event has shown."""
    element = _element(writer, writer.lead)
    times = {name: element[name] for name in TIMES & element.keys()} if writer.api.zone else {}
    sent = {name: element[name] for name in (*writer.options.event_fields, "description")}
    return writer.mend("Events", event_id, sent, **times)


def _renew(writer: Writer, steps: Steps, event_id: str, record_id: str) -> str:
    """Change of the Event what the call changed, and leave what people wrote. Where a colleague
    has deleted it or made it private, so that we see it no more, another tells how the call ended.
    """

    def look() -> str | None:
        found = writer.look("Events")
        return found if found and Written.read(found).id != event_id else None

    try:
        _change(writer, event_id)
    except Refused as refusal:
        there, make = partial(writer.look, "Events"), partial(_make, writer, record_id)
        again = steps.once("event anew", partial(anew, refusal, there, make), look)
        _change(writer, other := Written.read(again).id)
        return other
    return event_id


def _change(writer: Writer, event_id: str) -> None:
    before = writer.api.call("retrieve", id=event_id)
    now = _element(writer, writer.sent)
    changes = {name: now[name] for name in changing(writer.options) & now.keys()}
    text = note(writer.sent, writer.options.style)
    changes["description"] = renewed(before["description"], text)
    writer.update("Events", event_id, before, changes)


def _element(writer: Writer, lead: Lead) -> dict[str, str]:
    module = writer.api.describe("Events")
    options = writer.options
    return event(lead, module, options.event_fields, writer.owner, _zone(writer), options.style)


def _zone(writer: Writer) -> tzinfo:
    return writer.options.zone or writer.api.zone or UTC


def _relation(writer: Writer, record_id: str) -> dict[str, str]:
    fields = writer.api.describe("Events").fields
    for name in RELATIONS:
        if name in fields and writer.options.module in fields[name].refers_to:
            return {name: record_id}
    return {}
