"""The documents agree with the program: settings, commands, links between files."""

import re
from pathlib import Path

import pytest

from publisher.cli import COMMANDS
from publisher.settings import setting_fields

ROOT = Path(__file__).parents[1]
SETTINGS = ROOT / "docs" / "settings.md"
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "benchmarks" / "README.md"]
HEAD = """# Settings

A setting is read from the command line, else from the environment, else from
`data/site.toml`, else it has its default. An unknown name or a bad value stops the
program at the start. This table is that of `publisher/settings.py`;
`python -m tests.test_docs` writes it.

| `site.toml` | environment | default | meaning |
| --- | --- | --- | --- |
"""


def make_settings_page() -> str:
    rows = []
    for field in setting_fields():
        default = ", ".join(field.default) if isinstance(field.default, tuple) else field.default
        shown = f"`{default}`" if default != "" else ""
        rows.append(f"| `{field.name}` | `{field.environment}` | {shown} | {field.help} |\n")
    return HEAD + "".join(rows)


def test_settings_page_is_the_table_of_settings():
    assert SETTINGS.read_text(encoding="utf-8") == make_settings_page()


def test_readme_lists_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in COMMANDS if f"publisher {name}" not in readme]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_between_files_lead_somewhere(path):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [t for t in targets if not (path.parent / t).exists()] == []


if __name__ == "__main__":
    SETTINGS.write_text(make_settings_page(), encoding="utf-8")
