"""The bench: what it says, what it refuses to start, and that its judge can tell a broken matching."""

import inspect
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from bench import __main__ as runner
from bench import findings, machine, page, plot, pools, tables
from bench.contest import Contest
from bench.judge import Judge, Verdict
from bench.peers import run
from bench.tables import BEST, DENSE, FLOOR, KINDRED, Row, Size

SMALL, LARGE = Size(1000, 500), Size(100_000, 20_000)


def row(contender: str = DENSE, size: Size = SMALL, **figures: float) -> Row:
    found = {"runs": 5, "seconds": 1.0, "work": 1.0, "MB": 100.0, **figures}
    return Row(size.n, size.m, size.places, contender, **found)


def boom() -> None:
    raise RuntimeError("planted")


class TestTheRun:
    @pytest.fixture(autouse=True)
    def nothing_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(findings, "goals", [])
        monkeypatch.setattr(findings, "kept", {})

    def test_a_goal_not_reached_is_said_and_breaks_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        code = runner.run({"slow": lambda: findings.tell("F9", "3 s; wanted 2 s", reached=False)})

        assert code == 0
        assert capsys.readouterr().out.endswith("F9 NOT reached: 3 s; wanted 2 s\n\nNot reached: F9\n")

    def test_a_broken_measurement_fails_the_run_and_the_next_one_goes_on(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code = runner.run({"broken": boom, "good": lambda: findings.tell("F9", "1 s", reached=True)})

        assert code == 1
        assert "F9 reached: 1 s" in capsys.readouterr().out

    def test_a_measurement_that_returns_something_fell_short(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert runner.run({"gate": lambda: 1}) == 0
        assert capsys.readouterr().out.endswith("Not reached: gate\n")

    def test_a_goal_not_measured_is_neither(self, capsys: pytest.CaptureFixture[str]) -> None:
        runner.run({"quick": lambda: findings.tell("F9", "wanted 2 s", reached=None)})

        assert capsys.readouterr().out.endswith("F9 not measured: wanted 2 s\n\nNot reached: nothing\n")


def test_every_measurement_can_be_started_and_the_long_one_is_the_last() -> None:
    there = runner.measurements()

    assert [name for name, main in there.items() if inspect.signature(main).parameters] == []
    assert list(there)[-1] == "engine"
    assert {"moves", "program"} < there.keys()


class TestWhoIsStarted:
    def contest(self, **figures: float) -> Contest:
        contest = Contest(5, limit=100, enough=100)
        contest.before = {name: (SMALL, row(name, **figures)) for name in (DENSE, KINDRED)}
        return contest

    def test_nobody_whose_memory_would_not_do(self) -> None:
        gigabytes = 100.0 * LARGE.pairs / SMALL.pairs / 1024
        assert gigabytes * 1024 > machine.memory()
        assert self.contest(MB=100.0).hindrance(DENSE, LARGE) == f"not started: would need {gigabytes:,.0f} GB"

    def test_memory_is_said_before_time(self) -> None:
        contest = self.contest(MB=100.0)
        contest.out.add(DENSE)
        assert contest.hindrance(DENSE, LARGE).endswith(" GB")

    def test_nobody_whose_time_would_not_do(self) -> None:
        assert self.contest(MB=0.001).hindrance(DENSE, LARGE) == "not started: would need 4,000 s or more"

    def test_nobody_who_was_stopped_before(self) -> None:
        contest = self.contest()
        contest.out.add("matching")
        assert contest.hindrance("matching", SMALL) == "not started: it took too long at an earlier size"

    def test_ours_always(self) -> None:
        assert self.contest().hindrance(KINDRED, LARGE) == ""


class TestTheTable:
    def rows(self) -> list[Row]:
        once = {"seconds": 1.0, "work": 2.0, "MB": 300.0}
        runs = {
            KINDRED: [{**once, "seconds": seconds, "gap": 0.01, "passes": 2} for seconds in (3.0, 0.1, 0.2)],
            DENSE: [once],
            BEST: [],
            FLOOR: [{**once, "gflop": 5.0}],
        }
        verdicts = {
            KINDRED: Verdict(10, 100.0, 0.4, 3, True),
            DENSE: Verdict(9, 80.0, 0.3, 4, False),
        }
        return tables.rows(SMALL, runs, {BEST: "not started: would need 9 GB"}, verdicts)

    def test_the_median_counts_and_the_speed_is_against_dense_cosines(self) -> None:
        ours = self.rows()[0]
        assert (ours.runs, ours.seconds, ours.speed, ours.passes) == (3, 0.2, 5.0, 2)

    def test_everybodys_gap_is_to_the_bound_that_our_certificate_gives(self) -> None:
        gaps = [row.gap for row in self.rows()]
        assert gaps == [pytest.approx(0.01), pytest.approx(101 / 80 - 1), None, None]

    def test_who_was_not_started_stands_in_it_with_the_reason(self) -> None:
        told = [line for line in tables.text(self.rows()).splitlines() if line.startswith(BEST)]
        assert re.split(r" {2,}", told[0]) == [BEST, "not started: would need 9 GB"]

    def test_an_estimate_is_marked_as_one(self) -> None:
        assert [row.cells()[9] for row in self.rows()[:2]] == ["~3", "4"]

    def test_in_markdown_every_line_has_all_columns(self) -> None:
        lines = tables.markdown(self.rows()).splitlines()
        assert {line.count("|") for line in lines} == {len(tables.HEADS) + 1}


class TestThePage:
    @pytest.fixture
    def docs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        (tmp_path / "images").mkdir()
        (tmp_path / "performance.md").write_text(f"by hand\n{page.BEGIN}\nold figures\n{page.END}\nby hand, too\n")
        rows = [row(), row(KINDRED, seconds=0.01), row(KINDRED, LARGE, seconds=20.0)]
        kept = {"machine": {"cores": "2"}, "seed": 7, "rows": [{**vars(one)} for one in rows]}
        kept["floor"] = {str(size): f"floor of {size}" for size in (SMALL, LARGE)}
        monkeypatch.setattr(findings, "kept", kept)
        monkeypatch.setattr(findings, "goals", [findings.Goal("F1", True, "15 times")])
        page.write(tmp_path)
        return tmp_path

    def test_only_what_is_between_the_marks_is_written(self, docs: Path) -> None:
        text = (docs / "performance.md").read_text()
        assert (text[:8], text[-14:], "old figures" in text) == ("by hand\n", "\nby hand, too\n", False)
        assert [line for line in text.splitlines() if line.startswith(("###", "- F1", "floor"))] == [
            "- F1 reached: 15 times",
            *(f"{head}{size}" for size in (SMALL, LARGE) for head in ("### ", "floor of ")),
        ]

    def test_twice_is_as_once(self, docs: Path) -> None:
        before = (docs / "performance.md").read_text()
        page.write(docs)
        assert (docs / "performance.md").read_text() == before

    def test_the_figures_can_be_read_back(self, docs: Path) -> None:
        found = json.loads((docs / "performance.json").read_text())
        assert Row(**found["rows"][0]) == row()

    def test_the_plot_needs_nothing_from_outside_and_knows_the_dark(self, docs: Path) -> None:
        drawing = (docs / "images" / "performance.svg").read_text()
        ET.fromstring(drawing)
        assert re.findall(r"https?://[^\s\"]+", drawing) == ["http://www.w3.org/2000/svg"]
        assert "prefers-color-scheme: dark" in drawing


def test_no_two_names_lie_upon_one_another_in_the_plot() -> None:
    drawing = plot.drawn([row(name) for name in (KINDRED, DENSE, BEST)])
    heights = sorted(float(y) for y in re.findall(r'class="name" x="[\d.]+" y="([\d.]+)"', drawing))
    assert np.diff(heights).min() >= 14


def test_the_page_in_the_docs_has_its_marks() -> None:
    text = (page.DOCS / "performance.md").read_text()
    assert (text.count(page.BEGIN), text.count(page.END)) == (1, 1)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(*pools.family(40, 12, 3))


class TestTheJudge:
    def possible(self, judge: Judge) -> list[tuple[int, int]]:
        left, right = judge.spoken
        return [(i, j) for i, one in enumerate(left) for j, other in enumerate(right) if one & other]

    @pytest.fixture
    def pairs(self, judge: Judge) -> list[tuple[int, int]]:
        """One for each mentor."""
        made: dict[int, int] = {}
        for i, j in self.possible(judge):
            if i not in made and j not in made.values():
                made[i] = j
        return list(made.items())

    def verdict(self, judge: Judge, pairs: list[tuple[int, int]]) -> Verdict:
        return judge.verdicts({"somebody": np.array(pairs)})["somebody"]

    def test_blocking_pairs_are_those_that_one_finds_one_by_one(
        self, judge: Judge, pairs: list[tuple[int, int]]
    ) -> None:
        fit = judge.pool.score.block(np.arange(40))
        mentor_of = dict(pairs)
        found = 0
        for i, j in self.possible(judge):
            held = [mentee for mentee, mentor in pairs if mentor == j]
            glad = i not in mentor_of or fit.forth[i, j] > fit.forth[i, mentor_of[i]] + 1e-6
            found += glad and (len(held) < judge.places[j] or fit.back[i, j] > 1e-6 + min(fit.back[k, j] for k in held))

        assert found > 0
        assert self.verdict(judge, pairs).blocking == found

    def test_the_total_is_of_our_fit(self, judge: Judge, pairs: list[tuple[int, int]]) -> None:
        fit = judge.pool.score.block(np.arange(40)).mutual
        verdict = self.verdict(judge, pairs)
        fits = sorted(float(fit[pair]) for pair in pairs)
        assert [verdict.total, verdict.weakest] == pytest.approx([sum(fits), fits[0]])

    @pytest.mark.parametrize("planted", ["somebody twice", "too many for a mentor", "no shared language"])
    def test_a_broken_matching_is_thrown_out(self, judge: Judge, pairs: list[tuple[int, int]], planted: str) -> None:
        possible, (first, mentor) = self.possible(judge), pairs[0]
        added = {
            "somebody twice": [next((i, j) for i, j in possible if i == first and j != mentor)],
            "too many for a mentor": [(i, j) for i, j in possible if j == mentor][1:7],
            "no shared language": [next((i, 0) for i in range(40) if (i, 0) not in possible)],
        }[planted]
        with pytest.raises(ValueError, match="pairs that break the rules"):
            self.verdict(judge, [*(pairs if planted == "somebody twice" else []), *added])

    def test_a_peer_reads_what_it_wrote(self, judge: Judge, tmp_path: Path) -> None:
        judge.write(tmp_path)
        given = run.read(tmp_path)
        fit = judge.pool.score.block(np.arange(40)).mutual
        assert given.capacity == judge.places.tolist()
        assert {(i, j) for i in range(40) for j in range(12) if given.mutual[i][j] > 0} == set(self.possible(judge))
        assert all(given.mutual[i][j] == fit[i, j] for i, j in self.possible(judge))


class TestMemory:
    def child(self, *lines: str) -> float:
        program = "\n".join(["from bench.peers.run import peak", *lines, "print(peak())"])
        return float(subprocess.check_output([sys.executable, "-c", program], text=True))

    def test_what_was_given_back_counts(self) -> None:
        assert self.child("bytearray(b'1') * 200_000_000") > 200_000_000 / 2**20

    def test_what_the_parent_holds_does_not(self) -> None:
        held = bytearray(b"1") * 300_000_000
        assert self.child() < len(held) / 2**20 / 2
