"""What every list of coordination rests on.

A coordinator sees the programs they coordinate and nothing of any other; a superuser (the operator) sees every program,
and still no sealed answer."""

import uuid
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.options import get_content_type_for_model
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Membership, Program, User


def person(request: HttpRequest) -> User:
    """Everybody who gets as far as a page of coordination is signed in."""
    return cast(User, request.user)


def is_filter(page: admin.ModelAdmin, lookup: str) -> bool:
    """Whether a list offers this filter itself. Django would let an address ask for more: about a column that the list
    does not show, or whether somebody has answers, wishes or blocks at all."""
    offered = [entry[0] if isinstance(entry, tuple) else entry for entry in page.list_filter]
    names = [getattr(entry, "parameter_name", entry) for entry in offered]
    return any(lookup in {name, f"{name}__exact", f"{name}__id__exact"} for name in names)


class Nameless(admin.ModelAdmin):
    """Writes down what was done without the name: one that somebody has given up must not stand in an old line, nor in
    a message that waits in a session until its reader comes back."""

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        said = _("Done.") if level == messages.SUCCESS else message
        super().message_user(request, said, level, extra_tags, fail_silently)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._log(request, obj, admin.models.ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._log(request, obj, admin.models.CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        return [self._log(request, row, admin.models.DELETION, "") for row in queryset]

    def _log(self, request: HttpRequest, obj: Model, flag: int, message: Any) -> Any:
        return admin.models.LogEntry.objects.create(
            user_id=person(request).pk,
            content_type_id=get_content_type_for_model(obj).pk,
            object_id=str(obj.pk),
            object_repr=f"{self.opts.verbose_name} {str(obj.pk)[:8]}",
            action_flag=flag,
            change_message=message,
        )


class OwnPrograms(Nameless):
    """Rows of the coordinator's own programs. Everything else is as if it did not exist: in lists, searches, filters,
    autocompletes, histories and actions, all of which Django draws from `get_queryset`.

    Nothing is added, changed or deleted here unless a subclass says so: what happens goes through actions."""

    program_path: ClassVar[str] = "program"
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return is_filter(self, lookup)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        programs = access.programs_coordinated_by(person(request))
        return super().get_queryset(request).filter(**{f"{self.program_path}__in": programs})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.programs_coordinated_by(person(request)).exists()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return self.has_module_permission(request)
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        programs = access.programs_coordinated_by(person(request))
        if db_field.related_model is Program:
            kwargs["queryset"] = programs
        elif db_field.related_model is Membership:
            kwargs["queryset"] = Membership.objects.filter(program__in=programs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def one(self, request: HttpRequest, pk: uuid.UUID | str) -> Any:
        """The row for a page of our own, or the same 404 as for a row that does not exist."""
        found = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        return found

    def one_to_change(self, request: HttpRequest, pk: uuid.UUID | str) -> Any:
        """The same for a button: only a POST presses it."""
        if request.method != "POST":
            raise Http404
        return self.one(request, pk)

    def page(self, request: HttpRequest, title: Any, **context: Any) -> dict[str, Any]:
        """What a page of our own inside the admin needs besides its content."""
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}


class OperatorOnly(Nameless):
    """Rows that only the operator looks after. For everybody else there are none: not in a list, not in a history."""

    actions = None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return is_filter(self, lookup)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
