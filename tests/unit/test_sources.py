"""The agency's own file is read strictly, and every mistake is told with its place."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadrelay.sources import SourcesError, read_sources

CONTACT = """\
[contact-us]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(SourcesError) as caught:
        read_sources(text)
    assert str(caught.value) == "\n".join(caught.value.mistakes)
    return caught.value.mistakes


# -- what is read -----------------------------------------------------------------------------


def test_a_source_needs_three_lines() -> None:
    source = read_sources(CONTACT)["contact-us"]
    assert (source.name, source.kind, source.sender) == ("contact-us", "form", "html")
    assert source.deliver == ("trackerrms",)
    assert (source.window, source.retention) == (timedelta(minutes=10), timedelta(days=90))
    assert not source.unverified


def test_an_empty_file_has_no_sources() -> None:
    assert read_sources("") == {}


def test_a_table_named_like_a_crm_is_for_that_crm() -> None:
    text = CONTACT + '[contact-us.trackerrms]\nleadname = "Website: {name}"\n'
    source = read_sources(text)["contact-us"]
    assert source.options("trackerrms") == {"leadname": "Website: {name}"}
    assert source.options("collect") == {}


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("90s", timedelta(seconds=90)),
        ("10m", timedelta(minutes=10)),
        ("1 h", timedelta(hours=1)),
        ("2d", timedelta(days=2)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(written: str, window: timedelta) -> None:
    assert read_sources(f'{CONTACT}window = "{written}"')["contact-us"].window == window


@pytest.mark.parametrize("written", ["10", "m", "10 minutes", "-5m", "1.5h", "", "9" * 20 + "d"])
def test_anything_else_is_no_duration(written: str) -> None:
    (mistake,) = mistakes(f'{CONTACT}window = "{written}"')
    assert mistake.startswith("line 5: contact-us.window: ")


def test_a_lead_is_not_forgotten_before_its_crm_is_up_again() -> None:
    assert mistakes(CONTACT + 'retention = "6d"')[0].startswith("line 5: contact-us.retention: ")
    assert read_sources(CONTACT + 'retention = "7d"')["contact-us"].retention.days == 7


@pytest.mark.parametrize(
    "origin", ["https://www.example.com", "http://localhost:8080", "https://WWW.Example.com"]
)
def test_an_origin_is_what_a_browser_sends(origin: str) -> None:
    assert read_sources(f'{CONTACT}origins = ["{origin}"]')["contact-us"].origins == (
        origin.lower(),
    )


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.example.com", "www.example.com", "https://www.example.com/", "null", ""],
)
def test_an_origin_that_no_browser_would_send_is_a_mistake(origin: str) -> None:
    (mistake,) = mistakes(f'{CONTACT}origins = ["{origin}"]')
    assert mistake.startswith("line 5: contact-us.origins: ")


def test_a_crm_named_twice_is_one_crm() -> None:
    text = CONTACT.replace('["trackerrms"]', '["trackerrms", "collect", "trackerrms"]')
    assert read_sources(text)["contact-us"].deliver == ("trackerrms", "collect")


# -- what is wrong with it --------------------------------------------------------------------

WRONG = """\
# the agency's
stray = 1

[contact-us]
kind = "from"
sender = "html"
deliver = ["trackerrms", "salesforce"]
origins = ["https://www.example.com", "*"]
thanks = "www.example.com/thanks"
window = "ten minutes"
colour = "blue"
name = "another"

[contact-us.fields]
first_name = "fname"
frist_name = "fname"
extra = "all"
phone = 7

[contact-us.collect]
debtor = "x"

[ "Bad Name" ]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
default_region = "gb"

[switchboard]
kind = "call"
token = "cookie:k"
max_file_bytes = 0
deliver = []

[fine]
kind = "call"
sender = "screen_pop"
deliver = ["collect"]
"""


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    told = [mistake.split(": ") for mistake in mistakes(WRONG)]
    assert sorted((int(line.removeprefix("line ")), key) for line, key, *_ in told) == [
        (2, "stray"),
        (5, "contact-us.kind"),
        (7, "contact-us.deliver"),
        (8, "contact-us.origins"),
        (9, "contact-us.thanks"),
        (10, "contact-us.window"),
        (11, "contact-us.colour"),
        (12, "contact-us.name"),
        (16, "contact-us.fields.frist_name"),
        (17, "contact-us.fields.extra"),
        (18, "contact-us.fields.phone"),
        (20, "contact-us.collect"),
        (23, "Bad Name"),
        (27, "Bad Name.default_region"),
        (29, "switchboard.sender"),
        (31, "switchboard.token"),
        (32, "switchboard.max_file_bytes"),
        (33, "switchboard.deliver"),
    ]


