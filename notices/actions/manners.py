"""How somebody wants to be written to, in whose words, and when."""

import unicodedata
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from consent.letters import seal_letter
from notices import lexicon
from notices.models import Manner
from notices.queries import own_words

LONGEST = 60
ENDS_OR_HIDES = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
JOINERS = "\u200c\u200d"
"""What joins letters in some scripts, and the parts of an emoji."""


class TooLong(Refusal):
    sentence = _("This is longer than a subject line shows. Please keep it to 60 characters.")


class NotOneLine(Refusal):
    sentence = _("Please keep it to one line, without characters that cannot be seen.")


class OnlyHalfQuiet(Refusal):
    sentence = _("Please choose when quiet hours begin and when they end, not the same time for both.")


class MayTell(Refusal):
    """Words that may out the person. Not refused for good: they decide."""

    sentence = _(
        "Whoever sees your mail or calendar could guess something from this. It is yours to decide: "
        "choose other words, or tick “Use these words all the same”."
    )


@transaction.atomic
def choose(*, user: User, discreet: bool) -> None:
    """The one question that is asked when somebody joins."""
    Manner.objects.update_or_create(user=user, defaults={"discreet": discreet})


@transaction.atomic
def change(
    *,
    user: User,
    discreet: bool,
    often: str,
    daily_at: time,
    quiet_from: time | None,
    quiet_until: time | None,
    line: str,
    entry: str,
    sure: bool,
) -> None:
    """`line` is what mail says instead of ours, `entry` the title of calendar entries; empty for ours."""
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise OnlyHalfQuiet
    manner = Manner.objects.get_or_create(user=user)[0]
    words = {"line": one_line(line), "entry": one_line(entry)}
    known = words == own_words(manner)  # they were sure before
    if not (sure or known) and any(map(lexicon.outing, words.values())):
        raise MayTell
    chosen: dict[str, Any] = {"discreet": discreet, "often": often, "daily_at": daily_at}
    chosen |= {"quiet_from": quiet_from, "quiet_until": quiet_until}
    chosen["sealed"] = seal_letter(manner.pk, words) if any(words.values()) else b""
    Manner.objects.filter(pk=manner.pk).update(**chosen)


def one_line(words: str) -> str:
    """As it may stand in the head of a mail: nothing that ends a line, and nothing that hides."""
    kept = words.strip()
    if len(kept) > LONGEST:
        raise TooLong
    if any(unicodedata.category(letter) in ENDS_OR_HIDES and letter not in JOINERS for letter in kept):
        raise NotOneLine
    return kept
