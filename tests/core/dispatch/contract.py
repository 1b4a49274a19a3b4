"""What every dispatch store does. A store's tests inherit from DispatchStoreContract.

    class TestMyStore(DispatchStoreContract):
        @pytest.fixture
        def rig(self) -> Rig:
            return MyRig()

A rig (tests/core/dispatch/rig.py) is a store with what the rest of a system does to it, and
with what a test looks at. test_memory_store.py is the shortest example.
"""

from __future__ import annotations

from tests.core.dispatch.contract_acts import ActContract
from tests.core.dispatch.contract_aside import AsideContract
from tests.core.dispatch.contract_events import EventContract
from tests.core.dispatch.contract_jobs import ConfigurationContract, JobContract
from tests.core.dispatch.contract_timers import MemoryContract, TimerContract


class DispatchStoreContract(
    EventContract,
    ActContract,
    AsideContract,
    JobContract,
    ConfigurationContract,
    MemoryContract,
    TimerContract,
):
    """The guarantees of qubecb.dispatch.ports, one test a guarantee."""
