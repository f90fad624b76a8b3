# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from typing import Optional, Union

from ...client import AuthenticatedClient
from ...models.error import Error
from ...models.function_page import FunctionPage
from ...models.include import Include
from ...models.predict_request import PredictRequest
from ...operation import Body, Operation, Request, ResponseSpec, Security
from ...types import UNSET, Response, Unset

OPERATION = Operation(
    name="predict_function",
    method="POST",
    path="/functions/predict/",
    tag="functions",
    idempotent=True,
    server="https://api.integry.io",
    security=(
        Security("app_key", "header", "App-Key"),
        Security("user_id", "header", "User-ID"),
        Security("hash", "header", "Hash"),
    ),
    bodies=(Body("json", "application/json", PredictRequest),),
    responses={
        "200": ResponseSpec("json", FunctionPage),
        "400": ResponseSpec("json", Error),
        "403": ResponseSpec("json", Error),
    },
)


def build(
    *,
    body: PredictRequest,
    predict_arguments: Union[bool, None, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
) -> Request[Union[FunctionPage, Error]]:
    """Find the function that matches a prompt best.

    Returns one function, or an empty list if no function matches. With `predict_arguments=true` it also returns
    `arguments`, predicted from the prompt and the variables. Variables are inserted as tags such as `{first_name}`.

    Args:
        body: The prompt, and the variables.
        predict_arguments: Also predict the arguments of the function.
        include: Additional fields to return. `meta` is for rendering a form for the function.
        connected_only: Return only functions of connected apps. Undocumented for this operation, sent by the
            vendor's Python SDK.

    Returns:
        The request, not yet sent. Pass it to `Client.send`, or call `sync` or `sync_detailed` instead.

    Raises:
        errors.InvalidRequest: If an argument cannot be sent.
    """
    return OPERATION.request(
        query={"predict_arguments": predict_arguments, "include": include, "connected_only": connected_only}, body=body
    )


#: Alias for code that was written for a client of openapi-python-client.
_get_kwargs = build


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PredictRequest,
    predict_arguments: Union[bool, None, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
) -> Response[Union[FunctionPage, Error]]:
    """Send the request and return the response. See `build` for the arguments, and `Client.send` for the errors."""
    return client.send(
        build(body=body, predict_arguments=predict_arguments, include=include, connected_only=connected_only)
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: PredictRequest,
    predict_arguments: Union[bool, None, Unset] = UNSET,
    include: Union[Include, str, None, Unset] = UNSET,
    connected_only: Union[bool, None, Unset] = UNSET,
) -> Optional[Union[FunctionPage, Error]]:
    """Find the function that matches a prompt best.

    See `build` for the arguments, and `Client.send` for the errors.

    Returns:
        The parsed body. `sync_detailed` also returns status, headers and content.
        - 200 (FunctionPage): A list with the function; empty if no function matches.
        - 400 (Error): The prompt is missing or empty.
        - 403 (Error): The credentials are missing. The status for wrong credentials is undocumented.

    Raises:
        errors.DocumentedError: For 400 and 403, if the client has `raise_on_error_status=True`.
    """
    return sync_detailed(
        client=client, body=body, predict_arguments=predict_arguments, include=include, connected_only=connected_only
    ).parsed
