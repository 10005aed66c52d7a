"""The agency's own file is read strictly, and every mistake is told with its place."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadrelay.errors import SourceBroken
from leadrelay.sources_file import Sources, SourcesError, judge, read_sources

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
    assert (source.window, source.retention) == (None, timedelta(days=90))
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
        ("[a]\nkind = 'form'\nkind = 'call'\n\n", "line 3: this stands in the file for the second"),
        ("[a]\n\n[a]\n", "line 3: this stands in the file for the second time"),
        ("[a]\ndeliver = ['trackerrms'\n[b]\n", r"line 3: not TOML: Unclosed array: \[b\]"),
        ("[a]\nsender = “html”\n", "line 2: not TOML: write straight quotes"),
        ("[a]\nsender = ", "line 2: not TOML: Invalid value: sender ="),
        ("[a]\nsender = html", "line 2: not TOML: write a text in quotes"),
        ("[a]\nx = 1", "line 2: a.x: there is no such key; there are accept, answer, "),
        ("[contact-us]\ndeliver = ['hubspot']", "'hubspot' is not a CRM; there are trackerrms, "),
        ("[a]\nfields = {budget = 'b'}", "line 2: a.fields.budget: 'budget' is not a field"),
        ("[a]\nfields.budget = 'b'", "line 2: a.fields.budget: 'budget' is not a field"),
        ("[a.fields.call]\nfrom = 'b'", "line 2: a.fields.call.from: call.from is not a field"),
        ("[a]\nfields.call = 'b'", "line 2: a.fields.call: 'call' is not a field"),
        ("[a]\ncall_fields = {}", "line 2: a.call_fields: there is no such key"),
        ("[[a]]", r"line 1: a: write \[a\] in one pair of brackets"),
        ("x = 1\n[[a]]", "line 1: x: put this into a"),
        ("[forms.a]\nsender = 'html'", r"line 1: forms.a: a source's name .* write \[a\]$"),
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


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('deliver = "trackerrms"', 'deliver: write a list: ["trackerrms"]'),
        ("deliver = []", "deliver: name at least one"),
        ('deliver = ["TrackerRMS"]', "(did you mean 'trackerrms'?)"),
        (
            'orgins = ["https://a.example"]',
            "orgins: there is no such key (did you mean 'origins'?)",
        ),
        ('defaultregion = "GB"', "(did you mean 'default_region'?)"),
        ('[web.tracker]\nleadname = "x"', "(did you mean 'trackerrms'?)"),
        ('default_region = "gb"', 'like "GB"'),
        ("window = 10", "write a duration like"),
        ('window = "0m"', 'write a duration from "1s" to "30d"'),
        ('window = "400d"', 'write a duration from "1s" to "30d"'),
        ("min_fill = 3", "write a duration like"),
        ('retention = "6d"', 'write a duration from "7d" to "730d"'),
        ('retention = "2y"', "write a duration like"),
        ('file_wait = "30d"', 'write a duration from "1m" to "6d"'),
        ('max_file_bytes = "10 MB"', "write a whole number, without quotes"),
        ('unverified = "maybe"', "write true or false, without quotes"),
        ('honeypot = ""', "there is nothing between the quotes"),
        ('fields = {full_name = ""}', "there is nothing between the quotes"),
        ("fields = {phone = 7}", 'write it in quotes: "7"'),
        ('fields = {nmae = "x", full_nmae = "y"}', "(did you mean 'full_name'?)"),
        ('fields = {who_are_you = "full_name"}', 'on the left: full_name = "who_are_you"'),
        ('fields = "name"', "this is a table"),
        ('origins = ["https://www.acme.example:443"]', "as browsers do: https://www.acme.example"),
        ('captcha = "turnstyle"', "(did you mean 'turnstile'?)"),
    ],
)
def test_a_mistake_says_what_to_write(line: str, mistake: str) -> None:
    head = '[web]\nkind = "form"\nsender = "html"\n'
    text = head + (line if line.startswith("deliver") else f'deliver = ["trackerrms"]\n{line}')
    assert any(told.endswith(mistake) or mistake in told for told in mistakes(text))


def test_a_list_whose_entries_are_wrong_is_not_called_too_short() -> None:
    (told,) = mistakes('[web]\nkind = "form"\nsender = "html"\ndeliver = ["salesforce"]')
    assert told.startswith("line 4: web.deliver: 'salesforce' is not a CRM; there are ")


def test_a_missing_key_is_shown_as_it_is_written() -> None:
    told = mistakes('[web]\ndeliver = ["centia"]')
    assert [line.partition("missing: ")[2].split(" =")[0] for line in told] == ["kind", "sender"]


def test_what_notepad_puts_in_front_is_no_mistake() -> None:
    assert "contact-us" in read_sources("\ufeff" + CONTACT)


# -- what a function makes of it --------------------------------------------------------------


def test_a_mistake_stops_nothing_but_its_own_source() -> None:
    sources = Sources(judge(WRONG))
    assert sources.get("fine")
    assert sources.get("nobody") is None
    with pytest.raises(SourceBroken, match="switchboard"):
        sources.get("switchboard")


def test_of_a_file_that_cannot_be_read_nothing_is_known() -> None:
    """Least of all that a source isn't there: then its senders would give up."""
    with pytest.raises(SourceBroken):
        Sources(judge("[contact-us")).get("contact-us")


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
