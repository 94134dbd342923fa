"""A notifier for those who want none."""


class SilentNotifier:
    """Says nothing."""

    def send(self, text: str) -> None:
        """Drop ``text``."""
        del text
