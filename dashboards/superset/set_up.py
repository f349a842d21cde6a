"""Bring Superset's own tables up to date, keep its administrator, import the assets.

Run by the Python of Superset's environment with the folder of the assets; the administrator's
password comes by standard input, so that it stands in no list of processes.
"""

import sys
from pathlib import Path

from flask_migrate import upgrade
from superset.app import create_app

ADMINISTRATOR = "admin"


def set_up(assets: Path, password: str) -> None:
    """Do all of it; a second run changes nothing that the assets don't."""
    app = create_app()
    with app.app_context():
        from superset import appbuilder, security_manager

        upgrade(directory=str(Path(sys.modules["superset"].__file__).parent / "migrations"))
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        keep_administrator(security_manager, password)
        import_assets(security_manager, assets)


def keep_administrator(manager, password: str) -> None:
    """The administrator, with the password that is kept beside Superset's tables."""
    user = manager.find_user(ADMINISTRATOR)
    if user is None:
        role = manager.find_role("Admin")
        address = "admin@localhost"
        manager.add_user(ADMINISTRATOR, "Turnaround", "Admin", address, role, password)
    else:
        manager.reset_password(user.id, password)


def import_assets(manager, assets: Path) -> None:
    """The database, datasets, charts and dashboards as the files have them."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.core import override_user

    contents = {
        path.relative_to(assets).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(assets.rglob("*.yaml"))
    }
    with override_user(manager.find_user(ADMINISTRATOR)):
        ImportAssetsCommand(contents).run()


if __name__ == "__main__":
    set_up(Path(sys.argv[1]), sys.stdin.read().strip())
