from tongxin.center.kit import rooms


class People(rooms.Room):
    name = "tongxin.center.people"
