"""The server's rules, and a switch for each point on which the sources disagree.

The defaults are the decision list of the wire sheet (section 0).
"""

from dataclasses import dataclass, field

from khms_trader.broker.kis.endpoints import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast a client may be; seconds and counts, per app key.

    Attributes:
        per_second: requests in any second: 1 virtual, 18 real since 2026-04-20.
        order_gap: seconds an order needs after any request, or ``EGW00201``.
        ledger_gap: seconds between two balance or order calls, or ``EGW00215``.
        counts_tokens: whether token calls count among them.
        page_balance, page_orders: rows a page.
    """

    per_second: int = 1
    order_gap: float = 0.0
    ledger_gap: float = 0.0
    counts_tokens: bool = False
    page_balance: int = 20
    page_orders: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRules:
    """How tokens live; seconds.

    Attributes:
        lifetime: 24 hours.
        renewal: how long a new issue gives the same token.
        lock_out: how long after an issue the next one is refused.
        refusals_extend: whether a refused attempt starts the lock-out again.
        repeats_full: whether a repeated token says ``expires_in`` 86400 instead of
            what is left.
        new_kills_old: whether a new token ends the one before.
        refuses_plainly: ``EGW00133`` in the ordinary envelope, as before 2026.
        revoke_code_is_text: ``code`` of revokeP as a string, as documented.
    """

    lifetime: int = 86_400
    renewal: int = 21_600
    lock_out: int = 60
    refusals_extend: bool = False
    repeats_full: bool = False
    new_kills_old: bool = False
    refuses_plainly: bool = False
    revoke_code_is_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """What a body looks like where captures and documents differ.

    Attributes:
        without: fields that are left out of every object.
        old_ids_list_orders: the former id of the order list shows rows too; measured
            without on one day (``70070000``), needed by clients that still use it.
        documented_order_names: ``cnc_cfrm_qty`` and ``excg_id_dvsn_Cd`` as in the
            portal's table, instead of the names of real bodies.
        original_is_blank: ``orgn_odno`` of an ordinary order is blank, not zeros.
        original_is_marked: the row of a cancelled order says so itself; otherwise
            only the cancellation's own row does.
        balance_total_is_object: ``output2`` of the balance is no list.
        always_pages: a single page has the two ``ctx`` fields too, as documented and
            as python-kis insists on; one capture of a single page had neither.
        acks_in_lower_case: keys of an order's acknowledgement.
        bars_end_empty: the bars end with an empty object.
        daily_adjusted_flag: which ``FID_ORG_ADJ_PRC`` of inquire-daily-price is
            adjusted.
        unknown_id_status: HTTP status of ``OPSQ0002``.
        virtual_mismatch_code: of a real-only call, ``EGW02006`` or ``EGW00213``.
    """

    without: frozenset[str] = frozenset()
    old_ids_list_orders: bool = True
    documented_order_names: bool = False
    original_is_blank: bool = False
    original_is_marked: bool = True
    balance_total_is_object: bool = False
    always_pages: bool = True
    acks_in_lower_case: bool = False
    bars_end_empty: bool = False
    daily_adjusted_flag: str = "1"
    unknown_id_status: int = 500
    virtual_mismatch_code: str = "EGW02006"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRules:
    """Everything about the server that may be chosen.

    Attributes:
        follow_client: live by the header ``X-Practice-Now`` instead of the clock.
        most_days_ahead: how far one request may move that time; 0 is any span.
    """

    environment: Environment = Environment.VIRTUAL
    limits: Limits = field(default_factory=Limits)
    tokens: TokenRules = field(default_factory=TokenRules)
    variants: Variants = field(default_factory=Variants)
    follow_client: bool = False
    most_days_ahead: int = 0


REAL_LIMITS = Limits(per_second=18, page_balance=50, page_orders=100)
