"""Guards of addresses, taken away one at a time: of who comes in, by which method, and of what a form may write."""

import inspect
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver, path
from django.views.decorators.http import require_GET

from accounts.models import Membership, User
from config import urls
from matching import access
from matching.models import Proposal
from mentorship.models import Agreement

View = Callable[..., HttpResponse]


def pattern_of(name: str, resolver: URLResolver | None = None, space: str = "") -> URLPattern:
    """Where an address is wired to its view."""
    return next(found for full, found in patterns(resolver or get_resolver(), space) if full == name)


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that can be asked for, with its full name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


def in_place_of(name: str, wrap: Callable[[View], View]) -> AbstractContextManager[Any]:
    pattern = pattern_of(name)
    return mock.patch.object(pattern, "callback", wrap(pattern.callback))


def a_proposal_for_everybody() -> AbstractContextManager[Any]:
    """Whoever knows the id may have it."""

    def proposal_for(user: User, pk: uuid.UUID) -> Proposal:
        rows = Proposal.objects.select_related("mentee__user", "mentor__user", "program")
        return get_object_or_404(rows, pk=pk)

    return mock.patch.object(access, "proposal_for", proposal_for)


def an_admin_for_everybody() -> AbstractContextManager[Any]:
    """Whoever is signed in may look after the others."""
    return mock.patch.object(AdminSite, "has_permission", lambda self, request: request.user.is_authenticated)


def a_page_without_sign_in() -> AbstractContextManager[Any]:
    return in_place_of("accounts:join", inspect.unwrap)


def a_form_that_takes_any_method() -> AbstractContextManager[Any]:
    """What is for POST alone is done by a look, too."""
    return in_place_of("consent:reach", lambda view: login_required(inspect.unwrap(view)))


@contextmanager
def an_address_that_nobody_declared() -> Iterator[None]:
    @require_GET
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("forgotten")

    with mock.patch.object(urls, "urlpatterns", [*urls.urlpatterns, path("forgotten/", forgotten, name="forgotten")]):
        clear_url_caches()
        yield
    clear_url_caches()


def writing_first(name: str, write: Callable[[HttpRequest, Any], object]) -> AbstractContextManager[Any]:
    """Something is written before it is known whether it may be."""

    def wrap(view: View) -> View:
        def early(request: HttpRequest, pk: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            write(request, pk)
            return view(request, pk, *args, **kwargs)

        return early

    return in_place_of(name, wrap)


def a_pause_before_the_check() -> AbstractContextManager[Any]:
    return writing_first("accounts:pause", lambda _, pk: Membership.objects.filter(pk=pk).update(standing="paused"))


def a_removal_by_any_method() -> AbstractContextManager[Any]:
    """DELETE deletes, whoever asks."""

    def remove(request: HttpRequest, pk: Any) -> None:
        if request.method == "DELETE":
            Proposal.objects.filter(pk=pk).delete()

    return writing_first("matching:proposal", remove)


def a_refusal_that_is_counted() -> AbstractContextManager[Any]:
    """Whoever is turned away leaves a mark on the row."""
    return writing_first("mentorship:end", lambda _, pk: Agreement.objects.filter(pk=pk).update(mentor_seat=5))


def storing(name: str, model: type[Model], column: str) -> AbstractContextManager[Any]:
    """A form that stores what was sent, whether it asked for it or not."""

    def wrap(view: View) -> View:
        def eager(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if sent := {"on": True}.get(request.POST.get(column, ""), request.POST.get(column)):
                row = next(iter((*args, *kwargs.values())), request.user.pk)
                model._default_manager.filter(pk=row).update(**{column: sent})
            return response

        return eager

    return in_place_of(name, wrap)
