"""Why two people were brought together, in words, for whoever reads it: composed at the moment of reading, from what
the gate opens now. What is stored with a pair is only which facet, which kind of reason and whose wish it was."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from consent import gate, vocabulary
from consent.facets import Facet
from consent.letters import open_letter
from consent.purposes import Purpose
from matching import hours
from matching.models import Proposal, Suggestion
from matching.values import common, values

if TYPE_CHECKING:
    from matching.engine.types import Reason

PRIVATE = _("preference met (private)")
WISH_MET, SIMILAR, OVERLAPS = "wish_met", "similar", "overlaps"

# What a mentee may be told when nobody is on her list. What others wish for or keep away from is not among it.
WIDENS: dict[str, Promise] = {
    "language": _("Another language that you are comfortable in."),
    "availability": _("A few more times in your week, or other ones."),
    "format": _("Another way to meet, online or in person."),
    "place": _("Meeting online as well, or a larger area."),
    "must": _("Saying “important” instead of “must”: it still counts, and rules nobody out."),
    "no_places": _("A little time: everybody who fits is taken just now, and places open up again."),
    "no_people": _("A little time: everybody who fits is taken just now, and places open up again."),
}
RESTS_ON_A_WORD = ("must", "their_must", "avoided", "forbidden")
"""Rules that rest on a wish, a boundary or a block: they read the same, whichever it is."""
PRIVATELY = _("something private, or a pair that was set aside")
HINDRANCES: dict[str, Promise] = {
    "language": _("no shared language"),
    "availability": _("no time at which both are free"),
    "format": _("no way to meet that suits both"),
    "place": _("too far apart to meet in person"),
    **dict.fromkeys(RESTS_ON_A_WORD, PRIVATELY),
    "earlier_pair": _("an earlier pair"),
    "no_places": _("the possible mentors have no place left"),
    "no_people": _("there are no mentors"),
    "meanwhile": _("something changed while the run was computed"),
}
# What a coordinator can do about it.
IN_PRIVATE = _("A talk with them: “important” instead of “must” rules nobody out.")
HELPS: dict[str, Promise] = {
    "language": _("A mentor who speaks one of their languages."),
    "availability": _("More times, theirs or a mentor's."),
    "format": _("Asking whether they could also meet another way."),
    "place": _("Meeting online as well."),
    **dict.fromkeys(RESTS_ON_A_WORD, IN_PRIVATE),
    "no_places": _("One more place with a mentor."),
    "no_people": _("Mentors."),
    "meanwhile": _("Running again."),
}
NOT_POSSIBLE: dict[str, Promise] = {
    "language": HINDRANCES["language"],
    "availability": HINDRANCES["availability"],
    "format": HINDRANCES["format"],
    "place": HINDRANCES["place"],
    "earlier_pair": _("these two have met here before, or are on their way to each other"),
    "no_places": _("the mentor has no place left"),
    "absent": _("one of them is not looking for anybody at the moment"),
}
NOT_POSSIBLE_PRIVATELY = _("not possible (private)")
RESTS_ON = {
    "language": {"languages"},
    "availability": {"availability"},
    "format": {"formats"},
    "place": {"formats", "place"},
}
Words = Mapping[str, str]


@dataclass(frozen=True)
class Fact:
    """Something that one person let reach the other."""

    label: str
    words: list[str]
    is_text: bool


def stored(reasons: "Iterable[Reason]") -> list[dict[str, str]]:
    """What is kept of the matcher's reasons: no value."""
    return [{"facet": why.facet, "kind": why.kind.value, "whose": why.whose.value} for why in reasons]


def for_suggestions(mentee: Membership, suggestions: list[Suggestion]) -> dict[uuid.UUID, list[str]]:
    """For a mentee, by mentor: facts that both let reach people they are suggested to, and her own wishes. Two queries,
    however many suggestions."""
    mentors = [suggestion.mentor for suggestion in suggestions]
    opened = gate.read(Purpose.SHOW_SUGGESTED, [mentee, *mentors])
    telling = _Telling(mentee, opened[mentee.pk], gate.own_wishes(mentee))
    return {s.mentor_id: telling.sentences(s.reasons, opened[s.mentor_id]) for s in suggestions}


def for_proposal(proposal: Proposal, reader: Membership) -> list[str]:
    """For one of the two, before both said yes: their own answers, and what the other let reach them."""
    other = proposal.mentor if reader.pk == proposal.mentee_id else proposal.mentee
    own = {facet: answer.value for facet, answer in gate.own(reader).items() if answer.value is not None}
    telling = _Telling(reader, own, gate.own_wishes(reader))
    return telling.sentences(proposal.reasons, gate.read(Purpose.SHOW_SUGGESTED, [other])[other.pk])


def for_coordinator(proposals: list[Proposal]) -> dict[uuid.UUID, list[str]]:
    """By proposal: words only where both let the answer be shown and it is not about identity; the rest reads
    “preference met (private)”, once. One query."""
    people = [member for proposal in proposals for member in (proposal.mentee, proposal.mentor)]
    opened = gate.read(Purpose.SHOW_SUGGESTED, people)
    return {
        proposal.pk: _for_coordinator(proposal, opened[proposal.mentee_id], opened[proposal.mentor_id])
        for proposal in proposals
    }


