"""The variables that tell a callback about its run."""

from __future__ import annotations

from qubecb.runner.order import Order, subid, workid
from qubecb.runner.settings import RunnerSettings


def common_variables(settings: RunnerSettings) -> dict[str, str]:
    """What every callback's environment has: hosts are started with it."""
    variables = {
        **settings.environment,
        "QUBECB_FARM_TIMEOUT": f"{settings.farm_timeout:g}",
    }
    variables.pop("PYTHONINSPECT", None)  # there is nobody at a callback's keyboard
    if settings.run_as is not None:
        name = settings.run_as.name
        variables |= {"HOME": settings.run_as.home, "USER": name, "LOGNAME": name}
    return variables


def run_variables(order: Order, settings: RunnerSettings) -> dict[str, str]:
    """What one run's environment has besides the common one: what may be another each time."""
    variables = {
        "QBDIR": settings.qbdir,
        "QBJOBID": str(order.job.id),
        "QUBECB_RUN_ID": order.run_id,
        "QUBECB_EVENT": order.event.spec,
        "PWD": str(order.directory),
    }
    instance, item = subid(order), workid(order)
    if instance != -1:
        variables["QUBECB_SUBID"] = str(instance)
    if item is not None:
        variables["QUBECB_WORKID"] = item
    if order.test:
        variables["QUBECB_TEST"] = "1"
    return variables
