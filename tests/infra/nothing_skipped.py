"""A pytest plugin: in CI a skipped test fails the run, because a test that did not run has shown nothing."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    if skipped := reporter.stats.get("skipped", []):
        reporter.write_line(f"\n{len(skipped)} skipped in CI, where nothing may be skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
