from tongxin.center.kit import rooms


class Imports(rooms.Room):
    name = "tongxin.center.imports"
