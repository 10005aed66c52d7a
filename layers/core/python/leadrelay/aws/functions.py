"""Our own functions: started without waiting for them, and their queues switched on and off."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from leadrelay.aws.clients import reaching


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions of one stack, whose names are `prefix` + sweep, deliver-trackerrms, …

    `client` makes a client for Lambda; it is hardly ever needed, so not before it is.
    """

    client: Callable[[], Any]
    prefix: str

    def start(self, name: str, event: Mapping[str, Any]) -> None:
        """Hand a function an event; it begins at once and on its own. Raises Unavailable."""
        with reaching(f"function {name}"):
            self.client().invoke(
                FunctionName=self.prefix + name,
                InvocationType="Event",
                Payload=json.dumps(event).encode(),
            )


@dataclass(frozen=True, slots=True)
class Mappings:
    """The event source mappings by which Lambda reads the CRMs' queues: CRM → UUID."""

    client: Callable[[], Any]
    uuids: Mapping[str, str]

    def switch(self, crm: str, *, on: bool) -> None:
        """Have a CRM's queue read, or not; nothing happens when it is so. Raises Unavailable.

        While a mapping changes, Lambda takes no second change: the next call makes it then.
        """
        wanted = {"Enabled", "Enabling"} if on else {"Disabled", "Disabling"}
        lambda_, uuid = self.client(), self.uuids[crm]
        with reaching(f"event source mapping of {crm}"):
            if lambda_.get_event_source_mapping(UUID=uuid)["State"] not in wanted:
                lambda_.update_event_source_mapping(UUID=uuid, Enabled=on)
