"""Fill in and hand in the form for somebody at the window or on the telephone (帮办、电话申报)."""
