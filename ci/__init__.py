"""What `./course` runs: set-up, notebook runner, exercise generator and scorer, site builder."""
