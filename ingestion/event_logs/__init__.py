"""Event logs of process mining as a source: converted by a mapping into a bundle."""
