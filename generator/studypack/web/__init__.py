"""The local web server: choose, preview and print a question set in a browser (docs/serve.md).

`guard` decides which requests are answered, `desk` holds a set that is served, `running` its build, `pages` and
`cards` show finished files, `saving` writes a pack into `set.yaml`, and `app` maps addresses to these.
"""
