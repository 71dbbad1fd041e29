"""The pages of allauth that are reachable: those of a sign-in without passwords. What is not listed here is missing.

Names are allauth's own, because its flows look them up."""

from allauth.account import views
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.pace import always_paced, paced

# Asking for a code is what the sign-in page does; allauth looks the second name up when a code has run out.
again = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("login/", paced(views.login), name="account_login"),
    path("login/code/", again, name="account_request_login_code"),
    path("login/code/confirm/", always_paced(views.confirm_login_code), name="account_confirm_login_code"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", paced(views.signup), name="account_signup"),
    path("email/", paced(views.email), name="account_email"),
    path("confirm-email/", always_paced(views.email_verification_sent), name="account_email_verification_sent"),
    path("2fa/", include("allauth.mfa.urls")),
]
