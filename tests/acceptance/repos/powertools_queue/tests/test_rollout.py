def test_module_imports():
    import rollout.app
