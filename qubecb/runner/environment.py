"""The variables that tell a callback about its run."""

from __future__ import annotations

from qubecb.runner.conversation import subid, workid
from qubecb.runner.order import Order
from qubecb.runner.settings import RunnerSettings


def run_variables(order: Order, settings: RunnerSettings) -> dict[str, str]:
    """What one run's environment has besides the common one."""
    variables = {
        "QBJOBID": str(order.job.id),
        "QBDIR": settings.qbdir,
        "QUBECB_RUN_ID": order.run_id,
        "QUBECB_EVENT": order.event.spec,
        "QUBECB_SUBID": str(subid(order)),
        "QUBECB_FARM_TIMEOUT": f"{settings.farm_timeout:g}",
        "PWD": str(order.directory),
    }
    item = workid(order)
    if item is not None:
        variables["QUBECB_WORKID"] = item
    if order.test:
        variables["QUBECB_TEST"] = "1"
    if settings.run_as is not None:
        name = settings.run_as.name
        variables |= {"HOME": settings.run_as.home, "USER": name, "LOGNAME": name}
    return variables
