"""What is raised where a setting is wrong."""


class ConfigError(Exception):
    """A setting is wrong; the message names it and says what is expected."""
