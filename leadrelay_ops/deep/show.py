"""A verdict for a person, or for a program."""

import json
from dataclasses import asdict

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leadrelay_ops.deep.judge import SEVERITIES, Finding, Verdict

_STYLES = {"loses": "bold red", "delays": "yellow", "advice": "dim"}


def show(verdict: Verdict, *, as_json: bool) -> None:
    """Print it: the worst first, then what wasn't checked."""
    if as_json:
        _show_json(verdict)
        return
    console = Console(highlight=False)
    if verdict.findings:
        rows = Table("severity", "where", "what is, what should be, why, and what to do", leading=1)
        rows.columns[1].overflow = "fold"
        for finding in verdict.findings:
            severity = Text(finding.severity, style=_STYLES[finding.severity])
            rows.add_row(severity, Text(f"{finding.where}\n{finding.rule}"), _about(finding))
        console.print(rows)
    for unread in verdict.unread:
        typer.echo(f"not checked: {unread.what}: {unread.why}")
    given = [finding.severity for finding in verdict.findings]
    counts = ", ".join(f"{given.count(severity)} {severity}" for severity in SEVERITIES)
    typer.echo(f"deep: {counts}; {len(verdict.unread)} not checked")


def _about(finding: Finding) -> Text:
    text = Text(f"{finding.found}; should be {finding.wanted}", style="bold")
    text.append(f"\n{finding.why}", style="not bold")
    return text.append(f"\n→ {finding.mend}", style="not bold")


def _show_json(verdict: Verdict) -> None:
    for finding in verdict.findings:
        typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
    for unread in verdict.unread:
        told = {"severity": "not checked", "where": unread.what, "found": unread.why}
        typer.echo(json.dumps(told, ensure_ascii=False))
