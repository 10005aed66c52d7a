"""XML is read as JSON of the same members would be, and a hostile one costs nothing."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.read import read_bodies
from tests.unit.test_inflate import FORM, posted

XML = "application/xml"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def fields(body: str | bytes, content_type: str = XML) -> list[dict[str, str]]:
    raw = body.encode() if isinstance(body, str) else body
    return [dict(found.fields) for found in read_bodies(posted(raw, content_type))]


def test_elements_are_fields_and_attributes_stand_beside_them() -> None:
    body = '<lead id="7"><name>Jane</name><address><city>Bath</city></address><tag/></lead>'
    assert fields(body) == [{"id": "7", "name": "Jane", "address.city": "Bath"}]


@pytest.mark.parametrize("content_type", [XML, "text/xml", "application/soap+xml"])
def test_an_envelope_of_soap_is_taken_off(content_type: str) -> None:
    inner = '<n:submit xmlns:n="urn:x"><n:email>jane@example.com</n:email></n:submit>'
    body = f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body>{inner}</s:Body></s:Envelope>'
    assert fields(body, content_type) == [{"email": "jane@example.com"}]


def test_what_declares_itself_is_xml_whatever_its_type_says() -> None:
    body = '<?xml version="1.0"?><f><field name="email">j@example.com</field>'
    body += '<field name="phone">1</field></f>'
    for content_type in (FORM, "text/plain", "application/json"):
        assert fields(body, content_type) == [{"email": "j@example.com", "phone": "1"}]


def test_each_of_several_records_is_a_submission() -> None:
    body = "<leads><lead><name>Jane</name></lead><lead><name>Joe</name></lead></leads>"
    assert fields(body) == [{"name": "Jane"}, {"name": "Joe"}]


def test_signs_that_nobody_escaped_are_read_as_they_were_meant() -> None:
    body = "<a><company>Smith & Sons</company><city>Besan&ccedil;on</city><b>1 &lt; 2</b></a>"
    assert fields(body) == [{"company": "Smith & Sons", "city": "Besançon", "b": "1 < 2"}]


def test_the_declared_charset_is_read_where_the_bytes_are_no_utf_8() -> None:
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><a><name>Jörg</name></a>'
    assert fields(body.encode("latin-1")) == fields(body) == [{"name": "Jörg"}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>', 400),
        ("<a><name>Ja", 400), ("<a></b>", 400),
        ("<a>" * 30 + "x" + "</a>" * 30, 413), ("<a>" + "<b/>" * 10_000 + "</a>", 413),
    ],
)  # fmt: skip
def test_what_is_cut_off_deep_or_hostile_is_refused(body: str, status: int) -> None:
    with pytest.raises(Rejected) as refused:
        fields(body)
    assert refused.value.status == status


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for body in (f"<a>{text}</a>", f"<{text}/>", f"<?xml{text}"):
        with suppress(Rejected):
            fields(body.encode("utf-8", "replace"))
