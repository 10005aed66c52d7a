"""A proof that can't fail proves nothing. `make chaos-mutations` tries the other parts."""

from tests.chaos.conftest import Chaos


def test_without_the_look_before_a_create_the_proof_fails(chaos: Chaos) -> None:
    ended = chaos("--leads", "12", "--seed", "4", "--mutate", "look")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "DOUBLED" in ended.stdout
