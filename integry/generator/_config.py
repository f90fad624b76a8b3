"""Settings of a run, in the format of openapi-python-client's configuration file."""

from __future__ import annotations

import re
from difflib import get_close_matches
from keyword import iskeyword
from pathlib import Path
from typing import Any, Dict, Iterable, cast

from openapi_python_client.config import ClassOverride, Config, ConfigFile, MetaType
from pydantic import Field, ValidationError

from ._document import load_file
from ._errors import GenerationError, one_line
from ._report import Report

PACKAGE_FOLDER = Path(__file__).parent
#: Patterns of project names (PEP 508) and versions (PEP 440) that pip accepts.
_PROJECT = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"(\d+!)?\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9]+([._-][a-z0-9]+)*)?")


class Settings(ConfigFile):
    """The settings of openapi-python-client, and those of this generator.

    Attributes:
        pagination: The rules for pages, as in `x-pagination`, by operationId or `METHOD /path`.
    """

    pagination: Dict[str, Dict[str, str]] = Field(default_factory=dict)


def load_settings(path: Path | None) -> Settings:
    """Return the settings of a JSON or YAML file, or the defaults without one.

    Raises:
        GenerationError: If the file cannot be read, a key is unknown, or a value cannot be used.
    """
    return Settings() if path is None else settings_from(load_file(path), str(path))


def settings_from(content: Any, source: str) -> Settings:
    """Return the settings of a parsed file.

    Args:
        content: The settings by their names; None for the defaults.
        source: The name of the file, for messages.

    Raises:
        GenerationError: If a key is unknown, or a value cannot be used.
    """
    given = {} if content is None else content
    if not isinstance(given, dict):
        message = f"{source} must be an object with settings as its keys, and is of type {type(given).__name__}"
        raise GenerationError(message)
    given = {key: value for key, value in given.items() if value is not None}
    _check_keys(given, Settings.model_fields, source, "")
    overrides = given.get("class_overrides")
    for name, override in (overrides if isinstance(overrides, dict) else {}).items():
        if isinstance(override, dict):
            _check_keys(override, ClassOverride.model_fields, source, f"class_overrides.{name}.")
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{source}: {'.'.join(map(str, first['loc']))}: {one_line(first['msg'])}"
        raise GenerationError(message) from error
    _check_values(settings, source)
    return settings


def timeout_of(settings: Settings) -> float:
    """Return the timeout for downloading a document, in seconds. The default is 30; openapi-python-client has 5."""
    return settings.http_timeout if "http_timeout" in settings.model_fields_set else 30


def _check_keys(given: dict[str, Any], known: Iterable[str], source: str, place: str) -> None:
    known = [*known]
    for key in given:
        if key not in known:
            near = get_close_matches(str(key), known, n=1, cutoff=0)[0]
            message = f"{source}: {place}{key} is not a setting; did you mean {near}? All are: {', '.join(known)}"
            raise GenerationError(message)


def _check_values(settings: Settings, source: str) -> None:
    """Raise GenerationError if a name is not a Python name. A path could lead out of the output folder."""
    for name, override in (settings.class_overrides or {}).items():
        class_name = override.class_name.get_untrusted_value() if override.class_name else None
        _check(_is_name(class_name), source, f"class_overrides.{name}.class_name", class_name, _IDENTIFIER)
        module = override.module_name
        _check(_is_name(module), source, f"class_overrides.{name}.module_name", module, _IDENTIFIER)
    prefix, package = settings.field_prefix, settings.package_name_override
    _check(prefix.isidentifier(), source, "field_prefix", prefix, "the start of a Python name")
    _check(_is_name(package), source, "package_name_override", package, _IDENTIFIER)
    for key, pattern, expected in (
        ("project_name_override", _PROJECT, "letters, digits, '-', '_' and '.'"),
        ("package_version_override", _VERSION, "a version such as 1.2.0"),
    ):
        value = getattr(settings, key)
        _check(value is None or pattern.fullmatch(value), source, key, value, expected)
    _check(settings.http_timeout > 0, source, "http_timeout", settings.http_timeout, "seconds, more than 0")
    if not settings.use_path_prefixes_for_title_model_names:
        message = f"{source}: use_path_prefixes_for_title_model_names must be true: titles never name classes here"
        raise GenerationError(message)


_IDENTIFIER = "a Python name"


def _is_name(value: str | None) -> bool:
    return value is None or (value.isidentifier() and not iskeyword(value))


def _check(condition: object, source: str, key: str, value: Any, expected: str) -> None:
    if not condition:
        message = f"{source}: {key} must be {expected}, and is {value!r}"
        raise GenerationError(message)


class _Overrides(Dict[str, ClassOverride]):
    """The setting `class_overrides`: a dict of new class names, which records the keys that were used."""

    def __init__(self, given: dict[str, ClassOverride]) -> None:
        super().__init__({**_own_overrides(), **given})
        self.unused = dict.fromkeys(given)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the override of a class, and record that it was used."""
        self.unused.pop(key, None)
        return super().get(key, default)


def note_unused_overrides(config: Config, report: Report) -> None:
    """Report the class overrides that match no class of the client, because their names may be misspelt."""
    for name in cast("_Overrides", config.class_overrides).unused:
        report.warn("class_overrides has a class that the client does not have", name)


def _own_overrides() -> dict[str, ClassOverride]:
    """Return the class overrides in this package's config.yaml, for classes named like imports of the templates."""
    return ConfigFile.model_validate(load_file(PACKAGE_FOLDER / "config.yaml")).class_overrides or {}


def configuration(spec: str, output: Path, settings: Settings | None = None, meta: str = "none") -> Config:
    """Return the configuration of openapi-python-client for a document and an output folder.

    Args:
        spec: Path or URL of the document.
        output: Folder of the client, or of its project.
        settings: The settings of the user.
        meta: The kind of project: "none", "pdm", "poetry", "setup" or "uv".
    """
    settings = settings or Settings()
    overrides = _Overrides(settings.class_overrides or {})
    return Config.from_sources(
        config_file=settings.model_copy(update={"class_overrides": overrides, "post_hooks": settings.post_hooks or []}),
        meta_type=MetaType(meta),
        document_source=spec,
        file_encoding="utf-8",
        overwrite=True,
        output_path=output,
    )
