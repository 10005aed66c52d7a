"""Every sender has all that CONTRIBUTING.md lists for one."""

import re

import pytest

from leadrelay.intake.senders import SENDERS
from leadrelay.signing.samples import read_sample
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.senders import sources

SOURCES = sources()
SAMPLES = [read_sample(path) for path in sorted((ROOT / "events").glob("*.http"))]
SENT_TO = {sample.path.partition("?")[0].rpartition("/")[2] for sample in SAMPLES}
SECTION = (
    (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## A sender")[2].partition("\n## ")[0]
)


@pytest.mark.parametrize("name", SENDERS)
def test_each_has_a_source_in_the_sandbox_and_a_sample(name: str) -> None:
    assert SENT_TO & {source.name for source in SOURCES.values() if source.sender == name}


def test_each_sample_is_for_a_source_there_is() -> None:
    assert SOURCES.keys() >= SENT_TO


def test_the_places_for_a_new_one_are_there() -> None:
    named = re.findall(r"`((?:layers|leadrelay_\w+|events|tests|docs)/[\w/.]*)`", SECTION)
    assert len(named) > 8
    assert [place for place in named if not (ROOT / place).exists()] == []
