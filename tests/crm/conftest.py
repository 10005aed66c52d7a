"""An account at each CRM's simulator, which is served on a real loopback port."""

from collections.abc import Callable, Iterator

import pytest

from leadrelay.crms import CRMS
from leadrelay_sandbox import simulators
from leadrelay_sandbox.simulator import Simulator, serve
from tests.crm.contract import Account

type Served = Callable[[str], tuple[Simulator, str]]


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The one simulator of a CRM, and its URL; served when first asked for."""
    running = {}

    def by_name(name: str) -> tuple[Simulator, str]:
        if name not in running:
            simulator = simulators.simulator(name)
            running[name] = simulator, serve(simulator, 0)
        simulator, server = running[name]
        return simulator, f"http://127.0.0.1:{server.server_port}"

    yield by_name
    for _, server in running.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(params=CRMS)
def account(request: pytest.FixtureRequest, served: Served) -> Iterator[Account]:
    """Whatever a test does with it, the simulator has nothing to object to in the end."""
    simulator, url = served(request.param)
    simulator.reset()
    account = Account(request.param, simulator, url)
    with account.client:
        yield account
    assert set(simulator.violations) <= account.terms.lets_pass
