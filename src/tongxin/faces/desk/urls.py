from django.urls import path, re_path

from tongxin.faces.desk import acts, bulk, commands, editing, pages, wall

app_name = "desk"
urlpatterns = [
    path("", pages.home, name="home"),
    path("ticket/", pages.ticket, name="ticket"),
    path("wall/", wall.page, name="wall"),
    path("search/", pages.search, name="search"),
    path("files/", acts.upload, name="upload"),
    path("p/<str:person>/", pages.person, name="person"),
    path("p/<str:person>/name/", acts.rename, name="rename"),
    path("c/<str:conversation>/", pages.thread, name="thread"),
    path("c/<str:conversation>/talk/", pages.talk, name="talk"),
    path("c/<str:conversation>/head/", pages.head, name="head"),
    path("c/<str:conversation>/say/", acts.say, name="say"),
    path("c/<str:conversation>/draft/", acts.draft, name="draft"),
    path("c/<str:conversation>/assign/", acts.assign, name="assign"),
    path("c/<str:conversation>/snooze/", acts.snooze, name="snooze"),
    path("c/<str:conversation>/tag/", acts.tag, name="tag"),
    re_path(
        r"^c/(?P<conversation>\w+)/(?P<verb>resolve|reopen|wake|see)/$", acts.turn, name="turn"
    ),
    path("views/", editing.save, name="save_view"),
    path("views/form/", editing.form, name="view_form"),
    path("views/<str:view>/remove/", editing.remove, name="remove_view"),
    path("looks/", editing.looks, name="looks"),
    path("find/", commands.find, name="find"),
    path("bulk/", bulk.start, name="bulk"),
    path("bulk/bar/", bulk.bar, name="bulk_bar"),
    path("jobs/<str:job>/", bulk.job, name="job"),
    path("jobs/<str:job>/stop/", bulk.stop, name="stop_job"),
    path("<str:view>/", pages.view, name="view"),
    path("<str:view>/rows/", pages.rows, name="rows"),
    path("<str:view>/<str:conversation>/", pages.view, name="open"),
]
