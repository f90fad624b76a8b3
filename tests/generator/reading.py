"""Parse small documents without writing a client to disk, and look at the results."""

from pathlib import Path

from integry.generator._config import configuration
from integry.generator._operations import Document
from integry.generator._parse import parse
from integry.generator._repair import repair
from integry.generator._report import Report
from integry.generator._responses import media_of
from integry.generator._types import Types, default, properties
from integry.generator._yaml import load_yaml

HEAD = "openapi: {version}\ninfo: {{title: T, version: '1'}}\n"


class Client:
    """The parsed models and operations of a document."""

    def __init__(self, document, data):
        self.data = data
        self.models, self.enums = data.models, data.enums
        self.types = Types({found.class_info.name for found in [*data.models, *data.enums]})
        self.document = Document(document, self.types, data.models)
        self.operations = [one for tag in data.endpoint_collections_by_tag.values() for one in tag.endpoints]


def read_text(text, *, version="3.0.3", spec="https://example.com/v1/document.yaml"):
    """Return client and report of a document, given as YAML text without `openapi` and `info`."""
    return read(load_yaml(HEAD.format(version=version) + text if version else text), spec)


def read(document, spec="https://example.com/v1/document.yaml"):
    """Return the client and the report of a document."""
    report = Report()
    repaired = repair(document, spec, report)
    return Client(repaired, parse(repaired, configuration(spec, Path("client")), report)), report


def warnings(report):
    """Return the warnings as a list."""
    return list(report.lines())


def model(client, name):
    """Return the model with a name."""
    (found,) = [model for model in client.models if model.class_info.name == name]
    return found


def fields(client, name):
    """Return the types of a model's fields, by their names in JSON."""
    found = properties(model(client, name))
    return {prop.name.get_untrusted_value(): client.types.optional_annotation(prop) for prop in found}


def defaults(client, name):
    """Return the Python expressions of the defaults of a model's fields."""
    return [default(prop) for prop in properties(model(client, name))]


def classes(client):
    """Return the names of all classes."""
    return sorted(found.class_info.name for found in [*client.models, *client.enums])


def operation(client, name):
    """Return the operation with a name."""
    (found,) = [found for found in client.operations if found.name == name]
    return found


def arguments(client, found):
    """Return the types of an operation's parameters, by name, in their order."""
    return {str(prop.python_name): client.types.optional_annotation(prop) for _, prop in found.iter_all_parameters()}


def responses(client, found):
    """Return kind and type of the first media type of each response, by status."""
    return {
        status: (media[0].kind.replace("file", "bytes"), media[0].type(client.types)) if media else ("none", "Any")
        for status, media in media_of(found)
    }


def media_types(client, found, status="200"):
    """Return media type, kind and type of each media type of a response."""
    given = dict(media_of(found))[status]
    return [(media.content_type, media.kind, media.type(client.types)) for media in given]


def bodies(client, found):
    """Return kind, media type and type of each request body of an operation."""
    return [
        (body.body_type.value, body.content_type.get_untrusted_value(), client.types.body_type(body))
        for body in found.bodies
    ]


def schema(text):
    """Return client and report of a document with one schema A, given as one line of YAML."""
    return read_text(f"components: {{schemas: {{A: {text}, Text: {{type: string}}}}}}", version="3.1.0")


def field_type(text):
    """Return the type of a required field, whose schema is given as one line of YAML, and the warnings."""
    client, report = schema(f"{{type: object, required: [x], properties: {{x: {text}}}}}")
    return fields(client, "A")["x"], warnings(report)


def data(client, found):
    """Return the template variables of an operation that openapi-python-client does not provide."""
    return client.document.operation_data(found)
