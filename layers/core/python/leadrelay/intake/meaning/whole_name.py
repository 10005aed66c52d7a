"""A whole name whose parts its label or its language tells: "Nombre y apellidos"."""

from collections.abc import Mapping

from leadrelay.names import is_turned, natural
from leadrelay.sources import Source
from leadrelay.spanish_names import split_name

_SURNAMES = "apellidos"  # in the plural: the father's and the mother's


def parts_of(found: Mapping[str, str], label: str, source: Source) -> dict[str, str]:
    """First and last name, where a name in one field is surely Spanish: Ana Ruiz Gil is Ana, and
    not Ana Ruiz. {} for any other, which is taken apart when a CRM asks for it."""
    whole = found.get("full_name", "")
    if not whole or {"first_name", "last_name"} & found.keys() or is_turned(whole):
        return {}
    asked = label.casefold()
    begins = asked.lstrip("¿*· ").startswith("apellido")  # and so would the name
    if begins or not (_SURNAMES in asked or source.spoken == "es"):
        return {}
    first, *surnames = split_name(natural(whole))
    last = " ".join(filter(None, surnames))
    return {"first_name": first, "last_name": last} if first and last else {}
