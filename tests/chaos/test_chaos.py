"""The short run of `make chaos`: every kind of fault, and every lead in its CRMs once."""

from tests.chaos.conftest import Chaos


def test_under_every_kind_of_fault_nothing_is_lost_and_nothing_doubled(chaos: Chaos) -> None:
    ended = chaos("--leads", "40", "--seed", "7")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 0 lost, 0 doubled" in ended.stdout
