from tongxin.center.kit import rooms


class Timeline(rooms.Room):
    name = "tongxin.center.timeline"
