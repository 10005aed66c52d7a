"""Rules, and what they find in a deployment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from leadrelay_ops.deep.deployment import Deployment
from leadrelay_ops.deep.facts import NotRead, Unread

type Severity = Literal["loses", "delays", "advice"]

SEVERITIES: dict[Severity, str] = {
    "loses": "a lead can be lost, doubled, or seen by others",
    "delays": "a lead can be late, or nobody is told of one that waits",
    "advice": "nothing happens to a lead",
}


class Flaw(NamedTuple):
    """What is, and what should be; `where`, if it isn't the rule's subject."""

    found: str
    wanted: str
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Judges its subjects one by one, so that what is unread of one hides no flaw of another.

    `subjects` and `flaw` may raise NotRead.
    """

    name: str
    severity: Severity
    subjects: Callable[[Deployment], Iterable[Any]]
    flaw: Callable[[Deployment, Any], Flaw | None]
    why: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    severity: Severity
    rule: str
    where: str
    found: str
    wanted: str
    why: str
    mend: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst first; `unread` is what no rule could see."""

    findings: Sequence[Finding]
    unread: Sequence[Unread]

    @property
    def loses(self) -> bool:
        return any(finding.severity == "loses" for finding in self.findings)


def judge(deployment: Deployment, rules: Iterable[Rule]) -> Verdict:
    """Hold a deployment against the rules."""
    findings: list[Finding] = []
    unread: dict[Unread, None] = {}
    for rule in rules:
        try:
            for subject in rule.subjects(deployment):
                try:
                    flaw = rule.flaw(deployment, subject)
                except NotRead as error:
                    unread[error.unread] = None
                else:
                    findings += [_finding(rule, subject, flaw)] if flaw else []
        except NotRead as error:
            unread[error.unread] = None
    order = list(SEVERITIES)
    findings.sort(key=lambda finding: order.index(finding.severity))
    return Verdict(findings, [*unread])


def _finding(rule: Rule, subject: Any, flaw: Flaw) -> Finding:
    return Finding(
        severity=rule.severity,
        rule=rule.name,
        where=flaw.where or subject.name,
        found=flaw.found,
        wanted=flaw.wanted,
        why=rule.why,
        mend=rule.mend,
    )
