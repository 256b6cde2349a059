from tongxin.center.kit import rooms


class Attributes(rooms.Room):
    name = "tongxin.center.attributes"
