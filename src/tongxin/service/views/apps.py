from tongxin.center.kit import rooms


class Views(rooms.Room):
    name = "tongxin.service.views"
