"""`make form-script`: what pages load, made of form/leadrelay-form.js."""

import base64
import hashlib
import re
from importlib import import_module

from leadrelay.intake.pages.script import SCRIPT
from leadrelay_sandbox.home import ROOT

SOURCE = ROOT / "form" / "leadrelay-form.js"
SHIPPED = ROOT / "layers/core/python/leadrelay/intake/pages" / SCRIPT
TOLD = ROOT / "docs" / "website.md"  # with the hash that browsers compare


def render() -> str:
    """The script without what only its readers need."""
    minify = import_module("minify")  # github.com/tdewolff/minify, which has no types
    small: str = minify.string("text/javascript", SOURCE.read_text("utf-8"))
    return small + "\n"


def integrity(content: bytes | None = None) -> str:
    """Of the script (w3.org/TR/sri)."""
    digest = hashlib.sha384(SHIPPED.read_bytes() if content is None else content).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


if __name__ == "__main__":
    SHIPPED.write_text(render(), "utf-8")
    told = re.sub('integrity="[^"]*"', f'integrity="{integrity()}"', TOLD.read_text("utf-8"))
    TOLD.write_text(told, "utf-8")
