"""What each source sets for one CRM, checked by that CRM's adapter."""

from typing import Any

from pydantic import ValidationError

from leadrelay.crm.base import Crm
from leadrelay.errors import Misconfigured, SourceBroken
from leadrelay.narrator.style import style_of
from leadrelay.sources import KnownSources


class OptionsBySource:
    """A source's name → the adapter's `Options`; the defaults when the source is gone."""

    def __init__(self, crm: type[Crm], name: str, sources: KnownSources) -> None:
        self._crm = crm
        self._name = name
        self._sources = sources

    def __call__(self, source: str) -> Any:
        """Raises Misconfigured when the source, or its table for this CRM, has a mistake."""
        try:
            known = self._sources.get(source)
            if known is None:
                return self._crm.Options()
            options = self._crm.Options.model_validate(known.options(self._name))
            return options.in_style(style_of(known))
        except SourceBroken as error:
            raise Misconfigured(str(error)) from error
        except ValidationError as error:
            keys = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
            raise Misconfigured(f"sources.toml, [{source}]: {keys} can't be used") from error
