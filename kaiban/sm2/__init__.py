"""SM2 signatures (GB/T 32918.2) and the SM3 digest (GB/T 32905): departments ask for them, and packages may bear one."""
