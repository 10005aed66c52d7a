"""A verdict for a person, or for a program."""

from dataclasses import asdict

from leadrelay_ops import screen
from leadrelay_ops.deep.judge import SEVERITIES, Verdict

_COLOURS = {"loses": "red", "delays": "yellow", "advice": None}


def show(verdict: Verdict, *, as_json: bool) -> None:
    """Print it: the worst first, then what wasn't checked."""
    if as_json:
        _show_json(verdict)
        return
    for one in verdict.findings:
        screen.say(f"{one.severity}: {one.where}: {one.rule}", colour=_COLOURS[one.severity])
        for part in (f"{one.found}; should be {one.wanted}", one.why, f"→ {one.mend}"):
            screen.say(f"  {part}")
        screen.say("")
    for unread in verdict.unread:
        screen.say(f"not checked: {unread.what}: {unread.why}")
    given = [finding.severity for finding in verdict.findings]
    counts = ", ".join(f"{given.count(severity)} {severity}" for severity in SEVERITIES)
    screen.say(f"deep: {counts}; {len(verdict.unread)} not checked")


def _show_json(verdict: Verdict) -> None:
    for finding in verdict.findings:
        screen.say_json(asdict(finding))
    for unread in verdict.unread:
        told = {"severity": "not checked", "where": unread.what, "found": unread.why}
        screen.say_json(told)
