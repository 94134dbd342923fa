"""inquire-balance and inquire-psbl-order (wire sheet 4.3, 4.4)."""

from collections.abc import Iterable
from datetime import date

from khms_trader import ledger as accounts
from khms_trader.domain.order import Side
from khms_trader.ledger import Position
from khms_trader.planning.rules import affordable
from khms_trader.simulator.kis_api.asked import Asked, Venue, paged, trimmed
from khms_trader.simulator.kis_api.numbers import percent
from khms_trader.simulator.messages import good
from khms_trader.simulator.orders import Books, OrderRow
from khms_trader.simulator.traffic import Page

_NOTHING = Position(quantity=0, cost=0)


def inquire_balance(venue: Venue, asked: Asked) -> Page:
    """Return cash and holdings, twenty holdings a page.

    Raises:
        WireError: a field is missing, or another account is asked for.
    """
    venue.need_account(asked)
    asked.need("AFHR_FLPR_YN", "INQR_DVSN", "UNPR_DVSN", "FUND_STTL_ICLD_YN")
    asked.need("FNCG_AMT_AUTO_RDPT_YN", "PRCS_DVSN")
    lag = asked.effects.lag
    if lag is None:
        lag = venue.exchange.rules.balance_lag
    books = venue.exchange.books_at(asked.now, lag=lag)
    variants = venue.rules.variants
    shown = sorted({*books.ledger.positions, *_sold_out(venue, books, asked)})
    page, context, continuation = paged(
        shown,
        asked,
        size=venue.rules.limits.page_balance,
        always_pages=variants.always_pages,
    )
    rows = [
        trimmed(_holding(venue, asked, books, symbol), variants.without)
        for symbol in page
    ]
    total = trimmed(_totals(venue, asked, books), variants.without)
    output2 = total if variants.balance_total_is_object else [total]
    body = {**context, "output1": rows, "output2": output2}
    return Page(body=good("20310000", body, is_padded=True), continuation=continuation)


def inquire_psbl_order(venue: Venue, asked: Asked) -> Page:
    """Return what may be bought; all of it with cash, as the account has no credit.

    Raises:
        WireError: a field is missing, or another account is asked for.
    """
    venue.need_account(asked)
    asked.need("PDNO", "ORD_UNPR", "ORD_DVSN", "CMA_EVLU_AMT_ICLD_YN", "OVRS_ICLD_YN")
    cash = max(venue.exchange.spendable(asked.now), 0)
    price = _counted_price(venue, asked)
    fee_rate = venue.market.costs.fee_rate
    quantity = affordable(cash, price, fee_rate) if price else 0
    output = {
        "ord_psbl_cash": str(cash),
        "ord_psbl_sbst": "0",
        "ruse_psbl_amt": "0",
        "fund_rpch_chgs": "0",
        "psbl_qty_calc_unpr": str(price),
        "nrcvb_buy_amt": str(cash),
        "nrcvb_buy_qty": str(quantity),
        "max_buy_amt": str(cash),
        "max_buy_qty": str(quantity),
        "cma_evlu_amt": "0",
        "ovrs_re_use_amt_wcrc": "0",
        "ord_psbl_frcr_amt_wcrc": "0",
    }
    output = trimmed(output, venue.rules.variants.without)
    return Page(body=good("20310000", {"output": output}, is_padded=True))


def _counted_price(venue: Venue, asked: Asked) -> int:
    """Return the won a share is reckoned at: the upper limit for a market order."""
    symbol, price = asked.text("PDNO"), asked.text("ORD_UNPR")
    quote = venue.market.quote(symbol, asked.now) if symbol else None
    if quote is None:
        return 0
    if asked.text("ORD_DVSN") != "01" and price.isdecimal() and int(price):
        return int(price)
    return quote.upper_limit or 2 * quote.base_price


def _sold_out(venue: Venue, books: Books, asked: Asked) -> set[str]:
    """Return symbols sold to the last share: they stay listed until D+2."""
    since = venue.market.session_at(asked.now)
    for _ in range(accounts.SETTLEMENT_SESSIONS - 1):
        since = venue.market.calendar.previous_session(since)
    return {
        row.symbol
        for row in books.orders
        if row.side is Side.SELL and row.filled and row.session >= since
    }


