"""What must stand before the first deployment: checks of this machine, of Azure and of what is around it."""
