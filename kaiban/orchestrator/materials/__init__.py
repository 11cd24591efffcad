"""Materials (申请材料): bring them, promise some for later (容缺), bring them late, send them to departments."""