def facts(member: Membership) -> list[Fact]:
    """What somebody lets people read whom they are suggested to, hours on the reader's clock. What a match reads after
    both said yes is shown beside their agreement."""
    return list(_facts(member, gate.read(Purpose.SHOW_SUGGESTED, [member])[member.pk]))


def note_of(proposal: Proposal) -> str:
    """For the two it is between."""
    return str(open_letter(proposal.pk, bytes(proposal.note), "note"))


def passing_of(proposal: Proposal) -> str:
    """Why it was passed on, if anything was said: for coordinators of the program alone."""
    return str(open_letter(proposal.pk, bytes(proposal.passing), "passing"))


def widening(hindrances: Iterable[str]) -> list[str]:
    """What would bring more people onto a list, as far as it may be told."""
    return list(dict.fromkeys(str(WIDENS[rule]) for rule in hindrances if rule in WIDENS))


def hindrances(rules: Iterable[str], numbers: Mapping[str, int]) -> list[str]:
    """For coordinators: the names of the rules in words, with how many mentors they took where that may be told. What
    rests on a wish, a boundary or a block reads the same, whichever it was."""
    return list(dict.fromkeys(_numbered(rule, numbers.get(rule)) for rule in rules if rule in HINDRANCES))


def helping(rules: Iterable[str]) -> list[str]:
    """For coordinators: what would bring somebody to those who have nobody."""
    return list(dict.fromkeys(str(HELPS[rule]) for rule in rules if rule in HELPS))


def against(mentee: Membership, mentor: Membership, rules: Iterable[str]) -> list[str]:
    """For coordinators: why two people cannot be paired. A rule has a name only where both let the answers be shown
    that it rests on; otherwise, and where it rests on a wish, a boundary or a block, it reads “not possible (private)”.
    One query."""
    words = vocabulary.for_program(mentee.program.vocabulary)
    opened = gate.read(Purpose.SHOW_SUGGESTED, [mentee, mentor])
    shown = {facet.kind for facet in words.facets if all(facet.key in opened[one.pk] for one in (mentee, mentor))}
    found = [NOT_POSSIBLE.get(rule) if RESTS_ON.get(rule, set()) <= shown else None for rule in rules]
    return list(dict.fromkeys(str(sentence or NOT_POSSIBLE_PRIVATELY) for sentence in found))


def _numbered(rule: str, number: int | None) -> str:
    words = str(HINDRANCES[rule])
    return words if number is None else f"{words} ({number})"


class _Telling:
    """What one reader can be told about others, with their own side at hand."""

    def __init__(self, reader: Membership, own: Mapping[str, Any], wishes: list[gate.OwnWish]) -> None:
        self.role, self.own = reader.role, own
        self.words = vocabulary.for_program(reader.program.vocabulary)
        self.wished = {(wish.facet, wish.value) for wish in wishes if wish.strength != "never"}

    def sentences(self, reasons: Iterable[Words], theirs: Mapping[str, Any]) -> list[str]:
        found = [self._sentence(reason, theirs) for reason in reasons]
        return list(dict.fromkeys(sentence for sentence in found if sentence))

    def _sentence(self, reason: Words, theirs: Mapping[str, Any]) -> str:
        key = reason["facet"]
        if key not in self.words or key not in theirs:
            return ""
        facet = self.words.facet(key)
        if reason["kind"] == WISH_MET:
            return self._wish(facet, theirs) if reason["whose"] == self.role else ""
        if key not in self.own:
            return ""
        if reason["kind"] in {SIMILAR, OVERLAPS}:
            return facet.reason(self.role)
        shared = common(facet, self.own[key], theirs[key])
        return facet.reason(self.role, shared) if shared else ""

    def _wish(self, facet: Facet, theirs: Mapping[str, Any]) -> str:
        said = values(facet, theirs[facet.key])
        met = [key for key in facet.labels if key in said and (facet.key, key) in self.wished]
        words = ", ".join(facet.word(key) for key in met)
        return gettext("As you wished: %(words)s") % {"words": words} if met else ""


def _for_coordinator(proposal: Proposal, mentee: Mapping[str, Any], mentor: Mapping[str, Any]) -> list[str]:
    words = vocabulary.for_program(proposal.program.vocabulary)
    found = []
    for reason in proposal.reasons:
        key = reason["facet"]
        shown = key in words and not words.facet(key).identity and key in mentee and key in mentor
        line = _line(words.facet(key), reason, mentee, mentor) if shown and reason["kind"] != WISH_MET else ""
        found.append(line or str(PRIVATE))
    return list(dict.fromkeys(found))


def _line(facet: Facet, reason: Words, mentee: Mapping[str, Any], mentor: Mapping[str, Any]) -> str:
    if reason["kind"] in {SIMILAR, OVERLAPS}:
        return facet.label
    shared = common(facet, mentee[facet.key], mentor[facet.key])
    return f"{facet.label}: {', '.join(shared)}" if shared else ""


def _facts(member: Membership, opened: Mapping[str, Any]) -> Iterator[Fact]:
    vocabulary_here = vocabulary.for_program(member.program.vocabulary)
    for facet in vocabulary_here.asked_of(member.role):
        if facet.key not in opened:
            continue
        value = opened[facet.key]
        if facet.kind == "availability":
            value = hours.for_reader(value, said_in=member.user.time_zone)
        if words := facet.words(value):
            yield Fact(facet.label, words, facet.kind in {"text", "note", "place"})
