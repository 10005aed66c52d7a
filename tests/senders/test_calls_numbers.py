"""Numbers, names, times and durations, as exchanges write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.calls.parties import Party, party, person_name
from leadrelay.intake.calls.times import before, between, moment, seconds


@pytest.mark.parametrize(
    ("text", "region", "found"),
    [
        ("+442079460958", None, Party("+442079460958")),
        ("+1 202-555-0123", None, Party("+12025550123")),
        ("(202) 555-0123", "US", Party("+12025550123")),
        (" 442079460958", None, Party("+442079460958")),
        (" 33199001234", "US", Party("+33199001234")),
        ("442079460958", "US", Party("+442079460958")),
        ("020 7946 0958", "GB", Party("+442079460958")),
        ("2025550123 x45", "US", Party("+12025550123", "45")),
        ("tel:+12025550123;ext=45", None, Party("+12025550123", "45")),
        ("sip:+442079460958@pbx.example.com;user=phone", None, Party("+442079460958")),
        ("sips:02079460958@pbx.example.com", "GB", Party("+442079460958")),
        ("sip:101@pbx.example.com", "GB", Party("101")),
        ("sip:jane@example.com", "GB", Party("sip:jane@example.com")),
        ("client:jane", "GB", Party("client:jane")),
        ('"Sam Testcase" <+442079460958>', None, Party("+442079460958", name="Sam Testcase")),
        ("Sam Testcase <sip:101@pbx>", None, Party("101", name="Sam Testcase")),
        ("07400123456@192.0.2.48", "GB", Party("+447400123456")),
        ("+442079460018@realm.example.com", None, Party("+442079460018")),
        ("201@pbx.example.com:5060;transport=tcp", "GB", Party("201")),
        ("Sam Testcase 020 7946 0958", "GB", Party("+442079460958")),
        ("null", None, Party()),
        ("", None, Party()),
        ("101", "GB", Party("101")),
        ("9" * 300, None, Party()),
        ("+442079460958;cpc=ordinary", None, Party("+442079460958")),
        ("02079460958;ext=7", "GB", Party("+442079460958", "7")),
        ("<sip:+442079460958@pbx.example.com;user=phone>", None, Party("+442079460958")),
    ],
)
def test_a_party_is_read(text: str, region: str | None, found: Party) -> None:
    assert party(text, region) == found


@pytest.mark.parametrize(
    "text",
    [
        *("anonymous", "PRIVATE NUMBER", "Anonymous <anonymous>", "No Number", "Out-of-Area", "U"),
        *(
            "Numéro masqué",
            "Unterdrückt",
            "Privado",
            "Oculto",
            "Desconocido",
            "Не определён",
            "匿名",
        ),
        *("-", "+", "0", "000-000-0000", "*67", "#31#", "O", "asterisk"),
        *("+266696687", "266696687", "sip:anonymous@anonymous.invalid", "sip:9@x.invalid"),
        *("sip:Restricted@192.0.2.1", "sips:unavailable@unknown.invalid:5061", "anonymous@pbx"),
    ],
)
def test_where_a_number_should_be_any_word_for_none_says_that_somebody_hides(text: str) -> None:
    found = party(text, "GB")
    assert (found.number, found.phone, found.name, found.hidden) == ("", "", "", True)


def test_a_word_that_nobody_knows_is_kept_as_it_was_given() -> None:
    assert party("Tamanoir", "GB") == Party(hidden=True, text="Tamanoir")
    assert party("Anonymous", "GB") == Party(hidden=True)


def test_digits_that_spell_a_word_are_a_number_where_they_are_one() -> None:
    assert party("2562533", "US").hidden
    assert party("7378742833", "US").number == "+17378742833"
    assert party("+7378742833", "US").hidden


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("442079460958", "+442079460958"),
        ("33199001234", "+33199001234"),
        ("+12025550123", "+12025550123"),
        ("101", "101"),
        ("2025550123", "+12025550123"),  # no country code 20 has this number
    ],
)
def test_digits_of_a_sender_that_leaves_out_the_plus_are_international(
    text: str, number: str
) -> None:
    assert party(text, "US", international=True).number == number


@pytest.mark.parametrize(
    ("number", "phone", "internal"),
    [
        ("+442079460958", "+442079460958", False),
        ("020 7946 0958", "020 7946 0958", False),
        ("101", "", True),
        ("*97", "", True),
        ("client:jane", "", True),
        ("sip:jane@example.com", "", False),
        ("", "", False),
    ],
)
def test_who_can_be_called_back_and_who_is_a_colleague(
    number: str, phone: str, *, internal: bool
) -> None:
    assert (Party(number).phone, Party(number).is_internal) == (phone, internal)


@pytest.mark.parametrize(
    "text",
    [
        *("WIRELESS CALLER", "Unknown", "+1 202 555 0123", "(202) 555-0123", "", "Anonymous"),
        *("Unterdrückt", "Numéro masqué", "PRIVADO", "-"),
    ],
)
def test_what_names_nobody_is_no_name(text: str) -> None:
    assert person_name(text) == ""


@pytest.mark.parametrize("text", ["Sam Testcase", "Grace O'Sample", "Zoë", "名前"])
def test_a_name_is_a_name(text: str) -> None:
    assert person_name(f' "{text}" ') == text


@given(st.text(), st.sampled_from(["GB", None]), st.booleans())
def test_any_text_is_a_party(text: str, region: str | None, international: bool) -> None:  # noqa: FBT001 - hypothesis fills it in
    found = party(text, region, international=international)
    assert not found.phone or sum(map(str.isdigit, found.phone)) > 2
    assert not (found.hidden and found.number)


NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "1795165200",
        "1795165200.0",
        "1795165200000",
        "2026-11-20T09:00:00Z",
        "2026-11-20T10:00:00.000+01:00",
        "2026-11-20 09:00:00.000000Z",
        "Fri, 20 Nov 2026 09:00:00 +0000",
        "Fri, 20 Nov 2026 04:00:00 -0500",
        "2026-11-20 04:00 AM -05:00",
        "20.11.2026 10:00 +0100",
        "11/20/2026 9:00:00 AM Z",
    ],
)
def test_a_time_is_read_with_its_zone(text: str) -> None:
    assert moment(text) == NINE


def test_a_time_without_a_zone_is_read_only_if_the_zone_is_known() -> None:
    assert moment("2026-11-20 09:00:00") is None
    assert moment("2026-11-20 09:00:00", UTC) == NINE


@pytest.mark.parametrize(
    "text",
    [
        *("11/20/2026 09:00:00", "20/11/2026 9:00", "20.11.2026 09:00:00", "2026/11/20 9:00 AM"),
        *("2026-11-20 9:00", "11/20/2026, 9:00:00 am", "2026-11-20T09:00:00"),
    ],
)
def test_a_time_is_read_as_people_and_programs_write_it(text: str) -> None:
    assert moment(text, UTC) == NINE
    assert moment(text) is None


def test_day_and_month_are_not_guessed() -> None:
    assert moment("03/04/2026 09:00", UTC) is None
    march = datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert moment("03/04/2026 09:00", UTC, month_first=True) == march
    assert moment("04.03.2026 09:00", UTC) == march


@pytest.mark.parametrize("text", ["", "soon", "0", "9" * 30, "0001-01-01T00:00:00+23:00", "٢٠٢٦"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert moment(text, UTC) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("13", 13), ("13.4", 13), ("0:01:13", 73), ("01:13", 73), ("0", 0), (" 5 ", 5)],
)
def test_a_duration_is_read(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "-1", "nan", "inf", "1e400", "a minute", "9" * 50, "86401"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert seconds(text) is None


@given(st.text(alphabet="0123456789:.-+TZ eE", max_size=45) | st.text())
def test_any_text_is_a_time_or_not(text: str) -> None:
    found = moment(text, UTC)
    assert found is None or found.tzinfo is not None
    assert seconds(text) is None or seconds(text) in range(3_700_000)


def test_milliseconds_and_differences() -> None:
    assert seconds("77755.215", per_second=1000) == 78
    assert between(NINE, moment("2026-11-20T09:01:13Z")) == 73
    assert between(NINE, None) is None
    assert before(moment("2026-11-20T09:01:13Z"), 73) == NINE
    assert before(None, 73) is None


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("GRACE OSAMPLE", "Grace Osample"),
        ("OSAMPLE, GRACE", "Grace Osample"),
        ("MCSAMPLE,RON", "Ron McSample"),
        ("ACME, INC", "Acme, Inc"),
        ("Sam de la Cruz", "Sam de la Cruz"),
        ("IBM", "IBM"),
        ("WIRELESS CALLER", ""),
        ("Cell Phone   CA", ""),
        ("SPAM LIKELY", ""),
        ("BROOKLYN     NY", ""),
        ("V20255501470001", ""),
        ("+12025550147", ""),
    ],
)
def test_a_shown_name_is_a_person_s_or_none(shown: str, name: str) -> None:
    assert person_name(shown) == name
