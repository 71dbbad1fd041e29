"""Who wants to be erased, and how many were: all that is kept of them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Erasure(models.Model):
    """Somebody asked to be erased. Until a worker begins, they can take it back; the row goes with the person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="erasure", verbose_name=_("who"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    begun_at = models.DateTimeField(_("begun"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gte=F("asked_at")), name="an_erasure_is_due_after_it_was_asked"),
            models.CheckConstraint(
                condition=Q(begun_at=None) | Q(begun_at__gte=F("due_at")), name="an_erasure_begins_when_it_is_due"
            ),
        ]

    def __str__(self) -> str:
        return str(_("An erasure"))


class Tally(models.Model):
    """How many people were erased: one row, one number, no dates and no programs."""

    erased = models.PositiveIntegerField(_("erased"), default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_tally")]

    def __str__(self) -> str:
        return str(_("A tally"))
