"""The judge's side: one pytest module or package a milestone, and the session that runs them."""
