"""The edge: everything a request passes before it reaches the API or a page."""
