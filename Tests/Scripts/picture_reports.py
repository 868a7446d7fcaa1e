#!/usr/bin/env python3
"""Takes pictures of pages: NAME.html gets NAME.png and NAME-dark.png beside it.

    picture_reports.py PAGE... [--width 1200] [--height 1700]
"""

import argparse

from browser import Browser


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--height", type=int, default=1700)
    options = parser.parse_args()
    with Browser(options.width, options.height) as browser:
        for page in options.pages:
            stem = page.removesuffix(".html")
            for scheme, suffix in (("light", ""), ("dark", "-dark")):
                browser.scheme(scheme)
                browser.open(page)
                browser.screenshot(f"{stem}{suffix}.png")


if __name__ == "__main__":
    main()
