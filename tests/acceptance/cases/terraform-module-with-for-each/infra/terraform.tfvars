environment  = "prod"
repositories = ["shop/api", "shop/web"]
