from django.urls import path

from tongxin.faces.doors import app, views

app_name = "doors"
urlpatterns = [
    path("", views.home, name="home"),
    path("health", views.health, name="health"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.worker, name="worker"),
    path("looks/language/", views.language, name="language"),
    path("looks/theme/", views.theme, name="theme"),
    path("looks/presence/", views.presence, name="presence"),
    path("looks/workspace/", views.workspace, name="workspace"),
]
