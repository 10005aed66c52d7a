"""What somebody is told who sent a form, with a script or without."""

from collections.abc import Sequence
from dataclasses import replace
from re import fullmatch

from leadrelay.errors import Rejected
from leadrelay.intake.answer import SOON, Answer, as_json, problem, see_other, wants_page
from leadrelay.intake.pages.page import Details, Link, page
from leadrelay.intake.pages.words import WORDS, Words
from leadrelay.intake.request import Request
from leadrelay.intake.shapes import Kept
from leadrelay.lead import Accepted
from leadrelay.sources import Source
from leadrelay.values import Language


def thanks(request: Request, source: Source, kept: Sequence[Accepted]) -> Answer:
    """It arrived."""
    if wants_page(request):
        if source.thanks:
            return see_other(source.thanks)
        words = WORDS[source.spoken]
        resume = source.kind == "resume"
        text = words.application_arrived if resume else words.message_arrived
        return page(words.thanks, [text], lang=source.spoken, link=_back(request, words))
    if len(kept) == 1:
        return as_json(_kept(kept[0]))
    return as_json({"leads": [_kept(accepted) for accepted in kept]})


def turned_away(request: Request, language: Language, rejected: Rejected) -> Answer:
    """It could not be taken. Visitors are told so in their language, who made the form in ours."""
    words = WORDS[language]
    text = _visitors_text(rejected, words)
    if not wants_page(request):
        return problem(rejected, text if "origin" in request.headers else "")
    texts = [text] if text == words.broken else [text, words.still_there]
    answer = page(
        words.not_sent,
        texts,
        status=rejected.status,
        lang=language,
        link=_back(request, words),
        details=Details(f"{rejected.title}: {rejected.detail}", words.details),
    )
    return replace(answer, headers={**answer.headers, **rejected.headers})


def not_now(request: Request, language: Language) -> Answer:
    """It could be taken some other time."""
    detail = "Nothing was kept. Send it again in a while."
    return turned_away(
        request, language, Rejected(503, "Not available just now", detail, headers=SOON)
    )


def nowhere(request: Request) -> Answer:
    """There is no such source. Whoever wrote its name wrong shall see that."""
    detail = "There is no such source. Its name is the last part of the URL."
    return turned_away(
        request, language_asked_for(request), Rejected(404, "Unknown source", detail)
    )


def language_asked_for(request: Request) -> Language:
    """The first that the browser names and we speak, where no source says which."""
    for asked in request.headers.get("accept-language", "").lower().split(","):
        for language in WORDS:
            if asked.strip()[:2] == language:
                return language
    return "en"


def _visitors_text(rejected: Rejected, words: Words) -> str:
    if rejected.field:
        return {413: words.file_too_large, 415: words.file_type}.get(
            rejected.status, words.file_unreadable
        )
    texts = {
        400: words.check,
        413: words.too_large,
        422: words.check,
        429: words.too_often,
        503: words.not_now,
    }
    return texts.get(rejected.status, words.broken)


def _back(request: Request, words: Words) -> Link | None:
    """To where the visitor came from, so far as their browser tells; no redirect goes there."""
    page_before = request.headers.get("referer", "")
    if not fullmatch(r"https?://[!-~]+", page_before):
        return None
    return Link(page_before, words.back)


def _kept(accepted: Accepted) -> Kept:
    return {"id": accepted.lead_id, "duplicate": accepted.duplicate}
