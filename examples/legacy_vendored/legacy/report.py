"""Print the number of contacts in Pipedrive, with a client that was copied into this project."""

from legacy.third_party.integry_client import Integry


def main():
    """Print the number of contacts, and the first contact."""
    with Integry() as client:
        persons = list(client.functions.call_items("pipedrive-get-all-persons", {"limit": 5}, items="data"))
    print("{} contacts, the first is {}".format(len(persons), persons[0]["name"]))


if __name__ == "__main__":
    main()
