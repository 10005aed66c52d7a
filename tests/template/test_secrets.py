"""Secrets are in Secrets Manager: not in the template, nor in what git keeps."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.ledger import read_template

TEMPLATE = read_template()

# How credentials look that open something outside of the sandbox.
CREDENTIALS = {
    "an AWS access key": r"\b(AKIA|ASIA)(?!\w*EXAMPLE)[0-9A-Z]{16}\b",
    "an AWS secret key": r"(?i)aws_secret_access_key\s*[=:]\s*[\"']?[0-9a-z/+]{40}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a GitHub token": r"\b(gh[pousr]_[0-9A-Za-z]{36,}|github_pat_\w{40,})",
    "a Slack token": r"\bxox[abprs]-[0-9A-Za-z-]{20,}",
    "a Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{16,}",
    "a Google API key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "a Twilio key": r"\bSK[0-9a-f]{32}\b",
    "a SendGrid key": r"\bSG\.[\w-]{22}\.[\w-]{43}\b",
    "a token of a package registry": r"\bpypi-[\w-]{40,}|\bnpm_[0-9A-Za-z]{36}\b",
    "a login in a URL": r"\bhttps?://[^\s/:@\"'<>{}$*]+:[^\s/@\"'<>{}$*]{4,}@(?!example)",
}
# The sandbox's own senders sign with key pairs of their own.
SANDBOX = {"leadrelay_sandbox/sources/keys/telnyx.pem", "leadrelay_sandbox/sources/keys/wix.pem"}
SECRETIVE = re.compile(r"(?i)secret|password|token|credential|api_?key|private")


def variables() -> Iterator[tuple[str, Any]]:
    """Of all functions, and those that all have."""
    functions = [one.get("Properties", {}) for one in TEMPLATE["Resources"].values()]
    for holder in (TEMPLATE["Globals"]["Function"], *functions):
        yield from holder.get("Environment", {}).get("Variables", {}).items()


def test_no_parameter_takes_a_secret() -> None:
    for name, parameter in TEMPLATE["Parameters"].items():
        assert not SECRETIVE.search(name), name
        assert "NoEcho" not in parameter, f"{name} is no place for a secret"


def test_no_function_is_told_a_secret_by_its_environment() -> None:
    found = dict(variables())
    assert found
    for name, value in found.items():
        assert not SECRETIVE.search(name), name
        assert not re.search(r"(?i)secret", json.dumps(value)), name


def test_nothing_is_resolved_out_of_secrets_manager_when_it_is_deployed() -> None:
    """For then it would stand in the deployed template, and in whatever it was put into."""
    assert "{{resolve:" not in json.dumps(TEMPLATE)


def test_a_literal_in_the_template_is_short_or_reads_as_words() -> None:
    told = json.dumps([*dict(variables()).values(), TEMPLATE["Parameters"], TEMPLATE["Outputs"]])
    long = re.findall(r"[0-9A-Za-z+/=_]{20,}", told)
    assert [word for word in long if re.search(r"\d", word)] == []


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.splitlines()


def credentials(text: str) -> list[str]:
    return [what for what, pattern in CREDENTIALS.items() if re.search(pattern, text)]


def test_git_keeps_no_credential() -> None:
    files = tracked()
    assert len(files) > 300
    found = {}
    for name in files:
        if (ROOT / name).is_file() and name not in SANDBOX:
            found[name] = credentials((ROOT / name).read_text("utf-8", "replace"))
    assert {name: what for name, what in found.items() if what} == {}


def test_a_credential_would_be_found() -> None:
    assert credentials("key = AKIA" + "ABCDEFGHIJ234567") == ["an AWS access key"]
    assert credentials("-----BEGIN RSA " + "PRIVATE KEY-----") == ["a private key"]
    assert credentials("https://jo:" + "hunter22@mirror.invalid/simple") == ["a login in a URL"]
