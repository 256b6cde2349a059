from django.urls import path

from tongxin.faces.developers import pages

app_name = "developers"
urlpatterns = [
    path("developers/", pages.home, name="home"),
    path("developers/api/", pages.api, name="api"),
]
