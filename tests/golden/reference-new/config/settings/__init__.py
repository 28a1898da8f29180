"""Settings: base applies everywhere; development and production build on it."""
