"""The page on which a demo shows the mail that it would have sent."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client

from home.mailbox import letters

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path
    return tmp_path


def send(folder: Path, *words: str) -> None:
    connection = get_connection(FILES, file_path=str(folder))
    connection.send_messages([EmailMessage(word, f"Your code: {word}", to=["ada@example.org"]) for word in words])


def test_every_letter_of_a_file_is_read_in_utc(folder):
    send(folder, "one", "two")

    found = letters(folder)

    assert sorted(letter.subject for letter in found) == ["one", "two"]
    assert {letter.at.tzname() for letter in found} == {"UTC"}


def test_the_page_shows_what_would_have_been_sent(db, folder):
    send(folder, "one")

    assert "Your code: one" in Client().get("/dev/mail/").content.decode()


def test_without_mail_the_page_says_so(db, folder):
    assert "No mail yet" in Client().get("/dev/mail/").content.decode()


def test_outside_a_demo_there_is_no_such_page(db, folder, settings):
    settings.DEMO = settings.DEBUG = False

    assert Client().get("/dev/mail/").status_code == 404
