"""Random forms the whole way, bytes in and records out: every answer that somebody gave is in each
CRM, once, and nothing that isn't theirs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadrelay.lead import Lead
from leadrelay.nobody import words as listed
from leadrelay.signing.samples import Sample
from leadrelay.sources import Source
from leadrelay_ops.reading import leads_of
from tests.crm.contract import Account, texts

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SOURCE = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms",))

# Answers that can be known again: letters alone, so that nothing else is made of them.
letters = st.text("bcdfghjklmnprstvwxz", min_size=5, max_size=12)
words = st.lists(letters, min_size=1, max_size=4).map(" ".join)
NAMES = listed(
    """
    email name first_name your-name phone telephone company message comments city subject job_title
    website linkedin address country department salutation budget start_date notes ip_range annonce
    how_did_you_hear data[role] answers.0.text fields[1][value] question_7 acf-field newsletter
    consent
    """
)
names = st.one_of(
    st.sampled_from(sorted(NAMES)),
    letters,
    words.map(lambda text: f"Which {text}?"),
    st.tuples(letters, letters).map("_".join),
)
answers = st.one_of(
    words,
    st.lists(words, min_size=2, max_size=3).map("\n".join),
    letters.map(lambda text: f"{text}@example.com"),
    letters.map(lambda text: f"https://www.example.com/{text}"),
)
PLUMBING = {
    "remote_ip": "203.0.113.77",
    "REMOTE_ADDR": "203.0.113.77:443",
    "x-forwarded-for": "203.0.113.77, 2001:db8::77",
    "clientIp": "2001:db8::77",
    "userAgent": "HomeMadeBrowser",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "form_id": "6a1b2c3d4e",
    "submission_hash": "0123456789abcdef0123456789abcdef01234567",
    "empty": "null",
    "_page_loaded_at": "1795166717000",
    "cv": "https://files.example.com/cv.pdf?page=2&accessToken=opensesame&X-Amz-Date=opensesame",
}
NEVER = ["203.0.113.77", "Mozilla", "6a1b2c3d4e", "0123456789abcdef0", "null", "1795166717000"]
NEVER += ["opensesame", "2001:db8::77", "HomeMadeBrowser"]


@dataclass(frozen=True)
class Form:
    fields: dict[str, str]
    as_json: bool

    @property
    def body(self) -> bytes:
        whole = {**self.fields, **PLUMBING}
        return (json.dumps(whole) if self.as_json else urlencode(whole)).encode()

    @property
    def lead(self) -> Lead:
        kind = "application/json" if self.as_json else "application/x-www-form-urlencoded"
        headers = [("Content-Type", kind)]
        (lead,) = leads_of(Sample("POST", "/forms/contact-us", headers, self.body), SOURCE, NOW)
        return lead


forms = st.builds(Form, st.dictionaries(names, answers, min_size=1, max_size=8), st.booleans())


def told(account: Account) -> Iterator[str]:
    for record in account.simulator.records:
        yield from texts(record.fields)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=(settings.default or settings()).max_examples // 4,  # each is sent over a wire
)
@given(forms)
@example(form=Form({"acf-field": "bbbbb\nbbbbb"}, as_json=False))
def test_every_answer_of_a_form_reaches_the_crm_and_nothing_else(
    account: Account, form: Form
) -> None:
    account.simulator.reset()
    lead = form.lead
    account.deliver(lead)
    found = [*told(account)]
    whole = "\n".join(found)
    for name, answer in form.fields.items():
        for line in answer.splitlines():
            assert all(word in whole for word in line.split()), (name, line, whole)
    for one in NEVER:
        assert one not in whole
    assert "https://files.example.com/cv.pdf?page=2" in whole
    for text in found:
        lines = [line for line in text.split("\n") if ": " in line or "? " in line]
        assert len(lines) == len({*lines}), text
