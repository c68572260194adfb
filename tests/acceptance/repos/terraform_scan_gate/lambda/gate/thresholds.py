import os


def is_blocked(counts):
    return counts.get("CRITICAL", 0) > 0 or counts.get("HIGH", 0) > int(os.environ["MAX_HIGH"])
