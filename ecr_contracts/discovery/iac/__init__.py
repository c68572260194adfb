"""Infrastructure as code: templates, their functions, rules and transformers, SSM documents."""
