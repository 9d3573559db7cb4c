"""Rules of leave: who may be away when, asked how, and approved by whom."""
