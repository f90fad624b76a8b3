"""Count the contacts in Pipedrive, with a client that was copied into this project."""

from legacy.third_party.integry_client import Integry


def main():
    """Print the report."""
    with Integry() as client:
        persons = list(client.functions.call_items("pipedrive-get-all-persons", {"limit": 5}, items="data"))
    print("{} contacts, the first is {}".format(len(persons), persons[0]["name"]))


if __name__ == "__main__":
    main()
