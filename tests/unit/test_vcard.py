"""A card of somebody's is their lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.vcard import is_card, read_card
from leadrelay.intake.limits import LIMITS
from tests.unit.test_as_it_was_meant import lead_of

CARD = """BEGIN:VCARD
VERSION:3.0
N:Doe;Jane;;Dr.;
FN:Dr. Jane Doe
ORG:Acme\\, Ltd;Sales
TITLE:Head of
  Sales
item1.TEL;TYPE=CELL:+44 20 7946 0958
EMAIL;TYPE=INTERNET:jane@example.com
NOTE:Please ring\\nafter five
END:VCARD
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("content_type", ["text/vcard", "text/x-vcard", "text/plain", ""])
def test_a_card_is_a_lead(ends: str, content_type: str) -> None:
    lead = lead_of(CARD.replace("\n", ends).encode(), content_type)
    assert (lead.first_name, lead.last_name, lead.full_name) == ("Jane", "Doe", "Dr. Jane Doe")
    assert (lead.email, lead.phone) == ("jane@example.com", "+442079460958")
    assert (lead.company, lead.job_title) == ("Acme, Ltd", "Head of Sales")
    assert lead.message == "Please ring\nafter five"


def test_of_too_many_properties_nothing_is_read() -> None:
    with pytest.raises(Rejected, match=r"^413"):
        read_card("BEGIN:VCARD\n" + "TEL:1\n" * 1_000, LIMITS)


@given(st.text())
def test_any_text_is_a_card_or_none(text: str) -> None:
    assert all(name for name, _ in read_card(f"BEGIN:VCARD\n{text}"[:500], LIMITS))
    assert is_card(f"\ufeffbegin:vcard\n{text}".encode())
