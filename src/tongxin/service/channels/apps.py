from django.apps import AppConfig


class Channels(AppConfig):
    name = "tongxin.service.channels"
