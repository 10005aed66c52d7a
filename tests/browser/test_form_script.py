"""The form's script in Chromium, on the deployed twin: each thing that it does, once."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, search
from leadrelay_ops.stack import Stack
from tests.browser.line import Line
from tests.browser.site import Site
from tests.senders.documents import pdf

OUTBOX = """() => new Promise((done) => {
  const opening = indexedDB.open("leadrelay", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
  opening.onsuccess = () => {
    const all = opening.result.transaction("outbox").objectStore("outbox").getAll();
    all.onsuccess = () => { opening.result.close(); done(all.result); };
  };
})"""
PROGRESS = """() => {
  window.shown = [];
  new MutationObserver(() => {
    const bar = document.querySelector("progress");
    if (bar) shown.push(bar.value);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""

type Eventually = Callable[[Callable[[], bool]], None]


def fill(page: Page, email: str, message: str = "Hello") -> None:
    page.get_by_label("Name").fill("Jo Testcase")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Message").fill(message)


def leads(stack: Stack, email: str) -> list[Found]:
    return list(search(stack.table, Filter(email=email)))


def outbox(page: Page) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = page.evaluate(OUTBOX)
    return kept


def test_a_form_is_sent_and_the_visitor_told(visitor: BrowserContext, stack: Stack) -> None:
    page = visitor.new_page()
    page.goto("/contact?utm_source=news&gclid=abc123def")
    page.evaluate("addEventListener('leadrelay:sent', (event) => { window.told = event.detail })")
    fill(page, "sent@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text("Thank you. It has arrived.")
    expect(page.get_by_role("status")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("")
    (found,) = leads(stack, "sent@example.com")
    assert page.evaluate("window.told.id") == found.lead.id
    assert found.lead.tracking["utm_source"] == "news"
    assert "lr_key" not in found.lead.extra
    assert outbox(page) == []


def test_the_thanks_page_and_the_page_s_language(visitor: BrowserContext, site: Site) -> None:
    page = visitor.new_page()
    page.goto("/kontakt")
    fill(page, "thanks@example.com")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"{site.url}/thanks")


def test_offline_it_is_kept_and_goes_when_the_network_is_back(
    visitor: BrowserContext, stack: Stack, eventually: Eventually
) -> None:
    page = visitor.new_page()
    page.goto("/kontakt")
    fill(page, "offline@example.com")
    visitor.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("Gerade gibt es keine Verbindung")
    assert page.get_by_role("button", name="Send").is_enabled()
    (kept,) = outbox(page)
    assert ["email", "offline@example.com"] in kept["fields"]
    visitor.set_offline(False)
    eventually(lambda: outbox(page) == [])
    assert len(leads(stack, "offline@example.com")) == 1


def test_the_same_filled_in_again_has_the_key_that_it_had(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/contact")
    visitor.set_offline(True)
    for _ in range(2):
        fill(page, "again@example.com")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("There is no connection")
    assert len(outbox(page)) == 1


def test_a_button_is_pressed_once(visitor: BrowserContext, stack: Stack) -> None:
    page = visitor.new_page()
    page.goto("/contact")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.method) if "/forms/" in one.url else None)
    fill(page, "twice@example.com")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("status")).to_have_text("Thank you. It has arrived.")
    assert asked == ["POST"]
    assert len(leads(stack, "twice@example.com")) == 1


def test_retry_after_is_waited_for(visitor: BrowserContext, line: Line) -> None:
    page = visitor.new_page()
    page.goto("/contact")
    fill(page, "busy@example.com")
    line.faults = {"busy": 1.0}
    with page.expect_response(lambda answer: answer.status == 503):
        page.get_by_role("button", name="Send").click()
    line.faults = {}
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    expect(page.get_by_role("status")).to_have_text("Thank you. It has arrived.")


def test_a_token_is_fetched_for_a_form_that_wants_one(
    visitor: BrowserContext, stack: Stack
) -> None:
    page = visitor.new_page()
    with page.expect_response(lambda answer: answer.request.method == "GET" and answer.ok):
        page.goto("/timed")
    page.wait_for_timeout(1_100)  # the least time that this source wants a form to take
    fill(page, "timed@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text("Thank you. It has arrived.")
    (found,) = leads(stack, "timed@example.com")
    assert found.deliveries["trackerrms"].state != "quarantined"


def test_nothing_is_remembered_of_a_visitor_before_they_consent(
    visitor: BrowserContext, stack: Stack
) -> None:
    page = visitor.new_page()
    page.goto("/consent?utm_source=first")
    assert page.evaluate("localStorage.leadrelay") is None
    fill(page, "not-yet@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text("Thank you. It has arrived.")
    (found,) = leads(stack, "not-yet@example.com")
    assert "utm_source" not in found.lead.tracking
    page.evaluate("leadrelay.consent()")
    page.goto("/consent?utm_source=second&msclkid=b1")
    page.evaluate("leadrelay.consent()")
    fill(page, "consented@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text("Thank you. It has arrived.")
    (found,) = leads(stack, "consented@example.com")
    assert found.lead.tracking["utm_source"] == "second"
    assert found.lead.extra["first_utm_source"] == "first"


def test_a_file_that_is_no_document_is_told_at_its_field(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/apply")
    fill(page, "applies@example.com")
    field = page.get_by_label("Résumé")
    field.set_input_files(_file("cv.exe", b"MZ" + b"\0" * 200))
    page.get_by_role("button", name="Send").click()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Dateien dieser Art"))
    assert outbox(page) == []


def test_large_files_go_to_their_places_with_progress(
    visitor: BrowserContext, stack: Stack, eventually: Eventually
) -> None:
    page = visitor.new_page()
    page.goto("/apply")
    fill(page, "large@example.com")
    page.evaluate(PROGRESS)
    cv, letter = pdf() + b"\n" * 5_000_000, pdf("A letter")
    page.get_by_label("Résumé").set_input_files(_file("cv.pdf", cv))
    page.get_by_label("Letter").set_input_files(_file("letter.pdf", letter))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text("Thank you. It has arrived.")
    assert page.evaluate("shown.length") > 1
    eventually(lambda: len(leads(stack, "large@example.com")[0].lead.files) == 2)
    (found,) = leads(stack, "large@example.com")
    assert found.lead.resume
    assert (found.lead.resume.filename, found.lead.resume.size) == ("cv.pdf", len(cv))


def test_an_upload_that_broke_off_goes_on_at_the_next_visit(
    visitor: BrowserContext, site: Site, stack: Stack, eventually: Eventually
) -> None:
    page = visitor.new_page()
    page.goto("/apply")
    fill(page, "broken-off@example.com")
    page.route(f"{site.storage_url}/**", lambda route: route.abort())
    page.get_by_label("Résumé").set_input_files(_file("cv.pdf", pdf() + b"\n" * 5_000_000))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("There is no connection")
    page.close()
    page = visitor.new_page()
    page.goto("/contact")
    eventually(lambda: outbox(page) == [])
    eventually(lambda: len(leads(stack, "broken-off@example.com")[0].lead.files) == 1)


def test_a_file_beyond_the_limit_is_told_before_it_is_sent(
    visitor: BrowserContext, stack: Stack
) -> None:
    page = visitor.new_page()
    page.goto("/apply")
    fill(page, "beyond@example.com")
    page.get_by_label("Résumé").set_input_files(_file("cv.pdf", pdf() + b"\n" * 10_000_000))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Résumé")).to_have_accessible_description(re.compile("zu groß"))
    assert leads(stack, "beyond@example.com") == []


def test_where_the_answer_may_not_be_read_the_browser_sends_the_form(
    visitor: BrowserContext, stack: Stack
) -> None:
    """A proxy before the API passes on no CORS headers."""
    page = visitor.new_page()
    page.goto("/foreign")
    fill(page, "foreign@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading")).to_have_text("Merci")
    expect(page.get_by_role("link")).to_be_visible()
    assert len(leads(stack, "foreign@example.com")) == 1


def test_a_name_that_no_source_has_is_kept_and_can_be_read(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/nowhere")
    fill(page, "nowhere@example.com")
    with page.expect_response("**/forms/nobody-knows") as asked:
        page.get_by_role("button", name="Send").click()
    assert asked.value.json()["title"] == "Unknown source"
    expect(page.get_by_role("status")).to_contain_text("kept here")


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}
