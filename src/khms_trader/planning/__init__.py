"""Pure decisions: what to plan, what may be sent, what became of an order."""
