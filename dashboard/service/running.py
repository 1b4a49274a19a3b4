"""How callbacks are run here: the runner's settings from the environment and qb.conf."""

from __future__ import annotations

from django.conf import settings

from dashboard.store.farm import EmbeddedFarm
from dashboard.store.simulated import farm_beside, simulated_farm
from dashboard.store.site import qb_conf
from qubecb.runner.farm.port import Farm
from qubecb.runner.mail import Mailer
from qubecb.runner.order import Limits, Order
from qubecb.runner.settings import RunnerSettings, User, default_python


def limits() -> Limits:
    """Give what a run may use unless its callback's options say otherwise."""
    get = settings.ENVIRONMENT.get
    return Limits(
        timeout=get("QUBECB_TIMEOUT"),
        memory=get("QUBECB_MEMORY"),
        cpu=get("QUBECB_CPU"),
        files=get("QUBECB_FILES"),
        processes=get("QUBECB_PROCESSES"),
        output=get("QUBECB_OUTPUT"),
        nice=get("QUBECB_NICE"),
    )


def runner_settings() -> RunnerSettings:
    """Give how callbacks are run. Raises ConfigurationError for a user that is not there."""
    get = settings.ENVIRONMENT.get
    conf = qb_conf()
    run_as = get("QUBECB_RUN_AS")
    return RunnerSettings(
        scratch=settings.DATA / "scratch",
        python=get("QUBECB_PYTHON") or default_python(),
        perl=get("QUBECB_PERL"),
        preload=get("QUBECB_PRELOAD"),
        mode=get("QUBECB_RUNNER"),
        run_as=User.named(run_as) if run_as else None,
        qbdir=str(conf.qb_directory),
        log_path=conf.logpath if conf.found else None,
        farm_timeout=get("QUBECB_FARM_TIMEOUT"),
        mailer=Mailer(conf.mail, enabled=conf.enabled("mail")),
    )


def farm_for(order: Order) -> Farm:
    """Give a run its view of the farm; a simulation's actions are only noted."""
    if order.simulate:
        return simulated_farm(order)
    return farm_beside(order) if order.beside else EmbeddedFarm.of(order)
