# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.app import App
from ...models.error import Error
from ...operation import Operation, Request, ResponseSpec, Security
from ...types import Response

OPERATION = Operation(
    name="get_app",
    method="POST",
    path="/apps/{app_name}/get/",
    tag="apps",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        Security("app_key", "header", "App-Key"),
        Security("user_id", "header", "User-ID"),
        Security("hash", "header", "Hash"),
    ),
    responses={
        "200": ResponseSpec("json", App),
        "400": ResponseSpec("json", Error),
        "404": ResponseSpec("json", Error),
    },
)


def build(app_name: str) -> Request[Union[App, Error]]:
    """Get an app, with the user's connected accounts.

    An app without connected accounts is not connected. Undocumented: the user connects an account at `login_url`,
    which the vendor's browser SDK opens.

    Args:
        app_name: The name of the app, as in the list of apps.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(path={"app_name": app_name})


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(app_name: str, *, client: AuthenticatedClient) -> Response[Union[App, Error]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(build(app_name))


def sync(app_name: str, *, client: AuthenticatedClient) -> Optional[Union[App, Error]]:
    """Get an app, with the user's connected accounts.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (App): The app.
        - 400 (Error): The credentials are missing. The status for wrong credentials is undocumented.
        - 404 (Error): No app has this name.

    Raises:
        errors.DocumentedError: For 400 and 404, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(app_name, client=client).parsed
