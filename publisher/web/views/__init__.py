"""What the pages show, as values: one module for each kind of page, no HTML, no HTTP."""
