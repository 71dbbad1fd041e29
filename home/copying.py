"""Taking a copy of everything of one's own along."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from home import copies, presence


@login_required
@require_http_methods(["GET", "POST"])
def copy(request: SignedIn) -> HttpResponse:
    if request.method == "GET" or not presence.is_shown(request):
        return render(request, "home/copy.html", presence.wanted(request))
    name = f'attachment; filename="{copies.NAME}"'
    whole = copies.zipped(request.user, timezone.now())
    return HttpResponse(whole, content_type="application/zip", headers={"Content-Disposition": name})
