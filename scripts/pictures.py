"""Write the pictures of the README into docs/images/ (used by `make pictures`).

Badges are made from pyproject.toml, and the picture of a terminal from the output of scripts/demo.py. The pictures load
no font or other resource from a server.

    python scripts/pictures.py
"""

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Tuple
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
#: Characters in a line of the picture of a terminal.
COLUMNS = 100
#: Width of a character of a badge, height of a badge, and the space beside its texts, in pixels.
CHARACTER, HEIGHT, PADDING = 6.2, 20, 6

BADGE = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" aria-label="{title}">
<title>{title}</title>
<rect width="{width}" height="{height}" rx="3" fill="#2c6e9b"/>
<path d="M3 0h{split_inner}v{height}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#454b52"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{padding}" y="14" textLength="{label_width}">{label}</text>
<text x="{value_x}" y="14" textLength="{value_width}">{value}</text>
</g>
</svg>
"""


def badge(label: str, value: str) -> str:
    """Return an SVG with a label and a value. The attribute `textLength` sets their width, whatever the font is."""
    label_width, value_width = (round(len(text) * CHARACTER) for text in (label, value))
    split = label_width + 2 * PADDING
    return BADGE.format(
        width=split + value_width + 2 * PADDING,
        height=HEIGHT,
        title=escape(f"{label}: {value}"),
        split_inner=split - 3,
        padding=PADDING,
        label_width=label_width,
        label=escape(label),
        value_x=split + PADDING,
        value_width=value_width,
        value=escape(value),
    )


def badge_values(project: str) -> Dict[str, Tuple[str, str]]:
    """Return the labels and values of the badges by file name.

    Args:
        project: The text of pyproject.toml. It is searched with regular expressions: Python 3.8 has no TOML parser.

    Raises:
        ValueError: If a badge would be wrong, because mypy is not strict or the Python versions have a gap.
    """
    minors = sorted(int(minor) for minor in re.findall(r'"Programming Language :: Python :: 3\.(\d+)"', project))
    if minors != list(range(minors[0], minors[-1] + 1)):
        message = f"the classifiers of Python have a gap: 3.{minors}"
        raise ValueError(message)
    if not re.search(r"^\[tool\.mypy\]\nstrict = true$", project, re.MULTILINE):
        message = "mypy is not strict in pyproject.toml"
        raise ValueError(message)
    (licence,) = re.findall(r'^license = "(.+)"$', project, re.MULTILINE)
    return {
        "python.svg": ("Python", f"3.{minors[0]} to 3.{minors[-1]}"),
        "licence.svg": ("Licence", licence),
        "types.svg": ("Types", "mypy strict"),
    }


def badges(project: str) -> Dict[str, str]:
    """Return the SVGs of all badges by file name."""
    return {name: badge(label, value) for name, (label, value) in badge_values(project).items()}


def terminal_output(command: List[str]) -> str:
    """Return the output of a program to a terminal, with its colours."""
    import pty

    controller, terminal = pty.openpty()
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdout=terminal, env=environment, cwd=ROOT) as process:
        os.close(terminal)
        parts = []
        while True:
            try:
                part = os.read(controller, 1 << 16)
            except OSError:  # Linux reports the end of a terminal's output as EIO
                break
            if not part:
                break
            parts.append(part)
    os.close(controller)
    if process.returncode:
        message = f"{' '.join(command)} failed with status {process.returncode}"
        raise RuntimeError(message)
    return b"".join(parts).decode().replace("\r\n", "\n")


def terminal(output: str, command: str) -> str:
    """Return an SVG of a terminal.

    Args:
        output: Text with escape sequences for colours.
        command: The command that printed the output.
    """
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text(f"$ {command}", style="bold"))
    # Replace the port, which is another free port in each run.
    console.print(Text.from_ansi(re.sub(r"(?<=127\.0\.0\.1:)\d+", "8484", output)))
    # rich's controller template loads a font from a server, and has a comment with another address.
    template = re.sub(r"@font-face \{\{.*?\}\}\s*|<!--.*?-->\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    template = template.replace("Fira Code, monospace", "Menlo, Consolas, DejaVu Sans Mono, monospace")
    return console.export_svg(title="integry-requests", code_format=template, unique_id="demo")


def main() -> None:
    """Write all pictures."""
    IMAGES.mkdir(exist_ok=True)
    pictures = badges((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pictures["demo.svg"] = terminal(terminal_output([sys.executable, "scripts/demo.py"]), "make demo")
    for name, content in pictures.items():
        (IMAGES / name).write_text(content, encoding="utf-8")
        print(f"docs/images/{name}")


if __name__ == "__main__":
    main()
