"""Predictions by words: the sandbox chooses a function for a prompt and extracts its arguments."""

import re

import pytest

from tests.spec_document import ROOT

POST, LIST = "slack-post-message", "slack-list-conversations"
PERSON, PERSONS = "pipedrive-add-a-person", "pipedrive-get-all-persons"
CONTACT, COMPANY, DEAL, PROPERTIES = (
    *("hubspot-create-contact", "hubspot-create-company", "hubspot-create-deal"),
    "hubspot-list-properties",
)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Tell #random who signed up", POST),
        ("send hello to #random", POST),
        ('Announce "Add a person" in #general', POST),
        ("Let's say hi on Slack", POST),
        ("Post a message", POST),
        ("Write a note to #dev that the deal is won", POST),
        ("Notify #sales about the new HubSpot contact", POST),
        ("Post on Slack that a contact was created in HubSpot", POST),
        ("Which Slack channels are there? List them", LIST),
        ("Show all conversations", LIST),
        ("get rooms", LIST),
        ("Add Ann Lee as a person", PERSON),
        ("create a new person in Pipedrive", PERSON),
        ("Insert people", PERSON),
        ("Make a contact", CONTACT),
        ("Create a HubSpot company", COMPANY),
        ("add an organisation to hubspot", COMPANY),
        ("Open a deal", DEAL),
        ("Find the fields of HubSpot contacts", PROPERTIES),
        ("list properties", PROPERTIES),
        ("Fetch everybody: all people", PERSONS),
        ("LIST ALL THE PEOPLE IN PIPEDRIVE", PERSONS),
        ("What a lovely day", None),
        ("Send an email to Ann", None),
        ("get the weather", None),
        ("#random", None),
        ("list", None),
        ("'Post a message on Slack'", None),
        ("Slack", None),
        ("Pass a request through to Slack", None),
        ("?", None),
        ("send a message on Slack", POST),
        ("Let everybody in #random know that 'the shop is open'", POST),
        ("Let Slack know that we are open", POST),
        ('Put "hello" in #general', POST),
        ("post hi in general", POST),
        ("Send the report to the random channel", POST),
        ("Message #random saying hi", POST),
        ("Please text #random that we are late", POST),
        ("Make an announcement in #general", POST),
        ("Create a Slack message", POST),
        ("Remind #dev to deploy", POST),
        ("Which deal was won? Tell #sales", POST),
        ("Post on Slack that we add a contact in HubSpot", POST),
        ("Let me know which channels there are", LIST),
        ("Tell me all the channels", LIST),
        ("Which channels does our Slack have?", LIST),
        ("fetch all pipedrive contacts", PERSONS),
        ("How many people are in Pipedrive?", PERSONS),
        ("Add a contact to Pipedrive", PERSON),
        ("Add a contact to HubSpot", CONTACT),
        ("new hubspot contact", CONTACT),
        ("Add a contact in HubSpot and tell #sales", CONTACT),
        ('Register a new company called "Acme"', COMPANY),
        ("What fields does a HubSpot company have?", PROPERTIES),
        ("Show me the properties of a deal", PROPERTIES),
        ("fetch all hubspot contacts", None),
        ("fetch all pipedrive deals", None),
        ("hubspot contacts", None),
        ("Delete the HubSpot contact", None),
        ("Update the person in Pipedrive", None),
        ("Create an invoice in HubSpot", None),
        ("add to hubspot", None),
        ("Create a Slack channel", None),
        ('Rename #random to "lounge"', None),
        ("Read the messages in #random", None),
        ("Message from Ann on Slack", None),
        ("In general I like Slack", None),
    ],
)
def test_a_function_is_chosen_by_the_words_of_the_prompt(sandbox, prompt, name):
    """Verbs and synonyms, names, titles and channels decide which function is predicted. Quoted texts do not count."""
    found = sandbox.client().functions.predict(prompt)
    assert [function.name for function in found] == ([] if name is None else [name])
    assert [function.name for function in sandbox.client().functions.predict(prompt)] == [each.name for each in found]


def test_the_title_of_an_app_counts(sandbox):
    """An app is found by its title as well as by its name."""
    sandbox.add_app("acme-2", "Wonderful Mail")
    sandbox.add_function("acme-2-send-letter", None, app="acme-2")
    assert sandbox.client().functions.predict("Send it by Wonderful Mail")[0].name == "acme-2-send-letter"
    assert sandbox.client().functions.predict("Send letters")[0].name == "acme-2-send-letter"


