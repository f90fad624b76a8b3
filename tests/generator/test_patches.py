"""Errors of openapi-python-client for classes that this package renames."""

from openapi_python_client.parser.errors import PropertyError
from openapi_python_client.parser.properties import ModelProperty, Schemas

from integry.generator._config import configuration
from integry.generator._patches import _with_unique_names

from .reading import schema


def test_an_error_of_a_renamed_class_is_returned(tmp_path):
    """A class whose name is taken is created with another name. If that fails, the error is returned."""
    client, _ = schema("{type: object, properties: {x: {type: string}}}")
    config = configuration("a.yaml", tmp_path)
    taken = Schemas(classes_by_name={model.class_info.name: model for model in client.models})
    names = []

    def build(_, *, name, schemas, **others):
        """Return the error that openapi-python-client returns for an invalid schema."""
        names.append(str(name))
        assert others == {"parent_name": "", "config": config}
        return PropertyError(detail="no"), schemas

    error, schemas = _with_unique_names(build, set(), {})(
        ModelProperty, name="A", schemas=taken, parent_name="", config=config
    )
    assert (error.detail, schemas is taken, len(names)) == ("no", True, 1)
