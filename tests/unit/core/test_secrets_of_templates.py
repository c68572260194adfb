"""What a template of code and URLs without secrets holds: nothing that would hide a line of it."""

from __future__ import annotations

from ecr_contracts.core.secrets.found import secrets_of_file

TEMPLATE = """\
Parameters:
  Page:
    Type: String
    Default: https://chat.example.invalid/page
Resources:
  Chat:
    Properties:
      Code:
        ZipFile: |
          def handler(event, context):
              text = 'New image ' + event['detail']['repository-name']
              return text
"""


def test_a_url_in_a_text_of_several_lines_makes_no_secret_of_its_lines():
    found = secrets_of_file("template.yaml", TEMPLATE)
    assert not any("New image" in value or "Properties" in value for value in found)


def test_a_password_in_a_url_is_a_secret_in_such_a_text_too():
    text = TEMPLATE.replace("https://chat", "https://someone:plantedPassword1@chat")
    assert "plantedPassword1" in secrets_of_file("template.yaml", text)
