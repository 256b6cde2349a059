from tongxin.center.kit import rooms


class Team(rooms.Room):
    name = "tongxin.service.team"
