"""Where a carrier knows no name of a caller, it often shows their place instead."""

from collections.abc import Iterable

from leadrelay.intake.meaning.field_names import meaning
from leadrelay.nobody import plain


def is_place(name: str, told: Iterable[tuple[str, str]]) -> bool:
    """Whether a caller's name is just the city, or the city and state, that the same event tells:
    "WASHINGTON DC". US carriers fill caller names so where they have none."""
    places: dict[str, list[str]] = {"city": [], "state": []}
    for field, text in told:
        if (known := meaning(field)) in places and (place := plain(text)):
            places[known].append(place)
    cities, states = places["city"], places["state"]
    return plain(name) in {*cities, *states, *(city + state for city in cities for state in states)}
