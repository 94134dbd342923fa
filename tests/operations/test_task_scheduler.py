"""The Windows tasks fit Microsoft's schema and say what the page says of them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from khms_trader.market.calendar import SEOUL
from operations.kept_files import kept

TASKS: Final = ("khms-trader.xml", "khms-watchdog.xml")
TASK: Final = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
SCHEMA: Final = xmlschema.XMLSchema(str(Path(__file__).with_name("task_scheduler.xsd")))


def text_in(name: str, *path: str) -> str:
    root = ET.fromstring(kept(name).read_text(encoding="ascii"))  # noqa: S314 - ours
    found = root.find("/".join(f"{TASK}{part}" for part in path))
    assert found is not None
    return found.text or ""


@pytest.mark.parametrize("name", TASKS)
def test_it_fits_the_schema(name: str) -> None:
    SCHEMA.validate(kept(name).read_text(encoding="ascii"))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<Interval>PT10M</Interval>", "<Interval>PT30S</Interval>"),
        ("<Interval>PT10M</Interval>", "<Interval>10</Interval>"),
        ("IgnoreNew", "Ignore"),
        ("InteractiveToken", "Interactive"),
        ("<Priority>5</Priority>", "<Priority>11</Priority>"),
        ("+09:00", " KST"),
        ("<Hidden>", "<Hiding>"),
        ("<Command>", "<Commands>"),
        ('version="1.2"', 'version="1.9"'),
        ('Context="Author"', 'Context="Nobody"'),
        ("      <Enabled>true</Enabled>\n", ""),
    ],
)
def test_the_schema_would_say_what_is_wrong(was: str, becomes: str) -> None:
    text = kept("khms-trader.xml").read_text(encoding="ascii")
    if was.startswith("<H"):  # a setting that is not there
        text = text.replace("<Settings>", "<Settings><Hiding>true</Hiding>")
    elif was.strip().startswith("<Enabled"):  # out of order
        text = text.replace(was, "").replace(
            "      <ScheduleByDay>", f"{was}      <ScheduleByDay>"
        )
    else:
        assert was in text
        name = was.strip("<>")
        text = text.replace(was, becomes).replace(f"</{name}>", f"</{becomes[1:]}")

    assert not SCHEMA.is_valid(text)


@pytest.mark.parametrize("name", TASKS)
def test_its_bytes_are_what_every_way_of_registering_takes(name: str) -> None:
    # schtasks refuses a file that says UTF-8, and a mark at its beginning; without
    # either, plain ASCII is taken by schtasks, by PowerShell and by the window.
    content = kept(name).read_bytes()

    assert content.isascii()
    assert content.startswith(b'<?xml version="1.0"?>\n')


@pytest.mark.parametrize(
    ("name", "starts", "every", "during"),
    [
        ("khms-trader.xml", "00:05", "PT10M", "P1D"),
        ("khms-watchdog.xml", "08:02", "PT5M", "PT13H"),
    ],
)
def test_it_starts_in_the_time_of_seoul(
    name: str, starts: str, every: str, during: str
) -> None:
    trigger = ("Triggers", "CalendarTrigger")
    moment = datetime.fromisoformat(text_in(name, *trigger, "StartBoundary"))
    repetition = (*trigger, "Repetition")

    assert moment.utcoffset() == timedelta(hours=9)
    assert f"{moment.astimezone(SEOUL):%H:%M}" == starts
    assert text_in(name, *repetition, "Interval") == every
    assert text_in(name, *repetition, "Duration") == during
    assert text_in(name, *repetition, "StopAtDurationEnd") == "false"


def test_windows_never_ends_the_scheduler_by_itself() -> None:
    settings = {
        "ExecutionTimeLimit": "PT0S",
        "MultipleInstancesPolicy": "IgnoreNew",
        "DisallowStartIfOnBatteries": "false",
        "StopIfGoingOnBatteries": "false",
    }

    told = {name: text_in("khms-trader.xml", "Settings", name) for name in settings}

    assert told == settings
    assert text_in("khms-trader.xml", "Settings", "IdleSettings", "StopOnIdleEnd") == (
        "false"
    )


@pytest.mark.parametrize(
    ("name", "program"),
    [("khms-trader.xml", "python.exe"), ("khms-watchdog.xml", "pythonw.exe")],
)
def test_it_starts_our_python_in_our_folder(name: str, program: str) -> None:
    command = text_in(name, "Actions", "Exec", "Command")

    assert command == rf"C:\khms\.venv\Scripts\{program}"
    assert text_in(name, "Actions", "Exec", "WorkingDirectory") == r"C:\khms"
