"""A sandbox in the consumer's process: its calls of AWS and the network are answered and recorded.

- An AWS call is answered where botocore would send it (`aws/client`): by the user's settings
  (`aws/overrides`), in agreement with the event (`aws/ecr`), or made up from the operation's model
  (`aws/synthesis`, `aws/config_stores`).
- An HTTP request is answered in its client's place of a connection (`network/http_clients`), with
  the user's reply or a made-up one (`network/replies`); an e-mail is taken by `network/smtp`.
- A socket to anything else is refused by an audit hook (`guard`), but for the addresses of
  `network/allowlist`.
"""
