"""`leadrelay fault`, and what curl says to a simulator."""

from dataclasses import replace

import httpx
import pytest
from rich.cells import cell_len

from tests.ops.conftest import Deployed
from tests.ops.test_hostile_text import CORPUS, UNSEEN


@pytest.fixture
def twin(deployed: Deployed) -> Deployed:
    deployed.stack = replace(deployed.stack, crms=deployed.urls)
    return deployed


def test_a_fault_is_set_listed_and_cleared(twin: Deployed) -> None:
    assert twin.run("fault", "collect").stdout == "collect works as it should\n"
    told = twin.run("fault", "collect", "status=503", "times=5").stdout
    assert told == twin.run("fault", "collect").stdout
    assert "status 503" in told
    assert "times 5" in told
    assert twin.run("fault", "collect", "clear").stdout == "collect works as it should\n"
    assert not twin.crms["collect"].faults


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("status=abc",), "status: Input should be a valid integer"),
        (("status=99",), "status: Input should be greater than or equal to 100"),
        (("sttus=503",), "sttus: "),
        (("503",), "'503': write name=value"),
    ],
)
def test_a_wrong_order_is_told_what_is_right(
    twin: Deployed, words: tuple[str, ...], told: str
) -> None:
    ran = twin.run("fault", "collect", *words)
    assert ran.exit_code == 1
    assert ran.stderr.startswith(told)


@pytest.mark.parametrize(
    ("sent", "status"),
    [('{"status": 503}', 200), ("{}", 200), ("[]", 400), ('{"status": "503"}', 400), ("x", 400)],
)
def test_curl_is_understood_whatever_it_calls_the_body(
    twin: Deployed, sent: str, status: int
) -> None:
    url = f"{twin.urls['collect']}/_sandbox/fault"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert httpx.post(url, content=sent, headers=form).status_code == status


def test_what_a_fault_says_is_shown_as_text(
    twin: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = twin.run("fault", "collect", f"refuse={' '.join(CORPUS)}")
    assert ran.exit_code == 0, ran.output
    assert not UNSEEN.search(ran.output.replace("\n", ""))
    assert max(map(cell_len, ran.output.splitlines())) <= 80
