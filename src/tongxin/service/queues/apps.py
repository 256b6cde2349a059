from tongxin.center.kit import rooms


class Queues(rooms.Room):
    name = "tongxin.service.queues"
