"""An operator is told when a name that others see could out people."""

import pytest

from notices.checks import names_tell_nothing


def test_the_names_that_we_ship_tell_nothing():
    assert names_tell_nothing() == []


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("SITE_NAME", "Queer Harbour", "KINDRED_SITE_NAME says “Queer”."),
        ("SITE_ADDRESS", "https://lgbt-mentors.example/", "KINDRED_SITE_ADDRESS says “lgbt”."),
        ("DEFAULT_FROM_EMAIL", "hello@schwule-mentoren.example", "KINDRED_MAIL_FROM says “schwule”."),
        ("DISCREET_NAME", "Réseau trans", "KINDRED_DISCREET_NAME says “trans”."),
    ],
)
def test_a_name_that_tells_is_told_of(setting, value, said, settings):
    setattr(settings, setting, value)

    assert [warning.msg for warning in names_tell_nothing()] == [said]
