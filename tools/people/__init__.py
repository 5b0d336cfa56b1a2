"""Makes pictures of people who do not exist, with the truth about every face, to test Sayso where photos are hard.

May know: meshes, light, pixels. Must not know: anything of Sayso; the product never imports this.
Everything is drawn from seeds: on one machine, the same command gives the same bytes.
"""
