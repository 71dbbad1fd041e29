"""What became of suggestions, kept so that the weights of the matcher can be fitted one day. Nothing is learned yet."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from consent.models import Consent

SIDES = [(role.value, role.label) for role in (Role.MENTEE, Role.MENTOR)]


class PairEvent(models.Model):
    """Something happened between two people who both let their matches help improve the matching: which day, which
    kind, no more. It hangs on both consents, so that it cannot be without them and goes with either."""

    class Kind(models.TextChoices):
        SHOWN = "shown", _("suggested")
        ASKED = "asked", _("asked")
        YES = "yes", _("said yes")
        PASSED = "passed", _("passed on")
        ENDED = "ended", _("ended")  # an ask or offer that nobody answered, or the mentorship itself

    mentee = models.ForeignKey(Consent, models.CASCADE, related_name="+", verbose_name=_("mentee"))
    mentor = models.ForeignKey(Consent, models.CASCADE, related_name="+", verbose_name=_("mentor"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    by = models.CharField(_("who answered"), max_length=6, choices=SIDES, blank=True)
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("event of a pair")
        verbose_name_plural = _("events of pairs")
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["mentee", "mentor", "kind", "by", "on"], name="an_event_once_a_day"),
            models.CheckConstraint(condition=~Q(mentee=F("mentor")), name="an_event_is_of_two"),
            models.CheckConstraint(
                condition=Q(kind__in=["yes", "passed"], by__in=["mentee", "mentor"])
                | Q(kind__in=["shown", "asked", "ended"], by=""),
                name="an_answer_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return str(_("An event"))
