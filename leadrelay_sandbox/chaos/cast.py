"""Who writes to us: families that share an address and a telephone, each of them several times;
and whom the CRMs know already, typed in by a colleague, without our reference.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from leadrelay_sandbox.centia.fixtures import COMPANY_ID, ORIGIN_ID
from leadrelay_sandbox.chaos.faults import Tally
from leadrelay_sandbox.simulator import Simulator

_FORMS = 3  # of each person
_FIRST_NAMES = ("Jane", "Peter")  # of each family
_LETTERS = "abcdefghij"
_LONERS, _LONERS_OF_A_KIND = 800, 100  # their places, behind those of the families
_KNOWN = 2  # of so many families one is known from the start
_TYPES_S = (0.3, 1.2)
_MARRIED = "-Smith"

TYPED = "typed in"
"""The operation of a colleague's record."""


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    email: str
    phone: str


def person(number: int) -> Person:
    """The sender of a form."""
    return _member(number // _FORMS)


def loner(kind: int, number: int) -> Person:
    """Somebody of no family, who is in touch `_FORMS` times too; there are two kinds of them."""
    return _member((_LONERS + _LONERS_OF_A_KIND * kind + number // _FORMS) * len(_FIRST_NAMES))


def corrected(who: Person) -> Person:
    """How somebody should have written it: an address, a number and a name that nobody else has."""
    first, last = who.first_name, uncorrected(who.last_name)
    return Person(
        first,
        f"{last}{_MARRIED}",
        f"{first}.{last}@example.com".lower(),
        f"+44113496{who.phone[-4:]}" if first == _FIRST_NAMES[0] else f"+44114496{who.phone[-4:]}",
    )


def uncorrected(name: str) -> str:
    """The name under which somebody wrote whose name was corrected."""
    return name.replace(_MARRIED, "")


def family_name(phone: str) -> str:
    """Of those who have a number."""
    return _family_name(int(phone[-4:]))


def _family_name(family: int) -> str:
    return "Roe" + "".join(_LETTERS[int(digit)] for digit in str(family))


def _member(place: int) -> Person:
    family = place // len(_FIRST_NAMES)
    last_name = _family_name(family)
    first_name = _FIRST_NAMES[place % len(_FIRST_NAMES)]
    phone = f"+44207946{family % 1000:04}"  # kept free by Ofcom for drama
    return Person(first_name, last_name, f"{last_name.lower()}@example.com", phone)


class Colleagues:
    """They type people in: some before the first form, others while forms come in."""

    def __init__(
        self, simulators: Mapping[str, Simulator], leads: int, seed: str, tally: Tally
    ) -> None:
        self._simulators = simulators
        self._people = leads // _FORMS + 1
        self._random = Random(seed)  # noqa: S311  # repeatable, as nothing secret is
        self._tally = tally
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        for place in range(0, self._people, len(_FIRST_NAMES) * _KNOWN):
            for crm, simulator in simulators.items():
                type_in(crm, simulator, _member(place))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._random.uniform(*_TYPES_S)):
            crm = self._random.choice([*self._simulators])
            member = _member(self._random.randrange(self._people))
            type_in(crm, self._simulators[crm], member)
            self._tally("somebody typed in", crm)


def type_in(crm: str, simulator: Simulator, who: Person) -> None:
    """A colleague makes somebody's record, unless they are there."""
    with simulator.lock:
        _TYPE_IN[crm](simulator, who)


def _trackerrms(simulator: Any, who: Person) -> None:
    fields = {
        "firstname": who.first_name,
        "lastname": who.last_name,
        "fullname": f"{who.first_name} {who.last_name}",
        "email": who.email,
        "businessphone": who.phone,
    }
    if simulator.directory.person("N", fields) is None:
        row = simulator.directory.add("N", fields, "A colleague")
        simulator.save(str(row.id), TYPED, fields)


def _initiative(simulator: Any, who: Person) -> None:
    fields = {
        "firstname": who.first_name,
        "lastname": who.last_name,
        "email": who.email,
        "phone": who.phone,
        "assigned_user_id": "19x1",
    }
    contact = simulator.store.create(simulator.store.module("Contacts"), fields)
    simulator.save(simulator.store.id(contact), TYPED, fields)


def _centia(simulator: Any, who: Person) -> None:
    fields = {
        "name": who.first_name,
        "surname": who.last_name,
        "email": who.email,
        "phone_mobile": who.phone,
        "skype": None,
        "company_id": COMPANY_ID,
        "origin_id": ORIGIN_ID,
    }
    row = simulator.store.add("contacts", fields)
    simulator.save(str(row["id"]), TYPED, fields)


def _collect(simulator: Any, who: Person) -> None:
    fields = {
        "de_name": f"{who.last_name}, {who.first_name}",
        "de_email": who.email,
        "de_cell_phone": who.phone,
    }
    row = simulator.store.insert("debtor", simulator.store.stage("debtor", fields, logic=True))
    simulator.save(row["de_rowid"], TYPED, fields)


_TYPE_IN: Mapping[str, Callable[[Simulator, Person], None]] = {
    "trackerrms": _trackerrms,
    "initiative": _initiative,
    "centia": _centia,
    "collect": _collect,
}
