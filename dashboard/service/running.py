"""The runner's settings, from the environment and qb.conf."""

from __future__ import annotations

import os

from django.conf import settings

from dashboard.store.configuration.site import qb_conf, qb_conf_path
from dashboard.store.farm.embedded import EmbeddedFarm
from dashboard.store.farm.simulated import farm_beside, simulated_farm
from qubecb.conffile.qb_conf import read_bytes
from qubecb.errors import ConfigurationError
from qubecb.runner.farm.port import Farm
from qubecb.runner.hosting.programs import check_perl, check_python
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
    """Give how callbacks are run. Raises ConfigurationError for an unknown user."""
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
        mail=conf.mail if conf.enabled("mail") else None,
    )


def check_programs() -> None:
    """Try what callbacks are to run with. Raises ConfigurationError, which names the setting.

    Perl is tried only if it was configured: a site may not need it.
    """
    found = runner_settings()
    check_python(found)
    if settings.ENVIRONMENT.is_set("QUBECB_PERL"):
        check_perl(found)
    _check_qb_conf()


def _check_qb_conf() -> None:
    """A configured qb.conf must be readable now or once before, or not exist yet."""
    path = qb_conf_path()
    named = settings.ENVIRONMENT.is_set("QUBECB_QB_CONF")
    if not named or path is None or not os.path.lexists(path) or qb_conf().values:
        return
    try:
        read_bytes(path)
    except ConfigurationError as error:
        raise ConfigurationError(f"QUBECB_QB_CONF: {error}") from error


def farm_for(order: Order) -> Farm:
    """Give a run its view of the farm; a simulation's actions are only noted."""
    if order.simulate:
        return simulated_farm(order)
    return farm_beside(order) if order.beside else EmbeddedFarm.of(order)
