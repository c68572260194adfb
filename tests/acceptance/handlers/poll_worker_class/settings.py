import os

QUEUE_URL = os.getenv("QUEUE_URL", "https://sqs.example.invalid/123456789012/pushes")
TABLE = os.getenv("TABLE", "last-tags")
