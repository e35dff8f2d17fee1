"""The sides of the chain as a verb asks them: GitHub, Parameter Store, the cluster, and what the last `up` left.

`applications` says what a stack has deployed; `github`, `parameters` and `objects` ask one side each; `waiting` asks
again until a deadline; `showing` prints answers.
"""
