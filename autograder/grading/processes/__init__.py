"""Who forks whom: the zygote, warm servers, templates."""
