"""Which of a source's secrets prove who sent something; the others have other uses."""

from collections.abc import Sequence

from leadrelay.intake.guards import captcha
from leadrelay.intake.guards.doubts import SECRET as RENDER_SECRET
from leadrelay.intake.senders import sender
from leadrelay.sources import Source


def needs_secret(source: Source) -> bool:
    """Whether nobody is let in without one."""
    return bool(source.token or (sender(source.sender).verify and not source.unverified))


def proving(secrets: Sequence[str], source: Source) -> list[str]:
    marks = (captcha.SECRET, RENDER_SECRET, *sender(source.sender).marks)
    return [one for one in secrets if not one.startswith(marks)]
