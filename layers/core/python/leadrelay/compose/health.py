"""GET /health: that the intake runs, and what."""

from collections.abc import Mapping
from typing import Any

from leadrelay import __version__
from leadrelay.identity import code_digest, sources_digest
from leadrelay.intake.answer import as_json, correlated
from leadrelay.intake.request import request_id
from leadrelay.intake.shapes import Health
from leadrelay_config import SOURCES_TOML

ROUTE = "GET /health"


def health(event: Mapping[str, Any]) -> dict[str, object]:
    """Answers an event. Nothing behind the API is asked, so this tells of no outage there."""
    told: Health = {
        "status": "ok",
        "version": __version__,
        "code": code_digest(),
        "sources": sources_digest(SOURCES_TOML),
    }
    return correlated(as_json(told), request_id(event)).to_event()
