from django.urls import path, re_path

from tongxin.faces.desk import acts, called, mending, pages, wall, writing

app_name = "desk"
urlpatterns = [
    path("", pages.home, name="home"),
    path("ticket/", pages.ticket, name="ticket"),
    path("wall/", wall.page, name="wall"),
    path("search/", pages.search, name="search"),
    path("notices/", called.page, name="notices"),
    path("notices/count/", called.count, name="notices_count"),
    path("notices/read/", called.read, name="notices_read"),
    path("undo/", writing.undo_seconds, name="undo_seconds"),
    path("held/<str:held>/take-back/", writing.take_back, name="take_back"),
    path("held/<str:held>/release/", writing.release, name="release"),
    path("held/<str:held>/approve/", writing.approve, name="approve"),
    path("held/<str:held>/give-back/", writing.give_back, name="give_back"),
    path("held/<str:held>/reschedule/", writing.reschedule, name="reschedule"),
    path("files/", acts.upload, name="upload"),
    path("m/<str:message>/edit/", mending.edit, name="edit"),
    path("m/<str:message>/recall/", mending.recall, name="recall"),
    path("m/<str:message>/history/", mending.history, name="history"),
    path("p/<str:person>/", pages.person, name="person"),
    path("p/<str:person>/name/", acts.rename, name="rename"),
    path("c/<str:conversation>/", pages.thread, name="thread"),
    path("c/<str:conversation>/talk/", pages.talk, name="talk"),
    path("c/<str:conversation>/head/", pages.head, name="head"),
    path("c/<str:conversation>/say/", writing.say, name="say"),
    path("c/<str:conversation>/macro/<str:macro>/", writing.run_macro, name="run_macro"),
    path("c/<str:conversation>/ready/", writing.ready, name="ready"),
    path("c/<str:conversation>/draft/", writing.draft, name="draft"),
    path("c/<str:conversation>/assign/", acts.assign, name="assign"),
    path("c/<str:conversation>/snooze/", acts.snooze, name="snooze"),
    path("c/<str:conversation>/tag/", acts.tag, name="tag"),
    re_path(
        r"^c/(?P<conversation>\w+)/(?P<verb>resolve|reopen|wake|see)/$", acts.turn, name="turn"
    ),
    path("<str:view>/", pages.view, name="view"),
    path("<str:view>/rows/", pages.rows, name="rows"),
    path("<str:view>/<str:conversation>/", pages.view, name="open"),
]
