"""Objects of well-known libraries that cross as descriptions: plain data, built anew on arrival.

`codecs.kind` says what a description is, `table` lists the kinds, `known` holds what one side
knows of libraries. A claim never has one imported.
"""
