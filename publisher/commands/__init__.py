"""The commands of the command line, one noun a module; each is one call inward."""
