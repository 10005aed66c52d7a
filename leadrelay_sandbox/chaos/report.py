"""What a run has shown, for a person and for an exit code."""

from collections import Counter
from dataclasses import dataclass

from leadrelay_sandbox.chaos.faults import KINDS, Tally
from leadrelay_sandbox.chaos.verify import Findings

_SHOWN = 20
_VERDICTS = {
    (False, True): "proved",
    (False, False): "FAILED",
    (True, True): "noticed, as it has to be",
    (True, False): "NOT NOTICED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`kinds` are those of records and options, with their CRM, and `made` how often a record
    showed them; `crashes` are errors that no handler expected, `odd` answers that no sender should
    get."""

    seed: int
    mutation: str | None
    findings: Findings
    tally: Tally
    kinds: list[tuple[str, str]]
    made: Counter[tuple[str, str]]
    crashes: list[str]
    odd: list[str]
    seconds: float

    @property
    def troubles(self) -> list[str]:
        """What speaks against the engine, or against the run."""
        found = [
            *(f"LOST     {line}" for line in self.findings.lost),
            *(f"DOUBLED  {line}" for line in self.findings.doubled),
            *(f"STRANGER {line}" for line in self.findings.misplaced),
            *(f"UNTOLD   {line}" for line in self.findings.untold),
            *(f"NEEDLESS {line}" for line in self.findings.needless),
            *(f"CRASHED  {line}" for line in self.crashes),
            *(f"ANSWERED {line}" for line in self.odd),
        ]
        if not self.mutation:
            found += [f"NEVER STRUCK  {kind}" for kind in self.tally.missing()]
            found += [
                f"NEVER STRUCK  {kind} at {crm}"
                for crm, kind in self.kinds
                if not self.made[crm, kind]
            ]
        return found

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing doubled, everything tried; without a part of the engine, that
        leads were lost or doubled."""
        if self.mutation:
            return bool(self.findings.lost or self.findings.doubled)
        return not self.troubles

    def text(self) -> str:
        return "\n".join([*self._faults(), "", *self._records(), "", *self._end()])

    def _faults(self) -> list[str]:
        by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        for (kind, place), times in self.tally.struck.items():
            by_kind[kind][place] += times
        return [
            f"{kind:48} {places.total():5}  "
            + ", ".join(f"{place} {times}" for place, times in sorted(places.items()))
            for kind, places in by_kind.items()
        ]

    def _records(self) -> list[str]:
        """One line for each CRM and sort: how many records show what."""
        found: dict[tuple[str, str], list[str]] = {}
        for crm, kind in self.kinds:
            sort, _, name = kind.partition(" ")
            found.setdefault((crm, sort), []).append(f"{name} {self.made[crm, kind]}")
        return [f"{sort}s at {crm}: {', '.join(told)}" for (crm, sort), told in found.items()]

    def _end(self) -> list[str]:
        findings = self.findings
        troubles = self.troubles
        hidden = len(troubles) - _SHOWN
        return [
            *troubles[:_SHOWN],
            *([f"… and {hidden} more"] if hidden > 0 else []),
            *(f"parked   {n:5}  {reason}" for reason, n in findings.parked.most_common(_SHOWN)),
            f"seed {self.seed}" + (f", without its {self.mutation}" if self.mutation else ""),
            (
                f"{findings.leads} leads, {findings.erased} more erased, "
                f"{findings.deliveries} deliveries: "
                f"{findings.delivered} delivered once, "
                f"{findings.parked.total()} parked with a reason, "
                f"{len(findings.lost)} lost, {len(findings.doubled)} doubled, "
                f"{len(findings.misplaced)} at the wrong person"
            ),
            f"{self.tally.struck.total()} faults of {len(KINDS)} kinds, "
            f"{len(self.kinds)} kinds of records and options, in {self.seconds:.0f} s: "
            + _VERDICTS[bool(self.mutation), self.holds],
        ]