def test_an_app_without_words_is_never_named(sandbox):
    """An app whose name has only stop words, or no letters, is not found in any prompt."""
    for name in ("it", "!"):
        sandbox.add_app(name)
    assert sandbox.client().functions.predict("Make it a contact")[0].name == CONTACT


@pytest.mark.parametrize(
    ("prompt", "arguments"),
    [
        ("Tell #random who signed up", {"channel": "random", "text": "Tell #random who signed up"}),
        ('Post "Hi there" in #dev', {"channel": "dev", "text": "Hi there"}),
        ("Post \u201cHi, it's me\u201d in #dev", {"channel": "dev", "text": "Hi, it's me"}),
        ("Post 'it's done' on general", {"channel": "general", "text": "it's done"}),
        ("Post \xabsalut\xbb on Slack on random", {"channel": "random", "text": "salut"}),
        ("Post \u2018hello\u2019", {"text": "hello"}),
        ("send a message on Slack", {"text": "send a message on Slack"}),
        ("Post 'hi' on Monday", {"text": "hi"}),
        ("Post 'hi' to the random channel", {"channel": "random", "text": "hi"}),
        ("Let everybody in #random know that 'the shop is open'", {"channel": "random", "text": "the shop is open"}),
        ("Post `x = 1`", {"text": "x = 1"}),
        ('Post "see #other" in #dev', {"channel": "dev", "text": "see #other"}),
        ("Tell them we're here, and it's late", {"text": "Tell them we're here, and it's late"}),
    ],
)
def test_channel_and_text_are_extracted(sandbox, prompt, arguments):
    """A channel follows `#`; a channel that exists may also follow "on", "in" or "to".

    A text is between quotes, but not between apostrophes.
    """
    assert sandbox.client().functions.get(POST, prompt=prompt).arguments == arguments


@pytest.mark.parametrize(
    ("name", "prompt", "arguments"),
    [
        (PERSON, "Add a person named Ann Lee to Pipedrive", {"name": "Ann Lee"}),
        (PERSON, 'Add "ann"', {"name": "ann"}),
        (PERSON, "Add somebody", {}),
        ("acme-paint", "Paint it Red", {"colour": "red"}),
        ("acme-paint", "Paint it", {}),
        ("acme-tune", "Tune in to seven", {"channel": "seven"}),
        ("acme-tune", "Tune in to #random", {}),
    ],
)
def test_names_and_enum_values_are_extracted(sandbox, name, prompt, arguments):
    """A name follows "named", and values of an enum are found in any case."""
    sandbox.add_app("acme")
    parameters = {"properties": {"colour": {"enum": [5, "", "green", "red"]}}, "required": ["colour"]}
    sandbox.add_function("acme-paint", None, app="acme", parameters=parameters)
    channels = {"properties": {"channel": {"enum": ["seven"]}}, "required": ["channel"]}
    sandbox.add_function("acme-tune", None, app="acme", parameters=channels)
    assert sandbox.client().functions.get(name, prompt=prompt).arguments == arguments


def test_documented_prompts_predict_a_callable_function(sandbox):
    """Each prompt in the documentation predicts arguments with which the call succeeds."""
    pages = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    prompts = re.findall(r'functions\.predict\("([^"]+)"', "".join(page.read_text(encoding="utf-8") for page in pages))
    assert prompts
    sandbox.connect("slack")
    for prompt in prompts:
        (function,) = sandbox.client().functions.predict(prompt, predict_arguments=True)
        assert function(variables={"first_name": "John", "last_name": "Doe"}).output["ok"]
        assert sandbox.calls[-1].arguments["channel"] == "random"


def test_long_prompts_are_truncated(sandbox):
    """Only the start of a long prompt is read, because searching for quotes could take quadratic time."""
    client = sandbox.client()
    assert client.functions.predict("Post to #random" + " x" * 5000)[0].name == POST
    assert client.functions.predict("x " * 5000 + "Post to #random") == []
    assert client.functions.get(POST, prompt="x " * 5000 + 'Post "y" to #random').arguments.keys() == {"text"}
