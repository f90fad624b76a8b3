"""A Django site whose users connect Slack and post messages."""
