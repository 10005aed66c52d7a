"""A website whose forms go to the twin, under the strictest policy that its pages can have."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from leadrelay_sandbox.form_script import SHIPPED

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self' {api}; "
    "connect-src {api} {storage}; base-uri 'none'; frame-ancestors 'none'; report-uri /reports"
)
PAGE = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Contact</title>
<script src="/leadrelay-form.js" defer{consent}></script>
</head>
<body>
<main>
<h1>Contact</h1>
<form data-leadrelay method="post" action="{action}"{more}>
  <p><label>Name <input name="full_name" autocomplete="name"></label></p>
  <p><label>E-mail <input name="email" type="email" autocomplete="email"></label></p>
  <p><label>Message <textarea name="message"></textarea></label></p>
  {fields}
  <div hidden><input name="website_url" tabindex="-1" autocomplete="off"></div>
  <button>Send</button>
</form>
</main>
</body>
</html>
"""
RESUME = '<p><label>Résumé <input name="resume" type="file"></label></p>'
LETTER = '<p><label>Letter <input name="letter" type="file"></label></p>'
FILES = ' enctype="multipart/form-data"'
TIMED = '<input type="hidden" name="lr_rendered">'
THANKS = '<!doctype html><html lang="en"><title>Thanks</title><main><h1>Thanks</h1></main></html>'


class Site(ThreadingHTTPServer):
    """Pages by their paths; `api_url` and `storage_url` are filled in once the twin is up."""

    daemon_threads = True
    api_url: str = ""
    storage_url: str = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.reports: list[str] = []

    def page(self, path: str) -> str | None:
        kinds = {
            "/contact": ("en", "", "forms/contact", "", ""),
            "/kontakt": ("de", "", "forms/contact", ' data-thanks="/thanks"', ""),
            "/consent": ("en", " data-consent", "forms/contact", "", ""),
            "/timed": ("en", "", "forms/timed", "", TIMED),
            "/foreign": ("en", "", "forms/foreign", "", ""),
            "/nowhere": ("en", "", "forms/nobody-knows", "", ""),
            "/apply": (
                "en",
                "",
                "resumes/careers",
                ' enctype="multipart/form-data"',
                RESUME + LETTER,
            ),
        }
        if path == "/thanks":
            return THANKS
        if path not in kinds:
            return None
        lang, consent, action, more, fields = kinds[path]
        action = f"{self.api_url}/{action}"
        return PAGE.format(lang=lang, consent=consent, action=action, more=more, fields=fields)


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"
    _SCRIPT: ClassVar = "/leadrelay-form.js"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == self._SCRIPT:
            self._say(200, SHIPPED.read_text("utf-8"), "text/javascript; charset=utf-8")
        elif (page := self.server.page(path)) is not None:
            self._say(200, page, "text/html; charset=utf-8")
        else:
            self._say(404, "", "text/plain")

    def do_POST(self) -> None:
        report = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.reports.append(report.decode())
        self._say(204, "", "text/plain")

    def _say(self, status: int, text: str, media_type: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        origin = "/".join(self.server.api_url.split("/")[:3])
        policy = POLICY.format(api=origin, storage=self.server.storage_url)
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def website() -> Iterator[Site]:
    site = Site()
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
