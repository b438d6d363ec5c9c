"""Events of Azure: what tells workflows that data landed."""
