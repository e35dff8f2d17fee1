"""The verb `check`: what an `up` needs of this machine (`tools`) and of every side (the room `preflight`), shown."""
