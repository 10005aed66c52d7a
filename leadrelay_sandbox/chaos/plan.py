"""What a run is asked for, and the dice that its seed makes."""

from dataclasses import dataclass
from pathlib import Path

from leadrelay.crms import CRMS
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.faults import BESIDE, CRM_DRAWN, KINDS, MOMENTS, SAVED, SELDOM, Dice
from leadrelay_sandbox.chaos.mutants import Mutation

_LONG = 500  # leads
_LEAST_S, _PER_LEAD_S = 600.0, 2.0  # several times what a busy machine needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    leads: int
    seed: int
    mutation: Mutation | None
    home: Path  # for logs

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the leads go: without a part that is about files, to those that have some."""
        return posts.OF_FILES if self.mutation in {"steps", "files"} else posts.SOURCES

    @property
    def moments(self) -> tuple[str, ...]:
        """What the files that come late wait for: without the sweep nothing, as some leads are
        never tried then."""
        if self.mutation == "sweep":
            return ("",)
        return (BESIDE,) if self.mutation == "steps" else MOMENTS

    @property
    def at_crms(self) -> tuple[str, ...]:
        """What falls there: without a part that is about doubt, what leaves a write in doubt and
        done, as a short run meets that seldom otherwise."""
        return SAVED if self.mutation in {"look", "steps"} else CRM_DRAWN

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of faults that have to strike."""
        return tuple(kind for kind in KINDS if kind not in SELDOM or self.leads >= _LONG)

    @property
    def longest(self) -> float:
        """Seconds after which the run is given up."""
        return _LEAST_S + _PER_LEAD_S * self.leads

    def dice[Kind](
        self, what: str, kinds: tuple[Kind, ...], chance: float, crm: str = ""
    ) -> Dice[Kind]:
        turn = [*CRMS].index(crm) / len(CRMS) if crm else 0.0
        return Dice(f"{self.seed}{what}/{crm}", kinds, chance, turn)
