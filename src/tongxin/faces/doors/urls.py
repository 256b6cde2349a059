from django.urls import path

from tongxin.faces.doors import app, logins, views
from tongxin.faces.doors.sso import step
from tongxin.faces.doors.sso import views as sso

app_name = "doors"
urlpatterns = [
    path("", views.home, name="home"),
    path("health", views.health, name="health"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.worker, name="worker"),
    path("account/sessions/", logins.page, name="sessions"),
    path("account/sessions/end/", logins.end, name="end_session"),
    path("account/sso/", sso.find, name="sso"),
    path("account/sso/second-step/", step.page, name="sso_step"),
    path("account/sso/<slug:key>/", sso.begin, name="sso_begin"),
    path("account/sso/<slug:key>/back/", sso.back, name="sso_back"),
    path("account/sso/<slug:key>/acs/", sso.consume, name="sso_acs"),
    path("account/sso/<slug:key>/metadata/", sso.metadata, name="sso_metadata"),
    path("looks/language/", views.language, name="language"),
    path("looks/theme/", views.theme, name="theme"),
    path("looks/presence/", views.presence, name="presence"),
    path("looks/workspace/", views.workspace, name="workspace"),
]
