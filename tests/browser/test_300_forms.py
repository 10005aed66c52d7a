"""Three hundred forms while the network does what it does on a train: each is one record in the
CRM, none is lost and none doubled; and so it is where the script is switched off."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import product

import httpx
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay_ops.stack import Stack
from tests.browser.conftest import PATIENCE_S
from tests.browser.line import Line
from tests.browser.site import Site
from tests.browser.test_form_script import fill, outbox

FORMS, VISITORS, WITHOUT = 300, 10, 30
FAULTS = {"before": 0.2, "after": 0.25, "busy": 0.05}
NOTES = "Object.keys(localStorage).filter((name) => name.startsWith('leadrelay:'))"
SETTLED = "() => !document.querySelector('button:disabled')"
SEND = """([email, name]) => {
  const form = document.querySelector("form");
  if (!form) return false;
  form.elements.full_name.value = name;
  form.elements.email.value = email;
  form.elements.message.value = "From " + name;
  form.querySelector("button").click();
  return true;
}"""

type Eventually = Callable[[Callable[[], bool]], None]


@contextmanager
def breaking(line: Line) -> Iterator[None]:
    line.cut.clear()
    line.faults = FAULTS
    try:
        yield
    finally:
        line.faults = {}
    assert set(line.cut) == set(FAULTS)


def addresses() -> list[str]:
    numbers = product(range(VISITORS), range(FORMS // VISITORS))
    return [f"train-{number}-{nth}@example.com" for number, nth in numbers]


def accepted(stack: Stack, mark: str) -> Counter[str]:
    """How many leads there are of each address that begins so."""
    found = (one.lead.email or "" for one in search(stack.table, Filter(source="contact")))
    return Counter(address for address in found if address.startswith(mark))


def records(stack: Stack, mark: str) -> Counter[str]:
    """How often each address that begins so is in the CRM."""
    told = httpx.get(f"{stack.crms['trackerrms']}/_sandbox/records", timeout=60).json()["records"]
    found = (str(one["fields"].get("lead", one["fields"])) for one in told)
    return Counter(
        word for text in found for word in set(_addresses(text)) if word.startswith(mark)
    )


def _addresses(text: str) -> list[str]:
    return [word for word in text.replace("'", " ").split() if word.endswith("@example.com")]


class Visitor:
    """One browser, in which a form is sent after the other, as that of a tablet at a fair."""

    def __init__(self, context: BrowserContext, number: int) -> None:
        self._context = context
        self._number = number
        self._random = random.Random(number)  # noqa: S311
        self._page: Page | None = None

    def send(self, nth: int) -> None:
        """Fill in a form, press the button, and what then happens to the network or the tab."""
        page = self._page = self._page or self._open()
        how = self._random.choice(["stay", "stay", "close", "at once", "offline"])
        filled = [f"train-{self._number}-{nth}@example.com", f"Train{self._number}x{nth}"]
        self._context.set_offline(how == "offline")
        while not page.evaluate(SEND, filled):  # the browser has just left for another page
            self._context.set_offline(False)
            self._open()
        if how == "close":
            page.wait_for_timeout(self._random.randrange(300))
        if how in {"close", "at once"}:
            page.close()
            self._page = None

    def settle(self) -> None:
        """Until the form says how it went; or the browser has sent it, and shows another page."""
        if self._page:
            self._page.wait_for_function(SETTLED)
            self._context.set_offline(False)
            if not self._page.url.endswith("/contact"):
                self._page = self._open()

    def leave_nothing(self, eventually: Eventually) -> None:
        """Come by once more, now that the network is sound."""
        page = self._open()
        eventually(lambda: page.evaluate(NOTES) == [] and outbox(page) == [])

    def _open(self) -> Page:
        page = self._page or self._context.new_page()
        page.goto("/contact")
        return page


def test_each_of_300_forms_is_one_record(
    browser: Browser, site: Site, stack: Stack, line: Line, eventually: Eventually
) -> None:
    contexts = [browser.new_context(base_url=site.url) for _ in range(VISITORS)]
    for context in contexts:
        context.set_default_timeout(PATIENCE_S * 1000)
    visitors = [Visitor(context, number) for number, context in enumerate(contexts)]
    with breaking(line):
        for nth in range(FORMS // VISITORS):
            for visitor in visitors:
                visitor.send(nth)
            for visitor in visitors:
                visitor.settle()
    for visitor in visitors:
        visitor.leave_nothing(eventually)
    for context in contexts:
        context.close()
    assert accepted(stack, "train-") == dict.fromkeys(addresses(), 1)
    eventually(lambda: len(records(stack, "train-")) == FORMS)
    assert set(records(stack, "train-").values()) == {1}
    assert site.reports == []


def test_without_the_script_the_form_works(
    browser: Browser, site: Site, stack: Stack, line: Line, eventually: Eventually
) -> None:
    """Whoever sees that it went wrong goes back, where all is still there, and sends it again."""
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    with breaking(line):
        for nth in range(WITHOUT):
            page.goto("/contact")
            fill(page, f"plain-{nth}@example.com")
            while not _sent(page):
                page.go_back()
                expect(page.get_by_label("E-mail")).to_have_value(f"plain-{nth}@example.com")
    eventually(lambda: len(records(stack, "plain-")) == WITHOUT)
    assert set(records(stack, "plain-").values()) == {1}
    context.close()


def _sent(page: Page) -> bool:
    form = page.url
    with suppress(Error), page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    # That a request failed is known before the browser shows its own page for it. Who went back by
    # then would leave the form's page, and find the form before.
    expect(page).not_to_have_url(form)
    return page.url.startswith("http") and page.get_by_role("heading").inner_text() == "Thank you"
