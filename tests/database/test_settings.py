"""Settings: defaults, sources, and errors that say what to write instead."""

import logging
from pathlib import Path

import pytest

from database import settings as settings_module
from database.settings import Settings, SettingsError, load_settings

PASSWORD = "s3cr3t-word"
URL = f"postgresql://someone:{PASSWORD}@db.example.com:5432/approvals"


@pytest.fixture(autouse=True)
def empty_folder(
    isolated_environment: pytest.MonkeyPatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setattr(settings_module, "CHECKOUT", tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.chdir(tmp_path.parent)
    return tmp_path


def test_defaults(empty_folder: Path) -> None:
    settings = load_settings()
    assert settings.database_url is None
    assert settings.home == empty_folder / ".turnaround"
    assert settings.timezone == "Asia/Kolkata"
    assert settings.test_mode is False
    assert settings.thresholds == (50, 75)
    assert settings.allowed_hosts == ()


def test_a_relative_home_counts_from_the_checkout(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAT_HOME", "var/approvals")
    assert load_settings().home == empty_folder / "var/approvals"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAT_DATABASE_URL", URL)
    monkeypatch.setenv("TAT_HOME", "~/approvals")
    monkeypatch.setenv("TAT_TIMEZONE", "Europe/Berlin")
    monkeypatch.setenv("TAT_TEST_MODE", "true")
    monkeypatch.setenv("TAT_THRESHOLDS", "60, 90")
    monkeypatch.setenv("TAT_ALLOWED_HOSTS", "Dagster.example.com, approvals")
    settings = load_settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == URL
    assert settings.home == Path("~/approvals").expanduser()
    assert settings.timezone == "Europe/Berlin"
    assert settings.test_mode is True
    assert settings.thresholds == (60, 90)
    assert settings.allowed_hosts == ("dagster.example.com", "approvals")


def test_env_file_is_read_and_the_environment_wins(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / ".env").write_text(
        "TAT_THRESHOLDS=40,80\nTAT_TIMEZONE=Europe/Berlin\nOTHER=1\n"
    )
    monkeypatch.setenv("TAT_TIMEZONE", "America/New_York")
    settings = load_settings()
    assert settings.thresholds == (40, 80)
    assert settings.timezone == "America/New_York"


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAT_DATABASE_URL", "")
    monkeypatch.setenv("TAT_THRESHOLDS", "")
    settings = load_settings()
    assert settings.database_url is None
    assert settings.thresholds == (50, 75)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("TAT_TIMEZONE", "Asia/Calcuta", "IANA time zone"),
        ("TAT_TIMEZONE", "Asia", "IANA time zone"),
        ("TAT_TIMEZONE", "../etc/passwd", "IANA time zone"),
        ("TAT_TEST_MODE", "perhaps", "true or false"),
        ("TAT_THRESHOLDS", "50", "two increasing"),
        ("TAT_THRESHOLDS", "75,50", "two increasing"),
        ("TAT_THRESHOLDS", "50,50", "two increasing"),
        ("TAT_THRESHOLDS", "50,100", "two increasing"),
        ("TAT_THRESHOLDS", "0,50", "two increasing"),
        ("TAT_THRESHOLDS", "50,60,70", "two increasing"),
        ("TAT_THRESHOLDS", "half,most", "two increasing"),
        ("TAT_SOURCE_OVERLAP", "-1", "seconds from 0"),
        ("TAT_SOURCE_OVERLAP", "a minute", "seconds from 0"),
        ("TAT_ALLOWED_HOSTS", "https://dagster.example.com", "host names"),
        ("TAT_ALLOWED_HOSTS", "dagster.example.com:443", "host names"),
        ("TAT_ALLOWED_HOSTS", "*", "host names"),
        ("TAT_ALLOWED_HOSTS", "one.example.com,", "host names"),
        ("TAT_SCREEN_URL", "tat.example.com", "without a path"),
        ("TAT_SCREEN_URL", "https://example.com/tat", "without a path"),
        ("TAT_SCREEN_URL", "https://a:b@example.com", "without a path"),
        ("TAT_SCREEN_USER_HEADER", "X Forwarded", "the name of the header"),
        ("TAT_REFUSE_PERCENT", "101", "from 0 (nothing is refused) to 100"),
        ("TAT_REFUSE_ROWS", "0", "from 1 on"),
    ],
)
@pytest.mark.parametrize("from_file", [False, True])
def test_a_wrong_value_is_named_with_what_is_expected(
    variable: str,
    value: str,
    expected: str,
    from_file: bool,
    empty_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if from_file:
        (empty_folder / ".env").write_text(f"{variable}={value}\n")
    else:
        monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    lines = str(caught.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{variable}={value} is wrong: expected ")
    assert expected in lines[0]


def test_every_wrong_setting_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAT_TIMEZONE", "Mars")
    monkeypatch.setenv("TAT_THRESHOLDS", "a,b")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    starts = [line.split("=")[0] for line in str(caught.value).splitlines()]
    assert starts == ["TAT_TIMEZONE", "TAT_THRESHOLDS"]


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://someone:{PASSWORD}@db.example.com/approvals",
        f"postgresql+psycopg://someone:{PASSWORD}@db.example.com/approvals",
        f"postgresql://someone:{PASSWORD}%zz@db.example.com/approvals",
    ],
)
@pytest.mark.parametrize("variable", ["TAT_DATABASE_URL", "TAT_SOURCE_URL"])
def test_a_wrong_address_does_not_give_its_password_away(
    variable: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, url)
    with pytest.raises(SettingsError, match=rf"^{variable} is wrong") as caught:
        load_settings()
    error: BaseException | None = caught.value
    assert error is not None
    assert PASSWORD not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_short_secret_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAT_SCREEN_SECRET", PASSWORD)
    with pytest.raises(SettingsError, match=r"^TAT_SCREEN_SECRET is wrong .* 32") as caught:
        load_settings()
    assert PASSWORD not in str(caught.value)
    monkeypatch.setenv("TAT_SCREEN_SECRET", PASSWORD * 4)
    assert PASSWORD not in repr(load_settings())


@pytest.mark.parametrize("secret", ["short", "whsec_c2hvcnQ=", "whsec_!" + "A" * 32])
def test_a_secret_of_events_that_is_short_or_no_base64_is_refused(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAT_EVENTS_SECRET", secret)
    with pytest.raises(SettingsError, match=r"^TAT_EVENTS_SECRET is wrong .* not shown"):
        load_settings()
    monkeypatch.setenv("TAT_EVENTS_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert load_settings().events_secret is not None


def test_a_right_address_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TAT_DATABASE_URL", URL)
    with caplog.at_level(logging.DEBUG):
        settings = load_settings()
        logging.getLogger(__name__).info("%s", settings)
    assert PASSWORD not in repr(settings) + str(settings) + settings.model_dump_json()
    assert PASSWORD not in caplog.text


def test_a_misspelt_variable_is_pointed_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TAT_TRESHOLDS", "40,80")
    monkeypatch.setenv("TAT_PG_HOST", "127.0.0.1")
    monkeypatch.setenv("TAT_TEST_DATABASE_URL", URL)
    assert load_settings().thresholds == (50, 75)
    assert [record.getMessage() for record in caplog.records] == [
        "TAT_TRESHOLDS is not a setting; did you mean TAT_THRESHOLDS?"
    ]
