"""docs/senders.md has a row for every sender, says whether it signs, and how it is set up."""

import re

import pytest

from leadrelay.intake.senders import BY_KIND, SENDERS, sender
from leadrelay.lead import Kind
from leadrelay.signing import SIGNERS
from leadrelay_sandbox.home import ROOT

TEXT = (ROOT / "docs" / "senders.md").read_text("utf-8")
ROW = re.compile(r"\| \[`(\w+)`\]\(#(\w+)\) \| (.+?) \| (.+?) \| (.+?) \|")
SETUP = re.compile(r"### (\w+)\n\n```text\n(.*?)\n```", re.DOTALL)


def rows(kind: Kind) -> dict[str, str]:
    """Sender → how it proves itself, in the part for this kind."""
    (part,) = (part for part in TEXT.split("\n## ") if f'For `kind = "{kind}"`' in part)
    lines = [line for line in part.splitlines() if line.startswith("| [")]
    found = [ROW.fullmatch(line) for line in lines]
    assert all(found), "a row has another shape"
    return {one[1]: one[3] for one in found if one and one[1] == one[2]}


@pytest.mark.parametrize("kind", BY_KIND)
def test_every_sender_has_its_row_in_the_part_for_its_kind(kind: Kind) -> None:
    assert list(rows(kind)) == list(BY_KIND[kind])


@pytest.mark.parametrize("kind", BY_KIND)
def test_who_signs_and_who_does_not_is_told(kind: Kind) -> None:
    for name, proof in rows(kind).items():
        signs = sender(name).verify is not None
        assert proof.startswith("signs" if signs else "unsigned"), name
        assert signs is (name in SIGNERS), name


def test_the_setup_lines_are_those_that_the_command_prints() -> None:
    assert dict(SETUP.findall(TEXT)) == {name: sender(name).setup for name in SENDERS}


def test_every_source_that_is_named_in_brackets_has_its_address_and_no_other_is_there() -> None:
    text, *_ = re.split(r"\n(?=\[[^\]]+\]: )", TEXT)
    outside = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    addresses = re.findall(r"^\[([^\]]+)\]: (https://\S+)$", TEXT, re.MULTILINE)
    named = re.findall(r"\[([^\]\n`]+(?:\n[^\]\n`]+)?)\](?!\()", outside)
    assert {" ".join(name.split()) for name in named} == {name for name, _ in addresses}
    assert len(addresses) == len(dict(addresses))
