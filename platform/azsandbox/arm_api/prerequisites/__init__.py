"""What a deployment needs beforehand, as ARM answers it: registrations, rights, quota, stock, free names."""
