"""Call a sandbox with the vendor's own SDK (integry 0.0.20), and print the results as JSON."""

import asyncio
import json
import os

from integry.exceptions import FunctionCallError, NotFound

from integry import Integry

USER = "123456"


async def refusal(call):
    """Return the name and the message of the exception that a call raises."""
    try:
        await call
    except (FunctionCallError, NotFound) as error:
        return [type(error).__name__, str(error)]
    return None


async def main():
    """List, get, predict and call functions, and iterate over pages, as the SDK's documentation shows."""
    client = Integry(os.environ["INTEGRY_APP_KEY"], os.environ["INTEGRY_APP_SECRET"])
    client.base_url = os.environ["INTEGRY_BASE_URL"]
    functions, persons = client.functions, "pipedrive-get-all-persons"
    predicted = await functions.predict("Post a message on Slack on random", USER, predict_arguments=True)
    called = await functions.call("pipedrive-add-a-person", {"name": "{n}"}, USER, variables={"n": "Ann"})
    first = await functions.call(persons, {"limit": 5}, USER)
    second = await functions.call(persons, {"limit": 5, "cursor": first.cursor}, USER)
    app = await client.apps.get("pipedrive", USER)
    result = {
        "apps": [each.name async for each in client.apps.list(USER)],
        "first page": [each.name for each in (await client.apps.list(USER)).apps],
        "app": [app.id, app.name, len(app.connected_accounts)],
        "connected": [await client.apps.is_connected(name, USER) for name in ("pipedrive", "slack")],
        "functions": [each.name async for each in functions.list(USER)],
        "actions": [each.name async for each in functions.list(USER, app="hubspot", type="ACTION")],
        "function": (await functions.get("slack-post-message", USER)).get_json_schema()["parameters"]["required"],
        "predicted": [[each.name, each.arguments] for each in predicted],
        "called": [called.network_code, called.output["data"]["name"]],
        "blocking": functions.call_sync("pipedrive-add-a-person", {"name": "Bo"}, USER).output["data"]["id"],
        "pages": [[person["id"] for person in page.output["data"]] for page in (first, second)],
        "missing": await refusal(functions.call("pipedrive-add-a-person", {}, USER)),
        "not connected": await refusal(functions.call("slack-post-message", {"channel": "a", "text": "b"}, USER)),
        "unknown": await refusal(client.apps.get("nope", USER)),
    }
    print(json.dumps(result))


asyncio.run(main())
