"""Senders whose format is whatever somebody put together: JSON or a form, flat or not."""

from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender
from leadrelay.intake.senders.web import read

WPFORMS = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the form: Settings > Webhooks: {url}, POST, JSON, with names like email\n"
    'Add a secret header X-Token with the source\'s secret, and set token = "header:X-Token".',
)
NINJAFORMS = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the form: Emails & Actions > WebHooks: {url}?k=<the source's secret>, POST\n"
    'Add arguments with names like email, and set token = "query:k".',
)
SQUARESPACE = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="Squarespace has no webhook: let a Zapier or Make step POST to {url} for each new entry\n"
    'with a header Authorization: Bearer <the source\'s secret>; token = "header:Authorization".',
)
ZAPIER = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="Add the step Webhooks by Zapier > POST: {url}, payload type JSON, names like email\n"
    'Header Authorization: Bearer <the source\'s secret>; token = "header:Authorization".',
)
MAKE = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="Add the module HTTP > Make a request: {url}, POST, JSON, with names like email\n"
    'Header Authorization: Bearer <the source\'s secret>; token = "header:Authorization".',
)
