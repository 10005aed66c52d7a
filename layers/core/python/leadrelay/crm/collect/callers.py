"""Who has a telephone number, among Collect!'s debtors."""

from leadrelay.crm.base import Caller
from leadrelay.crm.collect import find
from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.options import Options
from leadrelay.crm.identity import Person, several


def caller(api: Api, number: str) -> Caller | None:
    """Everybody with the number in the columns that have one by default, newest account first."""
    found = find.accounts(api, Person(phones=[number]), Options())
    names = [_natural(person.name) for person, _ in found]
    return Caller(several(names)) if any(names) else None


def _natural(name: str) -> str:
    last, _, first = name.partition(", ")
    return f"{first} {last}".strip()
