from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# First where one works all day: Django tries one after the other.
FACES = {"desk": "desk/", "studio": "studio/", "portal": "", "developers": ""}

handler400 = "tongxin.faces.doors.accidents.unreadable"
handler404 = "tongxin.faces.doors.accidents.not_found"
handler429 = "tongxin.faces.doors.accidents.too_often"  # allauth asks for it
handler500 = "tongxin.faces.doors.accidents.broke"

urlpatterns: list[URLPattern | URLResolver] = [
    *(
        path(prefix, include(f"tongxin.faces.{face}.urls"))
        for face, prefix in FACES.items()
        if find_spec(f"tongxin.faces.{face}.urls")
    ),
    path("", include("tongxin.faces.doors.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.account.urls")),
]
