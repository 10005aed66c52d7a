"""What a telephony sender sent, from which values are taken by their names."""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from leadrelay.intake.body.content import Body
from leadrelay.intake.calls.times import moment, seconds
from leadrelay.sources import Source

_EMPTY = {"", "null", "none", "undefined"}  # Exotel and hand-written templates spell out nothing


class Payload:
    """What a sender gave: each value can be taken by its name, and what nobody took is left.

    A name in JSON is its path, with dots: `data.user.name`, `body.parties.0.id`.
    """

    def __init__(
        self, body: Body, source: Source, beside: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Of what stands `beside` the body nothing is taken, and all is left."""
        self.document = body.document
        self.source = source
        self._fields = body.fields
        self._beside = beside
        self._values: dict[str, str] = {}
        for name, value in body.fields:
            if value.strip().lower() not in _EMPTY:
                self._values.setdefault(name, value)
        self._taken: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """All of it, as it was sent."""
        return self._fields

    @property
    def names(self) -> tuple[str, ...]:
        """Those without a value too."""
        return tuple(dict(self._fields))

    def look(self, *names: str) -> str:
        """The first of these that has a value, as given; "" if none has."""
        return next((self._values[name] for name in names if name in self._values), "")

    def take(self, *names: str) -> str:
        """The same, and none of these is left then: they all say the same thing."""
        self._taken.update(names)
        return self.look(*names)

    def take_time(self, *names: str, zone: tzinfo | None = None) -> datetime | None:
        """The first of these that is a time; what can't be read as one is left as it is. `zone`
        is what a time without one is in; without it the source's."""
        return self._take_read(names, lambda text: moment(text, zone or self.zone))

    @cached_property
    def zone(self) -> tzinfo | None:
        """What the source says that its times are in; None where it doesn't, or where this
        machine doesn't know the zone: a wrong hour is worse than none."""
        try:
            return ZoneInfo(self.source.time_zone) if self.source.time_zone else None
        except (KeyError, ValueError, OSError):
            return None

    def take_seconds(self, *names: str, per_second: int = 1) -> int | None:
        """The first of these that is a duration, in whole seconds, likewise."""
        return self._take_read(names, lambda text: seconds(text, per_second=per_second))

    def _take_read[T](self, names: tuple[str, ...], read: Callable[[str], T | None]) -> T | None:
        for name in names:
            if (found := read(self.look(name))) is not None:
                self._taken.update(names)
                return found
        return None

    def left(self) -> tuple[tuple[str, str], ...]:
        """What was not taken, and what the source's own table asks for."""
        wanted = set(self.source.fields.values())
        return tuple(
            (name, value)
            for name, value in (*self._fields, *self._beside)
            if (name not in self._taken or name in wanted) and value.strip().lower() not in _EMPTY
        )
