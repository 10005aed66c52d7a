"""`make openapi`: write docs/openapi.json."""

from leadrelay_ops.openapi import render
from leadrelay_sandbox.home import ROOT

(ROOT / "docs" / "openapi.json").write_text(render(), "utf-8")
