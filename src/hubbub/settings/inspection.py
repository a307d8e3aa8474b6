"""Settings as they hold, for those who may look at them: secrets are veiled."""

from msgspec import Raw

from hubbub.console.subject import Setting
from hubbub.settings import Settings
from hubbub.settings.options import options
from hubbub.settings.wording import shown, value_of


def in_force(settings: Settings) -> list[Setting]:
    """All options, in the order in which they are written down."""
    found: list[Setting] = []
    for option in options(Settings):
        value = value_of(settings, option.path)
        text = Raw(shown(option, value).encode())
        found.append(Setting(option.key, text, value == option.default, option.description))
    return found
