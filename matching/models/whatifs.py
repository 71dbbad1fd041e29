"""What a coordinator asks about two people whom a run did not pair."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from matching.models.runs import MatchRun


class WhatIf(models.Model):
    """Why not these two, and what would it cost the others? The row is the queue, as with a run, and the record of who
    asked about whom. `answer` names rules that may be told and holds fits and counts; a rule that rests on a wish, a
    boundary or a block is `private` in it, whichever it was."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("being computed")
        READY = "ready", _("ready")
        FAILED = "failed", _("stopped by a fault")

        @classmethod
        def ahead(cls) -> list["WhatIf.State"]:
            return [cls.QUEUED, cls.RUNNING]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="whatifs", verbose_name=_("run"))
    mentee = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("mentee"))
    mentor = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("mentor"))
    other = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("whom a swap would move")
    )
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.QUEUED)
    claim = models.UUIDField(_("claim"), null=True)
    beat_at = models.DateTimeField(_("last sign of life"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    of = models.PositiveIntegerField(_("of"), default=0)
    answer = models.JSONField(_("answer"), default=dict)

    class Meta:
        verbose_name = _("question about a pair")
        verbose_name_plural = _("questions about pairs")
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", claim__isnull=False, beat_at__isnull=False)
                | (~Q(state="running") & Q(claim__isnull=True)),
                name="a_running_question_has_a_claim",
            ),
            models.CheckConstraint(condition=~Q(mentee=F("mentor")), name="a_question_is_about_two_people"),
        ]

    def __str__(self) -> str:
        return str(_("A question about a pair"))
