"""What docs/openapi.json says to people."""

from dataclasses import dataclass
from typing import Any

from leadrelay.intake.limits import LEAD_BYTES, LIMITS, WITH_BASE64_FILES, WITH_FILES

DESCRIPTION = f"""\
Website forms, telephone calls and applications come in here; each becomes one lead, and each lead
reaches every CRM that its source delivers to, once. A 2xx is said after the lead is written.

**Sources.** The last part of a path names a table of `sources.toml`, which says who sends there,
how that is proved, and where it goes. The kinds of sources have paths of their own; an unknown
name, or one of another kind, is answered 404.

**Proof.** A vendor's webhook is proved by its signature over the raw body, as that vendor
documents it. A sender that can't sign carries the source's secret where the source's `token`
says: in the query, a header, the body, or as the password of Basic. Whatever can be checked
without reading the body is checked before that.

**Repeats.** A vendor's own id is the same lead as long as that is kept; the same content is the
same lead within the source's `window`, and under the same `Idempotency-Key` as long as the lead is
kept. Other content is another lead, whatever its key. A repeat is answered like the first, with
`"duplicate": true`.

**Limits.** {LIMITS.fields} fields; JSON may be {LIMITS.depth} deep; a lead holds
{LEAD_BYTES // 1000} kB of text. An application has {WITH_FILES.files} files at most.

**Errors** are `application/problem+json` (RFC 9457), or a small page where a browser navigates.
They say what to fix and repeat nothing that was sent. What API Gateway answers by itself is
`application/json` with a `message`: 404 for a path or method that isn't here, 413 for more than it
takes, 429 for too many requests at once, 5xx for a failure. A request that was answered 429 or 5xx
may be sent again as it is.

**Scripts** of any page may send here and read the answer: API Gateway answers their preflights. A
lead from a page that isn't among its source's `origins` is put aside.
"""

TAGS = {
    "forms": "Website forms and form vendors' webhooks",
    "calls": "Telephony webhooks and screen-pop URLs",
    "resumes": "Apply forms, and programs that post applications",
    "health": "Whether the API is up",
}

SECURITY: dict[str, dict[str, Any]] = {
    "query": {
        "type": "apiKey",
        "in": "query",
        "name": "k",
        "description": 'For `token = "query:k"`; a source may choose another name.',
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Token",
        "description": 'For `token = "header:X-Token"`; a source may choose another name.',
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": 'For `token = "header:Authorization"`, and for vendors that sign so.',
    },
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": 'For `token = "basic"`: the password counts, the user name doesn\'t.',
    },
}


@dataclass(frozen=True, slots=True)
class Words:
    """Of one operation."""

    name: str
    summary: str
    description: str


_POSTED = "Nobody posts applications by GET: 405, or a page token where the source has `min_fill`."
OPERATIONS = {
    ("/forms/{source}", "post"): Words(
        "postForm",
        "A form",
        "Sent by a browser, a script or a form vendor. A browser that navigates is sent on to the "
        "source's `thanks` page (303), or sees a small page.",
    ),
    ("/forms/{source}", "get"): Words(
        "askForm",
        "A vendor's challenge, a page's token, or the form's script",
        "Meta and LinkedIn ask whether the URL is ours. A page whose source has `min_fill` asks "
        "for the token that it then sends in the field `lr_rendered`. The name of the form's "
        "script stands where a source's would.",
    ),
    ("/calls/{source}", "post"): Words(
        "postCall",
        "An event of a call",
        "Several events of one call are one lead that gets richer. What is answered is what the "
        "sender needs: instructions for the call where it asks for them.",
    ),
    ("/calls/{source}", "get"): Words(
        "getCall",
        "An event of a call, or a screen pop",
        "For senders whose webhooks are GETs, and for the URL that an exchange opens in a "
        "person's browser: that is sent on to the caller's record in the CRM (303), or shows who "
        "calls.",
    ),
    ("/resumes/{source}", "post"): Words(
        "postApplication",
        "An application with its files",
        f"A form holds at most {WITH_FILES.body_bytes / 1_000_000:g} MB, JSON with base64 "
        f"{WITH_BASE64_FILES.body_bytes / 1_000_000:g} MB. Files are known by their bytes, not by "
        "their names: programs, and documents with macros, are refused.",
    ),
    ("/resumes/{source}", "get"): Words("askApplication", "Nothing is sent so", _POSTED),
    ("/resumes/{source}/uploads", "post"): Words(
        "announceUpload",
        "An application whose file follows",
        "For files too big for one request. The lead is kept at once and waits for its files, for "
        "the source's `file_wait` at most. Several are announced in the query, each with its field "
        "and its bytes: `?file=resume:5300000&file=letter:900000`.",
    ),
    ("/health", "get"): Words(
        "getHealth", "What the intake runs", "Reaches nothing behind the intake."
    ),
}
