from django.urls import path

from tongxin.faces.portal import files, shop, widget

app_name = "portal"
urlpatterns = [
    path("widget.js", widget.script, name="widget"),
    path("widget/<slug:key>/config", widget.config, name="config"),
    path("widget/<slug:key>/files", files.upload, name="upload"),
    path("files/<str:ticket>/<str:name>", files.download, name="file"),
    path("shop/", shop.page, {"part": "home"}, name="shop"),
    path("shop/teapots", shop.page, {"part": "teapots"}, name="teapots"),
    path("shop/teas", shop.page, {"part": "teas"}, name="teas"),
]
