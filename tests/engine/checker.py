"""Checks a result against its certificate, by plain loops over pairs that were scored one by one. Knows nothing of how
either was found; in exchange it is slow."""

from collections import Counter

ROUNDING = 2e-5  # fit: single precision, sums in another order
MORE = 1e-6  # fit: less is not to be liked more


def faults(result, mentees, mentors, fit, possible, *, bonus=None, locked=()):
    """What does not hold, in words. `fit.mutual`, `fit.forth` and `fit.back` (mentees, mentors), `possible` the same;
    `bonus` by pair of ids; `locked` the pairs of ids that were given."""
    proof = result.certificate
    row, column = ({person.id: i for i, person in enumerate(side)} for side in (mentees, mentors))
    taken, held = Counter(mentor for _, mentor in locked), {mentee for mentee, _ in locked}
    places = {mentor.id: mentor.capacity - taken[mentor.id] for mentor in mentors}
    made = {p.mentee: p.mentor for p in result.pairings if not p.locked}
    price = {mentor.id: proof.prices.get(mentor.id, 0.0) for mentor in mentors}
    weight = {
        (a.id, b): float(fit.mutual[row[a.id], column[b]]) + proof.most + (bonus or {}).get((a.id, b), 0.0)
        for a in mentees
        for b in places
        if a.id not in held and places[b] > 0 and possible[row[a.id], column[b]]
    }
    values = dict.fromkeys(row.keys() - held, 0.0)
    for (a, b), worth in weight.items():
        values[a] = max(values[a], worth - price[b])
    dual = sum(places[b] * price[b] for b in places) + sum(values.values())
    total = sum(weight.get(pair, 0.0) for pair in made.items())
    slack = ROUNDING * (1 + len(mentees)) + 1e-9 * abs(dual)
    checks = {
        "a mentor has more people than places": all(n <= places[b] for b, n in Counter(made.values()).items()),
        "a pair is not possible": all(pair in weight for pair in made.items()),
        "a price is below 0": min(price.values(), default=0.0) >= 0,
        "the prices prove less than the bound claims": dual <= proof.bound + slack,
        "the result is worth more than the bound": total <= proof.bound + slack,
        "the gap is not what is missing to the bound": abs(proof.gap * result.total - proof.bound + total) <= slack,
        "blocking pairs are counted wrongly": proof.blocking == _blocking(made, places, weight, fit, row, column),
    }
    return [fault for fault, holds in checks.items() if not holds]


def _blocking(made, places, weight, fit, row, column):
    has = {a: fit.forth[row[a], column[b]] for a, b in made.items()}
    likes = {b: [-1.0] * (room - list(made.values()).count(b)) for b, room in places.items()}
    for a, b in made.items():
        likes[b].append(fit.back[row[a], column[b]])
    return sum(
        fit.forth[row[a], column[b]] > has.get(a, -1.0) + MORE and fit.back[row[a], column[b]] > min(likes[b]) + MORE
        for a, b in weight
        if made.get(a) != b
    )
