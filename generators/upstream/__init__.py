"""Facts of AWS's own models that the schemas rest on: recorded, compared with newer ones."""
