"""What arrives in each CRM is what was sent: texts with any sign, files to the last byte."""

import hashlib

import pytest

from leadrelay.crm.collect.options import Options
from leadrelay.crm.initiative.kept import spelled
from leadrelay.crm.mapping import note
from tests.crm.contract import LETTER, PHOTO, RESUME, Account, make_lead, texts

HOSTILE = '\'; DROP TABLE leads; -- "quoted" \\ %_ {name} <b>&amp;</b>\n\tline two\n😀 é ß 漢\n'


@pytest.mark.parametrize("message", [HOSTILE, HOSTILE * 150], ids=["short", "10 kB"])
def test_text_arrives_unchanged(account: Account, message: str) -> None:
    name = 'O\'Brien-"Bo"😀'
    account.deliver(make_lead(message=message, last_name=name))
    assert len(account.ones) == 1
    told = [text for record in account.simulator.records for text in texts(record.fields)]
    if account.name == "initiative":  # its database keeps no character of four bytes
        message, name = spelled(message), spelled(name)
    assert any(message.strip() in text for text in told)
    assert any(name in text for text in told)


def test_files_arrive_unchanged(account: Account) -> None:
    account.deliver(make_lead("resume"))
    if account.terms.takes_files:
        assert account.files == sorted(file.sha256 for file in (RESUME, LETTER, PHOTO))
    else:
        for file in (RESUME, LETTER, PHOTO):
            told = [text for record in account.simulator.records for text in texts(record.fields)]
            assert any(file.filename in text for text in told)
            assert any(f"leadrelay file {make_lead('resume').ref}" in text for text in told)


@pytest.mark.parametrize("account", ["collect"], indirect=True)
def test_a_note_without_a_column_arrives_as_a_file(account: Account) -> None:
    account.simulator.switch["notes_column"] = False
    lead = make_lead(message=HOSTILE * 150)
    account.deliver(lead)
    text = note(lead, Options().style)
    assert HOSTILE * 150 in text
    assert account.files == [hashlib.sha256(text.encode()).hexdigest()]
    before = account.simulator.requests
    account.deliver(make_lead("form", 2))
    assert account.simulator.requests - before == 2
