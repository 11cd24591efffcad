"""What is set: environment and city profile, read once at start; wrong values stop the start."""

from kaiban.config.demo_clock import RunningClock
from kaiban.config.errors import ConfigError
from kaiban.config.profile import Profile, read_profile
from kaiban.config.references import resolve
from kaiban.config.settings import SETTINGS, Network, Setting, Settings

__all__ = [
    "SETTINGS",
    "ConfigError",
    "Network",
    "Profile",
    "RunningClock",
    "Setting",
    "Settings",
    "read_profile",
    "resolve",
]
