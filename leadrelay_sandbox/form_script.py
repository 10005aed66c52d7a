"""`make form-script`: what pages load, made of form/leadrelay-form.js."""

from importlib import import_module

from leadrelay.intake.pages.script import SCRIPT
from leadrelay_sandbox.home import ROOT

SOURCE = ROOT / "form" / "leadrelay-form.js"
SHIPPED = ROOT / "layers/core/python/leadrelay/intake/pages" / SCRIPT


def render() -> str:
    """The script without what only its readers need."""
    minify = import_module("minify")  # github.com/tdewolff/minify, which has no types
    small: str = minify.string("text/javascript", SOURCE.read_text("utf-8"))
    return small + "\n"


if __name__ == "__main__":
    SHIPPED.write_text(render(), "utf-8")
