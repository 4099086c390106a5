"""The judge's side: one pytest module a milestone, and the session that runs them."""
