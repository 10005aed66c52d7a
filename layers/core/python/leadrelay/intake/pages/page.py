"""A small page for a person who has no script, or needs none."""

import html
from collections.abc import Iterable
from typing import NamedTuple

from leadrelay.intake.answer import Answer
from leadrelay.values import Language

_PAGE = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto;
  padding: 0 1rem; overflow-wrap: anywhere }}
details {{ margin-top: 3rem; font-size: 0.875rem }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{parts}
</main>
</body>
</html>
"""


class Link(NamedTuple):
    """`url` begins with https:// or http://."""

    url: str
    label: str


class Details(NamedTuple):
    """For whoever made the form: English `text`, shown once the `label` is clicked."""

    text: str
    label: str


def page(
    title: str,
    texts: Iterable[str],
    *,
    status: int = 200,
    lang: Language = "en",
    link: Link | None = None,
    details: Details | None = None,
) -> Answer:
    """What it says is escaped here."""
    parts = [f"<p>{html.escape(text)}</p>" for text in texts]
    if link:
        url, label = map(html.escape, link)
        parts.append(f'<p><a href="{url}">{label}</a></p>')
    if details:
        text, label = map(html.escape, details)
        parts.append(f'<details><summary>{label}</summary><p lang="en">{text}</p></details>')
    body = _PAGE.format(lang=lang, title=html.escape(title), parts="\n".join(parts))
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Answer(status, body, headers)
