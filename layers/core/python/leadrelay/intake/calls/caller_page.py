"""What a person's browser shows when a telephone rings: who calls.

The sender screen_pop is a URL that an exchange opens at the called user's desk. The CRM is asked
who the caller is while the lead is being kept. If it tells in time the browser goes on to the
caller's record, or shows their name; else the page says that the caller is new, and looks again.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from re import fullmatch
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from leadrelay.intake.answer import Answer, see_other, wants_page
from leadrelay.intake.pages.page import Link, page
from leadrelay.intake.pages.words import WORDS
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission
from leadrelay.intake.senders.screen_pop import is_human
from leadrelay.report import Report
from leadrelay.sources import Source
from leadrelay.values import Language

if TYPE_CHECKING:  # with it would come httpx
    from leadrelay.crm.base import Caller

type LookUp = Callable[[str, str], Caller | None]
"""(CRM, number): who has it. May raise anything; then nobody is known."""

_LOOK = "leadrelay_look"  # the parameter that counts how often a page has looked again
_LOOKS = 4
_BETWEEN_S = 2
_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPops:
    """The pages of one function. Nothing is loaded or started before a browser asks."""

    look_up: LookUp
    report: Report
    budget_s: float = 0.25
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))
    late: dict[tuple[str, str], Future["Caller | None"]] = field(default_factory=dict)
    """Who was asked for and not told in time, for when the page looks again."""

    def open(
        self, request: Request, source: Source, submissions: Sequence[Submission]
    ) -> "ScreenPop | None":
        """The page for this request, its caller being looked up; None where nobody looks at it."""
        if source.sender != "screen_pop" or not wants_page(request):
            return None
        crm, number = source.lookup or source.deliver[0], _number(submissions)
        looks = _looks(request)
        found = self.late.pop((crm, number), None) if looks else None
        if number and found is None and is_human(request):
            found = self.threads.submit(self.look_up, crm, number)
        until = monotonic() + self.budget_s
        return ScreenPop(self, request, source.spoken, (crm, number), looks, found, until)

    def told_late(self, asked: tuple[str, str], found: Future["Caller | None"]) -> None:
        if len(self.late) >= _KEPT:
            self.late.clear()  # of pages that were closed
        self.late[asked] = found


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """One page."""

    pops: ScreenPops
    request: Request
    language: Language
    asked: tuple[str, str]  # CRM, number
    looks: int
    found: Future["Caller | None"] | None
    until: float  # by time.monotonic

    @property
    def is_another_look(self) -> bool:
        """Whether the page only refreshed itself, which is no other call."""
        return self.looks > 0

    def answer(self) -> Answer:
        if not is_human(self.request):
            # A browser that fetched this ahead of time must come again when somebody looks.
            return Answer(204)
        words = WORDS[self.language]
        if self.found is None:
            return self._page(words.unknown_caller, words.hidden_number)
        number, caller = self.asked[1], self._told(self.found)
        if caller is None:
            return self._look_again(self._page(words.new_caller, number))
        if fullmatch(r"https://[!-~]+", caller.link):
            return see_other(caller.link)
        link = None
        if fullmatch(r"http://[!-~]+", caller.link):  # which no answer of ours sends anybody to
            link = Link(caller.link, words.open_record)
        about = ", ".join(filter(None, (caller.company, number)))
        return self._page(caller.name or number, about, link)

    def _page(self, title: str, text: str, link: Link | None = None) -> Answer:
        return page(title, [text], lang=self.language, link=link)

    def _told(self, found: Future["Caller | None"]) -> "Caller | None":
        """Who calls, if the CRM tells in time."""
        try:
            error = found.exception(timeout=max(0.0, self.until - monotonic()))
        except TimeoutError:
            self.pops.told_late(self.asked, found)
            self.pops.report("screen_pop.late", crm=self.asked[0])
            return None
        if error:
            self.pops.report("screen_pop.failed", crm=self.asked[0], error=type(error).__name__)
            return None
        return found.result()

    def _look_again(self, answer: Answer) -> Answer:
        """A few times, at the same URL: the CRM may be slow, or be making the record just now."""
        if self.looks >= _LOOKS or self.request.method != "GET":
            return answer
        query = [pair for pair in self.request.query if pair[0] != _LOOK]
        again = urlencode([*query, (_LOOK, str(self.looks + 1))], errors="replace")
        return replace(answer, headers={**answer.headers, "Refresh": f"{_BETWEEN_S};url=?{again}"})


def _looks(request: Request) -> int:
    told = next((value for name, value in request.query if name == _LOOK), "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 3 else 0


def _number(submissions: Sequence[Submission]) -> str:
    """The number of the person on the call; "" where it is hidden or nobody calls."""
    return str(submissions[0].lead.get("phone") or "") if submissions else ""
