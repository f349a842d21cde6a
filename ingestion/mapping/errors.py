"""What is wrong with a mapping."""


class MappingError(ValueError):
    """A mapping can't be used. The message has a line per fault: file, table and column."""
