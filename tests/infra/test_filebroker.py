import json
from pathlib import Path
from queue import Empty

import pytest

from config.filebroker import waiting
from tests.infra.passing import NUMBERS, connect, pass_through, publish


@pytest.mark.slow
def test_nothing_is_lost_when_a_taker_is_killed(tmp_path: Path) -> None:
    passed = pass_through(tmp_path, "files", 3000, die_after=500)

    assert passed.killed
    assert passed.lost == set()
    assert passed.twice == 0
    assert waiting(tmp_path) == {"numbers": 0}


@pytest.mark.slow
def test_control_the_stock_transport_loses_messages(tmp_path: Path) -> None:
    """Those that the killed one held; and often its readers stop altogether, at a file that is half written. Now and
    then the other reader had taken the same ones as well: then once more."""
    tries = (pass_through(tmp_path / str(n), "filesystem", 300, die_after=50, patience=4) for n in range(3))

    assert any(passed.lost for passed in tries)


@pytest.mark.slow
def test_control_a_message_seen_while_it_is_written_is_lost(tmp_path: Path) -> None:
    passed = pass_through(tmp_path, "torn", 40, patience=4)

    assert len(passed.lost) > 0


def test_messages_are_taken_in_the_order_they_came(tmp_path: Path) -> None:
    with connect(tmp_path, "files") as connection:
        publish(connection, range(20))

        queue = NUMBERS(connection.default_channel)
        taken = [queue.get(no_ack=True).payload for _ in range(20)]

        assert taken == list(range(20))
        assert queue.get() is None


def test_a_message_given_back_comes_again(tmp_path: Path) -> None:
    with connect(tmp_path, "files") as connection:
        publish(connection, range(1))
        queue = NUMBERS(connection.default_channel)

        queue.get().requeue()

        again = queue.get()
        assert again.payload == 0
        again.ack()
        assert list(tmp_path.glob("*/**/*.json")) == [tmp_path / "tables" / "numbers.json"]


def test_closing_gives_back_what_was_not_acknowledged(tmp_path: Path) -> None:
    with connect(tmp_path, "files") as connection:
        publish(connection, range(3))
        NUMBERS(connection.default_channel).get()
        assert waiting(tmp_path) == {"numbers": 2}

    assert waiting(tmp_path) == {"numbers": 3}
    assert list((tmp_path / "taken").iterdir()) == []


def test_a_rejected_message_is_gone(tmp_path: Path) -> None:
    with connect(tmp_path, "files") as connection:
        publish(connection, range(1))
        NUMBERS(connection.default_channel).get().reject()

    assert waiting(tmp_path) == {"numbers": 0}


def test_an_unreadable_message_is_put_aside_and_the_next_one_taken(tmp_path: Path) -> None:
    broken = tmp_path / "ready" / "numbers.queue" / "0-broken.json"
    broken.parent.mkdir(parents=True)
    broken.write_text('{"half')

    with connect(tmp_path, "files") as connection:
        publish(connection, range(1))

        assert NUMBERS(connection.default_channel).get(no_ack=True).payload == 0
    assert [path.name for path in (tmp_path / "aside").iterdir()] == ["unreadable-0-broken.json"]


def test_a_queue_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    with connect(tmp_path / "broker", "files") as connection:
        channel = connection.default_channel
        channel._put("../../outside", {"properties": {"delivery_tag": "1"}})

        assert waiting(tmp_path / "broker") == {"../../outside": 1}
        assert [path.name for path in tmp_path.iterdir()] == ["broker"]
        channel.queue_purge("../../outside")
        with pytest.raises(Empty):
            channel._get("../../outside")


def test_bindings_are_shared_through_files(tmp_path: Path) -> None:
    with connect(tmp_path, "files") as connection:
        publish(connection, range(1))

    assert json.loads((tmp_path / "tables" / "numbers.json").read_text()) == [["numbers", "", "numbers"]]
