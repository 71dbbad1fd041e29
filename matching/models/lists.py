"""What stands on a mentee's private list."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class Shortlist(models.Model):
    """A mentee's private list. Like a run, the row is the queue. `held_back` are ids of wishes about identity that too
    few mentors could meet in the open: they do not act here, and a coordinator is asked to look. `basis` is how far the
    ledger had come: what the mentee did later, or a listed mentor in the open, puts the list out of date."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("being computed")
        READY = "ready", _("ready")
        FAILED = "failed", _("stopped by a fault")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mentee = models.OneToOneField(Membership, models.CASCADE, related_name="shortlist", verbose_name=_("mentee"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.QUEUED)
    seed = models.PositiveBigIntegerField(_("seed"))
    wanted_at = models.DateTimeField(_("wanted"), default=timezone.now)
    claim = models.UUIDField(_("claim"), null=True, editable=False)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    computed_at = models.DateTimeField(_("computed"), null=True)
    basis = models.PositiveBigIntegerField(_("ledger up to"), default=0, editable=False)
    hindrances = models.JSONField(_("what stood in the way"), default=list)
    held_back = models.JSONField(_("wishes held back"), default=list)

    class Meta:
        verbose_name = _("shortlist")
        verbose_name_plural = _("shortlists")
        ordering = ["wanted_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", claim__isnull=False, beat_at__isnull=False)
                | (~Q(state="running") & Q(claim__isnull=True)),
                name="a_running_shortlist_has_a_claim",
            )
        ]

    def __str__(self) -> str:
        return str(_("A shortlist"))


class Suggestion(models.Model):
    shortlist = models.ForeignKey(Shortlist, models.CASCADE, related_name="suggestions", verbose_name=_("shortlist"))
    mentor = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("mentor"))
    position = models.PositiveSmallIntegerField(_("position"))
    reasons = models.JSONField(_("reasons"), default=list)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["shortlist", "position"]
        constraints = [
            models.UniqueConstraint(fields=["shortlist", "mentor"], name="a_mentor_once_per_shortlist"),
            models.UniqueConstraint(fields=["shortlist", "position"], name="one_suggestion_per_position"),
        ]

    def __str__(self) -> str:
        return str(_("A suggestion"))
