# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draws digits as a hand might: strokes with shaken points, a tilted and squeezed page, a pen of some width."""
import numpy as np

SIZE = 16


def arc(x, y, rx, ry, begin, end, points=9):
    """Points of an ellipse's arc; angles in degrees, clockwise from the right."""
    angles = np.radians(np.linspace(begin, end, points))
    return [(x + rx * np.cos(a), y + ry * np.sin(a)) for a in angles]


# Each digit in some ways of writing it; each way a list of strokes; points from (0, 0), upper left, to (1, 1).
WAYS = {
    0: [[arc(.5, .5, .3, .45, -90, 270, 17)], [arc(.5, .5, .2, .45, -60, 300, 17)]],
    1: [[[(.5, .05), (.5, .95)]], [[(.3, .25), (.52, .05), (.52, .95)]],
        [[(.3, .25), (.52, .05), (.52, .95)], [(.3, .95), (.74, .95)]]],
    2: [[arc(.48, .3, .3, .25, 190, 395) + [(.2, .95), (.82, .95)]],
        [arc(.48, .3, .28, .25, 200, 400) + arc(.3, .85, .1, .1, 0, 300, 7) + [(.8, .95)]]],
    3: [[arc(.45, .27, .3, .22, 200, 450) + arc(.45, .72, .33, .24, -90, 160)],
        [[(.2, .06), (.75, .06), (.45, .4)] + arc(.45, .68, .3, .27, -90, 150)]],
    4: [[[(.62, .95), (.62, .05), (.15, .65), (.88, .65)]],
        [[(.25, .05), (.2, .5), (.8, .5)], [(.72, .05), (.7, .95)]]],
    5: [[[(.78, .06), (.3, .06), (.25, .45)] + arc(.45, .67, .3, .27, -110, 150)],
        [[(.3, .06), (.25, .42)] + arc(.45, .67, .3, .26, -110, 150), [(.3, .06), (.8, .08)]]],
    6: [[[(.68, .05), (.36, .35)] + arc(.48, .69, .27, .26, 190, 550, 15)],
        [arc(.75, .55, .5, .5, 260, 180, 6) + arc(.5, .7, .25, .24, 180, 520, 13)]],
    7: [[[(.15, .07), (.82, .07), (.4, .95)]], [[(.15, .07), (.82, .07), (.4, .95)], [(.3, .5), (.75, .5)]]],
    8: [[arc(.5, .27, .24, .22, 90, 450, 13) + arc(.5, .72, .29, .23, -90, 270, 13)]],
    9: [[arc(.5, .3, .27, .25, 0, 360, 13) + [(.77, .3), (.7, .95)]],
        [arc(.5, .3, .26, .24, -20, 340, 13) + [(.76, .25), (.72, .6)] + arc(.42, .62, .32, .33, 0, 110, 5)]],
}


def segments_of(way):
    return np.array([(a, b) for stroke in way for a, b in zip(stroke, stroke[1:])])


def distances(pixels, segments):
    """From each pixel to the nearest segment."""
    begin, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    offset = pixels[:, None] - begin
    t = np.clip((offset * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-9), 0, 1)
    return np.linalg.norm(offset - t[..., None] * along, axis=-1).min(axis=1)


def draw(digit, random):
    """One SIZE x SIZE image with values from 0 (paper) to 1 (ink)."""
    ways = WAYS[digit]
    way = [[(x + random.normal(0, .02), y + random.normal(0, .02)) for x, y in stroke]
           for stroke in ways[random.integers(len(ways))]]
    segments = segments_of(way) - .5
    angle, shear = random.normal(0, .14), random.normal(.05, .2)
    scale = random.uniform(.62, .98, 2) * np.array([.9, 1])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    segments = segments * scale @ np.array([[1, 0], [-shear, 1]]) @ turn.T + random.normal(0, .035, 2) + .5
    grid = (np.arange(SIZE) + .5) / SIZE
    pixels = np.stack(np.meshgrid(grid, grid), -1).reshape(-1, 2)
    width = random.uniform(.035, .085)
    ink = 1 / (1 + np.exp((distances(pixels, segments) - width) * random.uniform(45, 90)))
    noise = random.normal(0, .05, ink.shape) * random.integers(0, 2)
    return np.clip(ink * random.uniform(.8, 1) + noise, 0, 1).reshape(SIZE, SIZE).astype(np.float32)


def sample(count, seed):
    """Images [count, 1, SIZE, SIZE] and their digits."""
    random = np.random.default_rng(seed)
    digits = random.integers(0, 10, count)
    return np.stack([draw(digit, random) for digit in digits])[:, None], digits
