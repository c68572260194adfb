"""A sandbox in the consumer's process: what it asks of AWS and the network is answered and recorded.

- An AWS call is answered where botocore would send it (`aws/client`): by the user's settings
  (`aws/overrides`), in agreement with the event (`aws/ecr`), or made up from the operation's model
  (`aws/synthesis`, `aws/config_stores`).
- An HTTP request is answered in its client's place of a connection (`network/http_clients`), with
  the user's reply or a made-up one (`network/replies`); an e-mail is taken by `network/smtp`.
- A socket to anything else is refused by an audit hook (`guard`), unless `network/allowlist` has it.
"""
