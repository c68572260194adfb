"""What a whole run came to, as documents: each format is a module here, and a row in `registry`.

A format is a consumer of the same `Run`: it decides on nothing, and escapes what is foreign in its
own way.
"""
