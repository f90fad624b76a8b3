"""The results of calls: models with methods, pages and raw responses."""