def test_the_sources_without_a_mistake_are_told_too() -> None:
    with pytest.raises(SourcesError) as caught:
        read_sources(WRONG)
    assert list(caught.value.sources) == ["fine"]


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("[a]\nkind = 'form'\nkind = 'call'\n\n", "not TOML: .*line 3"),
        ("[a]\ndeliver = ['trackerrms'\n[b]\n", "not TOML: .*line 3"),
        ("[contact-us]\ndeliver = ['hubspot']", "'hubspot' is not a CRM; there are trackerrms, "),
        ("[a]\nfields = {budget = 'b'}", "line 2: a.fields.budget: 'budget' is not a field"),
        ("[a]\nfields.budget = 'b'", "line 2: a.fields.budget: 'budget' is not a field"),
        ("[a.fields.call]\nfrom = 'b'", "line 2: a.fields.call.from: call.from is not a field"),
        ("[a]\ncall_fields = {}", "line 2: a.call_fields: there is no such key"),
        ("[[a]]", "line 1: a: put this into a"),
        ("x = 1\n[[a]]", "line 2: a: put this into a"),
        ("[a]\nname = 'a'", "line 2: a.name: there is no such key"),
        ("[a]\ncrms = {}", "line 2: a.crms: there is no such key"),
        ("[a]\n'kind' = 1", "line 2: a.kind: "),
        ("['a']\n\"kind\" = 1", "line 2: a.kind: "),
        ("[a]\ntrackerrms = 5\ndeliver = ['trackerrms']", "line 2: a.trackerrms: "),
    ],
)
def test_a_mistake_says_what_and_where(written: str, mistake: str) -> None:
    with pytest.raises(SourcesError, match=mistake):
        read_sources(written)


KEYS = ["kind", "sender", "deliver", "window", "retention", "origins", "fields", "name", "crms"]
keys = st.sampled_from(["a", "b-1", '"x y"', "trackerrms", *KEYS])
PLAIN = ['"form"', '"html"', '["trackerrms"]', '"9999999999999d"', '"\\ud800"', '{a = "b"}']
ODD = ["1e400", "nan", "-1", "true", "{}", "[[]]", "0001-01-01T00:00:00+23:59", "9" * 400]
values = st.sampled_from([*PLAIN, *ODD])
lines = st.one_of(
    keys.map("[{}]".format),
    st.tuples(keys, keys).map(lambda pair: "[{}.{}]".format(*pair)),
    keys.map("[[{}]]".format),
    st.tuples(keys, values).map(lambda pair: "{} = {}".format(*pair)),
)


@given(st.one_of(st.text(), st.lists(lines, max_size=12).map("\n".join)))
@example("a = " + "[" * 5000)
@example("a = " + "9" * 5000)
@example(f'{CONTACT}window = "{"9" * 5000}d"')
def test_no_text_does_worse_than_a_mistake(text: str) -> None:
    try:
        sources, told = read_sources(text), ["none"]
    except SourcesError as error:
        sources, told = dict(error.sources), error.mistakes
    assert all(told)
    assert all(name == source.name for name, source in sources.items())


@pytest.mark.parametrize(
    "written",
    [
        "[a.fields]\ncall.caller = 'von'\nemail = 'post'",
        "[a.fields]\n'call.caller' = 'von'\nemail = 'post'",
        "[a.fields.call]\ncaller = 'von'\n[a.fields]\nemail = 'post'",
        "[a]\nfields = {call = {caller = 'von'}, email = 'post'}",
    ],
)
def test_the_fields_of_a_call_can_be_written_as_toml_likes_it(written: str) -> None:
    head, rest = "[a]\nkind = 'call'\nsender = 'asterisk'\ndeliver = ['centia']\n", written
    text = head + rest.removeprefix("[a]\n")
    source = read_sources(text)["a"]
    assert (source.call_fields, source.fields) == ({"caller": "von"}, {"email": "post"})
