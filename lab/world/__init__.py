"""What a running lab consists of: the cluster, what stands around it, and what is put into it."""
