"""Grades a running linked-data site by what standards and good practice ask of it."""
