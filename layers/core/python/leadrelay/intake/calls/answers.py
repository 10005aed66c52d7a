"""What of an exchange's report people said or noted: keyed in, spoken, written down, judged."""

import re

from leadrelay.nobody import words

_SAID = words("""
    digits speechresult speech speechtext spokentext dtmfdigits dtmf transcription transcriptiontext
    transcript transcripttext conversationaltranscript voicemailtranscription message text body
    summary callsummary callnotes notes note comment comments tag tags taglist keywords campaign
    leadstatus firstcall qualification rating missedcallreason reason subject
    queue queuename ringgroup department
""")
# What a page's form or an agency's own fields hold, in front of their names.
_OWN = re.compile(
    r"(?:.*\.)?(?:form|form_?data|custom|custom_?fields|custom_?data)\.\D.*", re.IGNORECASE
)
_PARTS_OF_ONE = frozenset({"name", "value", "text", "content", "label"})


def is_answer(name: str) -> bool:
    """Whether a reader wants to know it: `SpeechResult`, `data.comments.0.content`, `lead_status`,
    `form_data.budget`. All else of a report is the exchange's own."""
    if _OWN.fullmatch(name):
        return True
    parts = [_plain(part) for part in name.split(".") if not part.isdigit()]
    if len(parts) > 1 and parts[-1] in _PARTS_OF_ONE:
        parts.pop()
    return bool(parts) and parts[-1] in _SAID


def _plain(part: str) -> str:
    return re.sub(r"[\W_]", "", part.lower())
