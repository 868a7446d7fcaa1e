#!/usr/bin/env python3
"""Takes pictures of pages: NAME.html gets NAME.png and NAME-dark.png beside it.

    picture_reports.py PAGE... [--width 1200] [--height 1700]
    picture_reports.py PAGE... --into FOLDER            NAME-390.png, NAME-390-dark.png and so on, for phone, tablet and desktop
"""

import argparse
import os

from browser import Browser

# Width and height of the window: a phone, a tablet, a desktop.
WINDOWS = ((390, 1700), (768, 1700), (1280, 1700))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--height", type=int, default=1700)
    parser.add_argument("--into", metavar="FOLDER", help="the pictures of three widths go there")
    options = parser.parse_args()
    if options.into:
        os.makedirs(options.into, exist_ok=True)
    with Browser(options.width, options.height) as browser:
        for page in options.pages:
            stem = page.removesuffix(".html")
            sizes = [(options.width, options.height, stem)]
            if options.into:
                sizes = [(*size, f"{options.into}/{os.path.basename(stem)}-{size[0]}") for size in WINDOWS]
            for width, height, name in sizes:
                browser.size(width, height)
                for scheme, suffix in (("light", ""), ("dark", "-dark")):
                    browser.scheme(scheme)
                    browser.open(page)
                    browser.screenshot(f"{name}{suffix}.png")


if __name__ == "__main__":
    main()
