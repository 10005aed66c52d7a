"""What each source sets for one CRM, checked by that CRM's adapter."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from leadrelay.crm.base import Crm
from leadrelay.errors import Misconfigured
from leadrelay.sources import Source


class OptionsBySource:
    """A source's name → the adapter's `Options`; the defaults when the source is gone."""

    def __init__(self, crm: type[Crm], name: str, sources: Mapping[str, Source]) -> None:
        self._crm = crm
        self._tables = {source.name: source.options(name) for source in sources.values()}

    def __call__(self, source: str) -> Any:
        """Raises Misconfigured when the source's table is wrong, naming its keys."""
        try:
            return self._crm.Options.model_validate(self._tables.get(source, {}))
        except ValidationError as error:
            keys = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
            raise Misconfigured(f"sources.toml, [{source}]: {keys} can't be used") from error
