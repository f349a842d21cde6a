"""The dialect macros, rendered for either engine as dbt would, without a connection to it."""

from typing import Any

from jinja2 import Environment

from tests.dbt.warehouse import PROJECT

# What overrides dbt's own macros is PostgreSQL's business alone.
OVERRIDES = {"targets.sql", "get_columns_in_relation.sql"}
VARIABLES = {"as_of": "2026-03-05 06:30:00", "time_zone": "Asia/Kolkata"}


def read_macros() -> dict[str, str]:
    """The files that hold pieces of dialect, by name."""
    files = sorted((PROJECT / "macros").glob("*.sql"))
    return {file.name: file.read_text() for file in files if file.name not in OVERRIDES}


class Macros:
    """The macros of the project as one engine's variants: `default` or `spark`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        context = {
            "adapter": self,
            "return": lambda text: text,
            "var": VARIABLES.get,
            "env_var": lambda name, default=None: default,
        }
        template = Environment().from_string("\n".join(read_macros().values()))
        self.module: Any = template.make_module(context)

    def dispatch(self, name: str, _package: str) -> Any:
        """The variant of a macro for this engine; dbt falls back to the default, this fails."""
        return getattr(self.module, f"{self.prefix}__{name}")

    def render(self, name: str, *arguments: Any) -> str:
        """What a macro puts into a model."""
        return str(getattr(self.module, name)(*arguments)).strip()
