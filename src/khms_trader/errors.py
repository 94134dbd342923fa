"""The exception tree, sorted by what the caller must do next.

::

    KhmsTraderError
    ├─ UsageError            wrong arguments or configuration: mend and run again
    │  └─ ConfigError        settings.yaml, secrets.yaml or the home folder
    ├─ Refused               a gate said no: read why, nothing was done
    │  └─ PlanError          the plan is missing, garbled, altered or not for now
    ├─ NotAvailable          broker or data cannot be had: try later or mend the source
    │  ├─ DataError          bars, universe or calendar
    │  ├─ StorageError       a file could not be read or written; none is half-written
    │  └─ BrokerError        the broker did not do what was asked
    │     ├─ BrokerUnavailable   no answer, nothing was sent: may be tried again
    │     │  ├─ RateLimited      too fast, stopped in front of the ledger: wait
    │     │  ├─ TokenExpired     the access token has run out: renew it once
    │     │  └─ TokenRefused     no valid access token can be had now
    │     ├─ NotInVirtual        a call that only the real server offers
    │     ├─ OrderRejected       a definite no for this order only
    │     │  └─ MarketClosed     not in trading hours, or not a session
    │     └─ OrderUnconfirmed    the outcome is unknown: never resend, look it up
    └─ AlreadyRunning        another run holds the lock

An error carries a ``code`` and facts, never a sentence for the user: the Korean
sentence is made at the edge, by ``cli.sentences``.
"""


class KhmsTraderError(Exception):
    """Base of every error this package raises on purpose."""

    def __init__(self, code: str, **facts: object) -> None:
        """Store the stable code and the facts a reader needs to mend it."""
        self.code = code
        self.facts = facts
        details = ", ".join(f"{name}={value}" for name, value in facts.items())
        super().__init__(f"{code}({details})" if details else code)


class UsageError(KhmsTraderError):
    """The command was called in a way that cannot work."""


class ConfigError(UsageError):
    """Settings, secrets or the home folder cannot be used as they stand."""


class Refused(KhmsTraderError):
    """A gate refused the whole run; nothing was sent."""


class PlanError(Refused):
    """The plan is missing, cannot be read, was altered or is not for now."""


class NotAvailable(KhmsTraderError):
    """Something outside this process is needed and cannot be had now."""


class DataError(NotAvailable):
    """Bars, a listing or a universe are missing or unusable."""


class StorageError(NotAvailable):
    """A file or folder of ours could not be read or written."""


class BrokerError(NotAvailable):
    """The broker did not do what was asked."""


class BrokerUnavailable(BrokerError):
    """The broker gave no usable answer to a read, or was never reached."""


class RateLimited(BrokerUnavailable):
    """The broker refused a request for coming too fast; it took no effect."""


class TokenExpired(BrokerUnavailable):
    """The access token ran out or was revoked; the request took no effect."""


class TokenRefused(BrokerUnavailable):
    """No access token was issued, or no fresh one is accepted."""


class NotInVirtual(BrokerError):
    """The call exists for real accounts only."""


class OrderRejected(BrokerError):
    """The broker definitely refused this order; it does not exist."""


class MarketClosed(OrderRejected):
    """The broker refused an order outside its trading hours."""


class OrderUnconfirmed(BrokerError):
    """An order left and its outcome is unknown; it must never be sent again."""


class AlreadyRunning(KhmsTraderError):
    """Another run or scheduler of this account is active."""
