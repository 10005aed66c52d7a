"""A browser, a website, and the deployed twin that its forms go to."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from leadrelay_ops.stack import Stack, read_twin
from leadrelay_sandbox.twin import Twin
from tests.browser.chromium import NoChromium, arguments, chromium
from tests.browser.line import Line, running_line
from tests.browser.site import Site, website
from tests.stack.conftest import free_port

SOURCES = """
[contact]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
origins = ["{site}"]
honeypot = "website_url"

[timed]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
origins = ["{site}"]
min_fill = "1s"

[foreign]
kind = "form"
sender = "html"
language = "fr"
deliver = ["trackerrms"]

[careers]
kind = "resume"
sender = "multipart"
language = "de"
deliver = ["trackerrms"]
origins = ["{site}"]

[desk]
kind = "call"
sender = "screen_pop"
deliver = ["trackerrms"]
"""
PATIENCE_S = 400


_BROWSER = pytest.StashKey[str]()
_MISSING = pytest.StashKey[str]()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if used := config.stash.get(_BROWSER, ""):
        terminalreporter.write_line(f"The browser was {used}")
    if why := config.stash.get(_MISSING, ""):
        terminalreporter.write_line(f"NOT RUN: the pages in a browser, because {why}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with website() as running:
        yield running


@pytest.fixture(scope="session")
def line() -> Iterator[Line]:
    with running_line() as running:
        yield running


@pytest.fixture(scope="session")
def stack(site: Site, line: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Needs what `make build` makes."""
    home = tmp_path_factory.mktemp("twin")
    sources, secrets = home / "sources.toml", home / "secrets.json"
    sources.write_text(SOURCES.format(site=site.url), "utf-8")
    secrets.write_text(json.dumps({"sources": {"timed": "render:of the tests"}}), "utf-8")
    with Twin(free_port(), sources=sources, secrets=secrets, home=home, backoff_s=0.2) as twin:
        site.api_url = line.take(twin.api_url)
        site.storage_url = twin.endpoint_url
        yield read_twin(twin.stack_file)


@pytest.fixture(scope="session")
def chromium_path(pytestconfig: pytest.Config) -> str:
    """Chromium's. Asked for before a twin is started; that there is none is told at the end."""
    try:
        return chromium()
    except NoChromium as error:
        pytestconfig.stash[_MISSING] = str(error)
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def browser(chromium_path: str, stack: Stack, pytestconfig: pytest.Config) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=arguments())
        pytestconfig.stash[_BROWSER] = f"{chromium_path}, version {running.version}"
        yield running
        running.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Somebody whose browser remembers nothing yet."""
    context = browser.new_context(base_url=site.url)
    context.set_default_timeout(PATIENCE_S * 1000)
    yield context
    context.close()


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Asks again until it is so."""

    def wait(is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, "it never came to be so"
            time.sleep(0.1)

    return wait
