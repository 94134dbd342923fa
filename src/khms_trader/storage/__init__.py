"""Files of ours: plans, journal, reports and locks, each durable and all or nothing."""
