"""How fast this machine is: figures taken side by side, with their spread."""
