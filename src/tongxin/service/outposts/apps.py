from tongxin.center.kit import rooms


class Outposts(rooms.Room):
    name = "tongxin.service.outposts"