def _holding(venue: Venue, asked: Asked, books: Books, symbol: str) -> dict[str, str]:
    market, now = venue.market, asked.now
    today = market.session_at(now)
    before = market.calendar.previous_session(today)
    held = books.ledger.positions.get(symbol, _NOTHING)
    average = f"{held.average_price:.4f}" if held.quantity else "0.0000"
    quote, price = market.quote(symbol, now), market.price(symbol, now)
    base = quote.base_price if quote else price
    value = held.quantity * price
    profit = value - held.cost
    return {
        "pdno": symbol,
        "prdt_name": quote.name if quote else "",
        "trad_dvsn_name": "현금",
        "bfdy_buy_qty": str(_shares(books, before, Side.BUY, symbol)),
        "bfdy_sll_qty": str(_shares(books, before, Side.SELL, symbol)),
        "thdt_buyqty": str(_shares(books, today, Side.BUY, symbol)),
        "thdt_sll_qty": str(_shares(books, today, Side.SELL, symbol)),
        "hldg_qty": str(held.quantity),
        "ord_psbl_qty": str(max(books.sellable(symbol), 0)),
        "pchs_avg_pric": average,
        "pchs_amt": str(held.cost),
        "prpr": str(price),
        "evlu_amt": str(value),
        "evlu_pfls_amt": str(profit),
        "evlu_pfls_rt": percent(profit, held.cost),
        "evlu_erng_rt": "0.00000000",
        "loan_dt": "",
        "loan_amt": "0",
        "stln_slng_chgs": "0",
        "expd_dt": "",
        "fltt_rt": percent(price - base, base, places=8),
        "bfdy_cprs_icdc": str(price - base),
        "item_mgna_rt_name": "",
        "grta_rt_name": "",
        "sbst_pric": "0",
        "stck_loan_unpr": "0.0000",
    }


def _totals(venue: Venue, asked: Asked, books: Books) -> dict[str, str]:
    market, now = venue.market, asked.now
    today = market.session_at(now)
    before = market.calendar.previous_session(today)
    following = market.calendar.next_session(today)
    positions = books.ledger.positions
    value = sum(p.quantity * market.price(s, now) for s, p in positions.items())
    cost = sum(position.cost for position in positions.values())
    total = value + books.ledger.cash_d2
    return {
        "dnca_tot_amt": str(books.ledger.cash),
        "nxdy_excc_amt": str(accounts.settle(books.ledger, following).cash),
        "prvs_rcdl_excc_amt": str(books.ledger.cash_d2),
        "cma_evlu_amt": "0",
        "bfdy_buy_amt": str(_won(books, before, Side.BUY)),
        "thdt_buy_amt": str(_won(books, today, Side.BUY)),
        "nxdy_auto_rdpt_amt": "0",
        "bfdy_sll_amt": str(_won(books, before, Side.SELL)),
        "thdt_sll_amt": str(_won(books, today, Side.SELL)),
        "d2_auto_rdpt_amt": "0",
        "bfdy_tlex_amt": str(sum(row.costs for row in books.of_session(before))),
        "thdt_tlex_amt": str(sum(row.costs for row in books.of_session(today))),
        "tot_loan_amt": "0",
        "scts_evlu_amt": str(value),
        "tot_evlu_amt": str(total),
        "nass_amt": str(total),
        "fncg_gld_auto_rdpt_yn": "",
        "pchs_amt_smtl_amt": str(cost),
        "evlu_amt_smtl_amt": str(value),
        "evlu_pfls_smtl_amt": str(value - cost),
        "tot_stln_slng_chgs": "0",
        "bfdy_tot_asst_evlu_amt": str(books.closing_total),
        "asst_icdc_amt": str(total - books.closing_total),
        "asst_icdc_erng_rt": "0.00000000",
    }


def _trades(books: Books, session: date, side: Side) -> Iterable[OrderRow]:
    return (row for row in books.of_session(session) if row.side is side)


def _shares(books: Books, session: date, side: Side, symbol: str) -> int:
    rows = _trades(books, session, side)
    return sum(row.filled for row in rows if row.symbol == symbol)


def _won(books: Books, session: date, side: Side) -> int:
    return sum(row.filled_value for row in _trades(books, session, side))
