"""Changing a running practice server's faults from another process; no call of KIS."""

import json
from typing import Final

from khms_trader.errors import UsageError
from khms_trader.simulator.faults import FaultPlan, parse_fault
from khms_trader.simulator.traffic import Answer, Request, json_answer

FAULTS_PATH: Final = "/practice/faults"
"""A POST of ``{"faults": ["buy:1:lost"]}`` replaces every fault, counted from then."""


def retold(plan: FaultPlan, request: Request) -> Answer:
    """Replace the faults of ``plan`` by those of ``request``, all or none."""
    try:
        texts = json.loads(request.body)["faults"]
        for text in texts:
            parse_fault(text)
    except (ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        return json_answer({"error": str(error)}, status=400)
    plan.clear()
    plan.add(*texts)
    return json_answer({"faults": len(texts)})
