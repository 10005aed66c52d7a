"""An operator's corrections of a lead, judged as what a visitor sends is."""

from collections.abc import Mapping, Sequence

from leadrelay.errors import NotAnOrder
from leadrelay.intake.meaning.phones import split_extension
from leadrelay.intake.meaning.readings import Countries, Offer, choose

_WANTED = {
    "email": "write one e-mail address and nothing else",
    "phone": "write one telephone number and nothing else, with its country: +44 20 …",
}


def judged(edit: Mapping[str, str], regions: Sequence[str | None]) -> dict[str, str]:
    """Fields and their new values as they would be kept, "" to empty one; a number without a
    country code is one of the first of `regions` that has it. Raises NotAnOrder, which says of a
    value what is wrong with it."""
    countries = Countries(regions=tuple(regions))
    return {name: _kept(name, value, countries) if value else "" for name, value in edit.items()}


def _kept(name: str, value: str, countries: Countries) -> str:
    chosen, unsaid = choose(name, [Offer(name, value)], countries)
    kept = chosen.value if chosen and not unsaid else ""
    if name == "phone" and (split_extension(kept)[1] or not kept.startswith("+")):
        kept = ""
    if not kept:
        raise NotAnOrder(f"edit {name}: {_WANTED.get(name, 'no form could send that value')}")
    return kept
