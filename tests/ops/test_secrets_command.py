"""`leadrelay secrets`: added to what is there, tried first, and never shown."""

import pytest

from leadrelay_ops.secrets import added
from tests.ops.conftest import Deployed


def test_a_crm_s_secret_is_tried_and_stored(deployed: Deployed) -> None:
    deployed.set_secret("crm/collect", {**deployed.secret("collect"), "op_password": "old"})
    ran = deployed.run("secrets", "set", "collect", input="\n\nsandbox-password\n")
    assert ran.exit_code == 0, ran.output
    assert "sandbox-password" not in ran.output
    assert "echo" not in ran.output  # nobody is warned where no terminal is
    assert deployed.stack.secrets.get("crm/collect", fresh=True) == deployed.secret("collect")


def test_what_the_crm_refuses_is_not_stored(deployed: Deployed) -> None:
    ran = deployed.run("secrets", "set", "collect", input="\n\nwrong\n")
    assert ran.exit_code == 1
    assert ran.stderr.endswith("Nothing was stored\n")
    assert deployed.stack.secrets.get("crm/collect", fresh=True) == deployed.secret("collect")


def test_a_source_s_secret_leaves_the_others_alone(deployed: Deployed) -> None:
    deployed.set_secret("sources", {"other": "kept"})
    ran = deployed.run("secrets", "set", "source", "contact-us", input="new\n")
    assert ran.exit_code == 0, ran.output
    stored = deployed.stack.secrets.get("sources", fresh=True)
    assert stored == {"other": "kept", "contact-us": ["new"]}


def test_a_source_that_there_isn_t_is_told(deployed: Deployed) -> None:
    ran = deployed.run("secrets", "set", "source", "contactus", input="new\n")
    assert ran.exit_code == 1
    assert "did you mean contact-us?" in ran.stderr


@pytest.mark.parametrize(
    ("old", "new", "beside", "then"),
    [
        ([], "a", False, ["a"]),
        ("old", "new", False, ["new"]),
        ("old", "new", True, ["new", "old"]),
        (["old", "captcha:c"], "new", False, ["new", "captcha:c"]),
        (["old", "captcha:c"], "captcha:d", False, ["captcha:d", "old"]),
        (["old"], "old", True, ["old"]),
    ],
)
def test_only_a_secret_of_the_same_use_is_replaced(
    old: str | list[str], new: str, *, beside: bool, then: list[str]
) -> None:
    assert added(old, new, beside=beside) == then
