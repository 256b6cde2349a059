"""What baresip is told: its configuration and its accounts, written by us."""

from pathlib import Path

from tongxin.plugins.channel_phone.gateway.settings import Account

CALLER, AGENT = "caller", "agent"  # the two ends of a bridge: what each says is heard at the other
_MODULES = ("g711", "aufile", "aubridge", "sndfile", "ctrl_tcp")
_PASSING = ("account",)
_APPLICATIONS = ("menu",)


def configuration(modules: Path, folder: Path, port: int, interface: str) -> str:
    """Return the configuration of one line: one call at a time, commanded at a port of this machine."""
    said = [
        f"module_path {modules}",
        "call_local_timeout 120",
        "call_max_calls 1",
        f"audio_player aubridge,{CALLER}",
        "audio_alert aubridge,alert",
        *(f"{name} 8000" for name in ("ausrc_srate", "auplay_srate")),
        *(f"{name} 1" for name in ("ausrc_channels", "auplay_channels")),
        "audio_txmode poll",
        "rtp_timeout 60",
        f"snd_path {folder}",
        f"ctrl_tcp_listen 127.0.0.1:{port}",
        "ringback_disabled yes",
        "redial_attempts 0",
        "statmode_default off",
        *([f"net_interface {interface}"] if interface else []),
        *(f"module_tmp {name}.so" for name in _PASSING),
        *(f"module {name}.so" for name in _MODULES),
        *(f"module_app {name}.so" for name in _APPLICATIONS),
    ]
    return "\n".join([*said, ""])


def accounts(account: Account, silence: Path) -> str:
    """Return two: one that is called and calls, and one by which agents are rung while somebody holds the line.

    Sounds are named without their folder, in which baresip runs: it takes no more than 127 letters.
    """
    login = f";auth_user={account.user}" if account.user else ""
    login += f";auth_pass={account.password}" if account.password else ""
    here, there = addresses(account)
    by = (
        f';outbound="sip:{account.address.host}:{account.address.port}"'
        if account.address.port
        else ""
    )
    line = f"<{here}>{login};regint=120;audio_player=aubridge,{CALLER};audio_source=aufile,{silence.name}"
    leg = f"<{there}>{login}{by};regint=0;audio_player=aubridge,{AGENT};audio_source=aubridge,{CALLER}"
    return f"{line}\n{leg}\n"


def addresses(account: Account) -> tuple[str, str]:
    """Return what baresip calls the two: the same address, with its port and without."""
    address = account.address
    bare = f"{address.scheme}:{address.user}@{address.host}"
    return str(address), bare if address.port else f"{bare}:5060"
