"""A file that arrives when its lead is in the CRM already is added there; no second record."""

from leadrelay.lead import Attachment
from tests.crm.contract import LETTER, PHOTO, RESUME, Account, file, fresh_steps, make_lead


def hashes(account: Account, *files: Attachment) -> list[str]:
    """Those of the files that this CRM can hold, sorted."""
    return sorted(file.sha256 for file in files) if account.terms.takes_files else []


def test_a_resume_that_comes_late_joins_the_record_made_without_it(account: Account) -> None:
    steps = fresh_steps()
    first = account.deliver(make_lead("resume", resume=None, attachments=()), steps)
    later = account.deliver(make_lead("resume", attachments=()), steps)
    assert later.record_id == first.record_id
    assert [one.id for one in account.ones] == [first.record_id]
    assert account.files == hashes(account, RESUME)


def test_a_resume_that_comes_after_the_attachments_moves_none_of_them(account: Account) -> None:
    steps = fresh_steps()
    account.deliver(make_lead("resume", resume=None, attachments=(LETTER,)), steps)
    account.deliver(make_lead("resume", attachments=(LETTER, PHOTO)), steps)
    assert len(account.ones) == 1
    assert account.files == hashes(account, RESUME, LETTER, PHOTO)


def test_the_same_again_uploads_nothing(account: Account) -> None:
    steps = fresh_steps()
    account.deliver(make_lead("resume"), steps)
    before = account.writes
    account.deliver(make_lead("resume"), steps)
    assert account.writes == before


def test_a_late_resume_takes_nothing_s_place(account: Account) -> None:
    letter, resume = (file("document.pdf", "application/pdf", text) for text in (b"letter", b"cv"))
    steps = fresh_steps()
    account.deliver(make_lead("resume", resume=None, attachments=(letter,)), steps)
    account.deliver(make_lead("resume", resume=resume, attachments=(letter,)), steps)
    assert account.files == hashes(account, letter, resume)
