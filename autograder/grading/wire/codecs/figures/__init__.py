"""Matplotlib's figures as descriptions: what is drawn, in numbers and texts.

`artists` describes lines, patches, images and texts, `groups` what holds many of a kind,
`axes` one pair of axes with all of it, `ticks` and `legends` what stands around it, `figures` a
figure, `pyplot` which figures are current.

A figure that crosses again changes the same object; what has no description leaves its whole
figure where it is.
"""
