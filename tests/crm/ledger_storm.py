"""The storm with the real ledger beneath: leases, steps, doubt, news and replays are in its table,
and the requests to that go wrong as those to the CRM do."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from leadrelay.aws.queues import Queues
from leadrelay.delivery.backoff import Backoff
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.gate import Gate
from leadrelay.delivery.order import Order
from leadrelay.delivery.pausing import Pausing
from leadrelay.delivery.replay import Replayer
from leadrelay.errors import Unavailable
from leadrelay.lead import Guard, Lead
from leadrelay.ledger import items, life
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.enrichment import enrich
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.table import Table
from leadrelay_sandbox.chaos.cast import Person, corrected
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.crm.contract import Account, content
from tests.crm.storm import NOW, SOURCES, Delivery, Killed, News, Storm
from tests.handlers.aws import aws

# One attempt comes after the other, and with it all of their waits.
_BACKOFF = Backoff(base=timedelta(seconds=1), cap=timedelta(minutes=1))
_LEASE = timedelta(minutes=1)

_AT_THE_LEDGER = 0.4  # of the attempts in which something goes wrong
_FIRST, _LAST = 1, 8  # requests to the ledger, of which one goes wrong
_EDITED = 0.3
_FAULTS = ("cut", "lost", "twice", "killed before", "killed after")


class _Wire:
    """DynamoDB's client, of whose requests one goes wrong."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._fault, self._left = "", 0

    def break_one(self, random: Random) -> None:
        self._fault, self._left = random.choice(_FAULTS), random.randint(_FIRST, _LAST)

    def mend(self) -> None:
        self._fault = ""

    def __getattr__(self, name: str) -> Any:
        return partial(self._send, getattr(self._client, name))

    def _send(self, operation: Callable[..., Any], **request: Any) -> Any:
        self._left -= 1
        if self._left or not self._fault:
            return operation(**request)
        if self._fault == "cut":
            raise EndpointConnectionError(endpoint_url="")
        if self._fault == "killed before":
            raise Killed
        operation(**request)
        if self._fault == "lost":
            raise ConnectionClosedError(endpoint_url="")
        if self._fault == "killed after":
            raise Killed
        return operation(**request)  # as botocore sends again what got no answer


class LedgerStorm(Storm):
    """Needs a table, and the CRM's dead-letter queue."""

    def __init__(self, account: Account, seed: int, leads: int) -> None:
        super().__init__(account, seed, leads)
        self._now = NOW
        self._wire = _Wire(aws("dynamodb"))
        self._table = Table(self._wire, ENVIRONMENT["TABLE_NAME"], sleep=lambda _: None)
        queues = Queues(aws("sqs"), ENVIRONMENT["QUEUE_URL_PREFIX"])
        self._replayer = Replayer(
            ledger=ParkedDeliveries(self._table, queues, [account.name]),
            queue=lambda *_: None,
            now=lambda: self._now,
            sleep=lambda _: None,
        )

    def _begin(self, number: int) -> Delivery:
        one = super()._begin(number)
        source = SOURCES[one.lead.source].model_copy(update={"deliver": (self._account.name,)})
        guard = Guard(key=one.lead.id, window=None)
        self._until_done(lambda: accept(self._table, one.lead, source, guard=guard))
        return one

    def _tell(self, one: Delivery, news: News) -> None:
        def tell() -> None:
            enrich(self._table, one.lead.id, news, now=self._now, ready=lambda _: True)

        self._until_done(tell)
        self._read(one)

    def _replay(self, one: Delivery) -> None:
        only = Filter(id=one.lead.id, crm=self._account.name)
        edit = self._correction(one.lead) if self._chance(_EDITED) else {}
        order = Order(filter=only, edit=edit, look=self._chance(0.5))
        self._until_done(lambda: [*self._replayer.replay(order, "an operator")])
        self._read(one)

    def _correction(self, lead: Lead) -> dict[str, str]:
        if lead.call:
            return {}
        known = Person(lead.first_name or "", lead.last_name or "", "", lead.phone or "")
        name = self._random.choice(("email", "phone", "last_name"))
        return {name: str(getattr(corrected(known), name))}

    def _attempt(self, one: Delivery) -> None:
        """As soon as the one before must have ended, or may be repeated."""
        due = datetime.fromisoformat(self._delivery(one)["due_at"])
        self._now = max(self._now, due) + timedelta(seconds=1)
        if self._fault and self._chance(_AT_THE_LEDGER):
            self._fault = ""
            self._wire.break_one(self._random)
        with suppress(Killed, Unavailable):
            self._deliverer().deliver(one.lead.id)
        self._wire.mend()
        self._read(one)

    def _until_done(self, act: Callable[[], object]) -> None:
        """As senders and operators do, who try again."""
        self._wire.break_one(self._random)
        while True:
            with suppress(Killed, Unavailable):
                act()
                break
        self._wire.mend()

    def _read(self, one: Delivery) -> None:
        delivery = self._delivery(one)
        waits = delivery["state"] in life.WAITING
        one.state = "queued" if waits else delivery["state"]
        one.reason = delivery.get("reason")
        one.lead = items.read_lead(self._table.get(items.lead_key(one.lead.id)) or {})

    def _delivery(self, one: Delivery) -> items.Item:
        return self._table.get(items.delivery_key(one.lead.id, self._account.name)) or {}

    def _kept(self) -> list[items.Item]:
        pages = aws("dynamodb").get_paginator("scan").paginate(TableName=ENVIRONMENT["TABLE_NAME"])
        return [items.plain(item) for page in pages for item in page["Items"]]

    def _deliverer(self) -> Deliverer:
        """Of a function that has just started: no pause of the CRM's outlives it."""
        account = self._account
        pausing = Pausing(
            crm=account.name,
            pauses=Pauses(self._table),
            secret_version=lambda: None,
            start_sweep=lambda: None,
            report=_tell_nobody,
        )
        return Deliverer(
            name=account.name,
            crm=account.crm,
            gate=Gate(pausing, account.crm.check),
            options=lambda source: account.options(**SOURCES[source].options(account.name)),
            complete=lambda lead: lead,
            doubt=lambda _: None,
            ledger=Deliveries(self._table),
            canaries=Canaries(self._table),
            dead_letter=lambda *_: None,
            read_file=content,
            report=_tell_nobody,
            lease=_LEASE,
            backoff=_BACKOFF,
            now=lambda: self._now,
        )


def _tell_nobody(outcome: str, **facts: str | float | bool | None) -> None:
    pass
