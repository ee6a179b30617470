"""The web page's server: clips come in, conversations are held, events go out; nothing of it leaves this machine unasked."""
