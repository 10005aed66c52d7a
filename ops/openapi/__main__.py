"""`make openapi`: write docs/openapi.json."""

from ops.openapi import render
from ops.stack import ROOT

(ROOT / "docs" / "openapi.json").write_text(render(), "utf-8")
