"""What visitors see, judged by axe-core, on the narrowest screen that is sold."""

from importlib.resources import files
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from leadrelay.intake.pages.script import SCRIPT
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.form_script import integrity
from tests.browser.site import Site
from tests.browser.test_form_script import fill

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
WIDTH = 320


@pytest.fixture
def narrow(visitor: BrowserContext) -> Page:
    page = visitor.new_page()
    page.set_viewport_size({"width": WIDTH, "height": 568})
    return page


def judge(page: Page) -> None:
    """No violation of any of axe's rules, and nothing beside the screen or at its very edge."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run().then((told) => told.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert page.get_by_role("heading").bounding_box()["x"] >= 8  # type: ignore[index]


def test_a_form_before_and_after(narrow: Page, site: Site) -> None:
    narrow.goto("/contact")
    judge(narrow)
    fill(narrow, "axe@example.com")
    narrow.get_by_role("button", name="Send").click()
    expect(narrow.get_by_role("status")).to_contain_text("Thank you")
    judge(narrow)
    assert site.reports == []


def test_a_form_with_an_error_at_a_field(narrow: Page) -> None:
    narrow.goto("/apply")
    fill(narrow, "axe@example.com")
    file = {"name": "a.exe", "mimeType": "application/pdf", "buffer": b"MZ" + b"\0" * 99}
    narrow.get_by_label("Letter").set_input_files(file)  # type: ignore[arg-type]
    narrow.get_by_role("button", name="Send").click()
    expect(narrow.get_by_label("Letter")).to_be_focused()
    judge(narrow)


@pytest.mark.parametrize("path", ["forms/nobody", "calls/desk?Source=", "forms/foreign"])
def test_our_own_pages(narrow: Page, stack: Stack, path: str) -> None:
    narrow.goto(f"{stack.api_url}/{path}")
    judge(narrow)


def test_the_page_that_says_thank_you(narrow: Page) -> None:
    narrow.goto("/foreign")
    fill(narrow, "axe-foreign@example.com")
    narrow.get_by_role("button", name="Send").click()
    expect(narrow.get_by_role("heading")).to_have_text("Merci")
    judge(narrow)


def test_the_api_serves_the_script_that_the_docs_give_the_hash_of(stack: Stack) -> None:
    answer = httpx.get(f"{stack.api_url}/forms/{SCRIPT}", timeout=60)
    assert integrity(answer.content) == integrity()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "immutable" in answer.headers["cache-control"]
