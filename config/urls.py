"""Where everything is found. Addresses carry random ids and neutral words."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from home.views import home

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("", include("home.urls")),
    path("account/", include("accounts.entrance")),
    path("me/", include("accounts.urls")),
    path("me/mail/", include("notices.urls")),
    path("answers/", include("consent.urls")),
    path("", include("safety.urls")),
    path("", include("matching.urls")),
    path("agreements/", include("mentorship.urls")),
    path("coordination/", admin.site.urls),
]

handler400 = "ui.views.bad_request"
handler403 = "ui.views.not_found"
handler404 = "ui.views.not_found"
handler429 = "accounts.limits.too_fast"  # where allauth looks for it
handler500 = "ui.views.server_error"
