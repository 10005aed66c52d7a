"""The script that sends forms, as pages load it.

Its name has its version: what is served under a name never changes, as pages hold its hash. A new
version is a file of its own, and those before stay.
"""

from importlib.resources import files

from leadrelay.intake.answer import Answer

SCRIPT = "leadrelay-form-1.js"
_SCRIPTS = {SCRIPT}

_HEADERS = {
    "Content-Type": "text/javascript; charset=utf-8",
    "Cache-Control": "public, max-age=31536000, immutable",
}


def script(name: str) -> Answer | None:
    """The script of this name, which no source can have; None if there is none."""
    if name not in _SCRIPTS:
        return None
    return Answer(200, files(__package__).joinpath(name).read_text("utf-8"), _HEADERS)
