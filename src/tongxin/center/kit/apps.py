from django.apps import AppConfig


class Kit(AppConfig):
    name = "tongxin.center.kit"
