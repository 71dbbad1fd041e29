from django.urls import path

from consent.views import answers, learning, ledger, wishes

app_name = "consent"

urlpatterns = [
    path("", answers.home, name="answers_home"),
    path("<uuid:pk>/", answers.overview, name="answers"),
    path("<uuid:pk>/<int:place>/", answers.question, name="facet"),
    path("<uuid:pk>/<int:place>/reach/", answers.reach, name="reach"),
    path("<uuid:pk>/<int:place>/forget/", answers.forget, name="forget"),
    path("<uuid:pk>/keep/", answers.keep, name="keep"),
    path("<uuid:pk>/done/", answers.done, name="done"),
    path("<uuid:pk>/wishes/", wishes.overview, name="wishes"),
    path("<uuid:pk>/wishes/<int:place>/", wishes.wish, name="wish"),
    path("<uuid:pk>/wishes/<uuid:wish_pk>/remove/", wishes.remove, name="remove_wish"),
    path("<uuid:pk>/ledger/", ledger.overview, name="ledger"),
    path("record/", ledger.seen, name="seen"),
    path("<uuid:pk>/receipt/", ledger.receipt, name="receipt"),
    path("<uuid:pk>/receipt/file/", ledger.receipt_file, name="receipt_file"),
    path("<uuid:pk>/learning/", learning.page, name="learning"),
]
