"""The documents the form writes by itself (申请材料): articles, resolutions, applications, promises, tables."""
