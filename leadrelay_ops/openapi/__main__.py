"""`make openapi`: write docs/openapi.json."""

from leadrelay_ops.openapi import render
from leadrelay_ops.stack import ROOT

(ROOT / "docs" / "openapi.json").write_text(render(), "utf-8")
