"""Pure nouns of trading; re-exports nothing, so that the light path stays light."""
