/// The style sheet of all pages: light and dark, for screen and paper, with a palette that colour-blind people can tell
/// apart by lightness alone.
enum StyleSheet {
  private static let dark = """
    --page: #13161b; --surface: #1a1e25; --sunken: #22272f; --ink: #e4e7eb; --muted: #a0a9b5; --faint: #75808d;
    --line: #2d333c; --accent: #86b4f2; --focus: #9cc3f7; --mark: #4a3d14;
    --exact: #6c9fe0; --prefix: #e6b357; --role: #bfa6ec; --none: #565f6b; --other: #5cbfb4;
    --exact-ink: #a4c6f5; --prefix-ink: #f0cb85; --role-ink: #d3c1f4; --none-ink: #a0a9b5; --other-ink: #8bd8cf;
    --exact-wash: #1f3047; --prefix-wash: #3d3116; --role-wash: #33294a; --none-wash: #2a3038; --other-wash: #16393a;
    --shadow: none;
    """

  static let text = #"""
    :root { color-scheme: light dark;
      --page: #f7f7f5; --surface: #ffffff; --sunken: #f0f1ef; --ink: #1c2128; --muted: #59626e; --faint: #8b94a0;
      --line: #e2e4e7; --accent: #1f5fae; --focus: #1f5fae; --mark: #fff1c9;
      --exact: #3f73b7; --prefix: #e2a02b; --role: #4a2f7d; --none: #b9bfc7; --other: #2c8c84;
      --exact-ink: #1d4f93; --prefix-ink: #7a5200; --role-ink: #4a2f7d; --none-ink: #59626e; --other-ink: #17655f;
      --exact-wash: #e3ecf8; --prefix-wash: #fbeccd; --role-wash: #ebe4f6; --none-wash: #eceef0; --other-wash: #dcf1ee;
      --shadow: 0 1px 2px rgb(20 25 35 / 6%), 0 4px 16px rgb(20 25 35 / 4%); }
    @media screen and (prefers-color-scheme: dark) { :root:not([data-theme="light"]) {
      \#(dark) } }
    @media screen { :root[data-theme="dark"] { color-scheme: dark;
      \#(dark) } }
    :root[data-theme="light"] { color-scheme: light; }
    * { box-sizing: border-box; }
    html { font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
      background: var(--page); color: var(--ink); -webkit-text-size-adjust: 100%; }
    body { margin: 0; }
    .skip { position: absolute; left: -999rem; }
    .skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--surface); z-index: 9; }
    .wrap { max-width: 78rem; margin: 0 auto; padding: 0 1.5rem; }
    header.top { padding: 2.75rem 0 .5rem; }
    header.top .wrap { display: flex; gap: 2rem; align-items: flex-start; justify-content: space-between; }
    .eyebrow { margin: 0 0 .35rem; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--muted); }
    h1 { font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -.015em; margin: 0; text-wrap: balance; overflow-wrap: anywhere; }
    h1 .to { color: var(--faint); font-weight: 400; padding: 0 .2em; }
    .lede { margin: .6rem 0 0; color: var(--muted); max-width: 46rem; font-size: 1.05rem; }
    h2 { font-size: 1.2rem; font-weight: 650; letter-spacing: -.005em; margin: 0 0 .2rem; }
    h3 { font-size: .95rem; font-weight: 650; margin: 1.2rem 0 .3rem; }
    p { margin: .4rem 0; } .note { color: var(--muted); font-size: .9rem; max-width: 50rem; }
    section { background: var(--surface); border: 1px solid var(--line); border-radius: .7rem; box-shadow: var(--shadow);
      padding: 1.4rem 1.6rem 1.5rem; margin: 1.25rem 0; }
    section.plain { background: none; border: 0; box-shadow: none; padding: 0; }
    .pair { display: grid; grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); gap: 1.25rem; align-items: stretch; margin: 1.25rem 0; }
    .pair > section, .pair > div > section:first-child { margin: 0; } .pair > div > section:last-child { margin-bottom: 0; }
    .pair .tall-scroll { max-height: 41rem; } section > .pair { margin: 0; gap: 1.25rem 3rem; } section > .pair h3 { margin-top: .7rem; }
    a { color: var(--accent); text-underline-offset: .15em; }
    :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
    code, .mono, .token { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono", monospace;
      font-size: .92em; font-variant-ligatures: none; }
    .token { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
    .stats { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1px; overflow: hidden; padding: 0;
      background: var(--line); border: 1px solid var(--line); border-radius: .7rem; margin: 1.5rem 0 0; box-shadow: var(--shadow); }
    .stats > div { background: var(--surface); padding: 1rem 1.3rem; display: flex; flex-direction: column; }
    .stats dt { color: var(--muted); font-size: .86rem; } .stats dd { margin: 0; }
    .stats .big { font-size: 1.75rem; font-weight: 600; letter-spacing: -.02em; line-height: 1.25; font-variant-numeric: tabular-nums; }
    .stats .small { color: var(--muted); font-size: .84rem; }
    .num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    table { border-collapse: collapse; width: 100%; font-size: .92rem; }
    caption { text-align: left; color: var(--muted); font-size: .88rem; padding-bottom: .5rem; }
    th { text-align: left; font-weight: 600; color: var(--muted); font-size: .84rem; } th.num { text-align: right; }
    td, th { padding: .32rem .7rem .32rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
    tr:last-child > td, tr:last-child > th { border-bottom: 0; } thead tr:last-child > th { border-bottom: 1px solid var(--line); }
    td:last-child, th:last-child { padding-right: 0; }
    tbody th { color: var(--ink); font-weight: 450; font-size: .92rem; }
    .scroll { overflow: auto; max-height: 27rem; margin-right: -.6rem; padding-right: .6rem; }
    .scroll thead th { position: sticky; top: 0; background: var(--surface); z-index: 1; }
    .bar { display: flex; gap: 2px; height: .72rem; border-radius: 3px; overflow: hidden; min-width: 8rem; background: var(--sunken); }
    .bar i { display: block; height: 100%; min-width: 0; }
    .bar.tall { height: 1.5rem; border-radius: 5px; margin: 1rem 0 .9rem; }
    .k-exact { background: var(--exact); } .k-prefix { background: var(--prefix); } .k-role { background: var(--role); }
    .k-none { background: var(--none); } .k-other { background: var(--other); }
    .legend { display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; margin: 0; padding: 0; list-style: none; font-size: .92rem; }
    .legend li { display: flex; align-items: baseline; gap: .5rem; } .legend b { font-weight: 600; font-variant-numeric: tabular-nums; }
    .legend span { color: var(--muted); }
    .chip { display: inline-block; width: .72rem; height: .72rem; border-radius: 3px; flex: none; transform: translateY(.06rem); }
    .tag { display: inline-block; font-size: .8rem; line-height: 1.5; padding: 0 .5em; border-radius: 1em; white-space: nowrap; }
    .t-exact { background: var(--exact-wash); color: var(--exact-ink); } .t-prefix { background: var(--prefix-wash); color: var(--prefix-ink); }
    .t-role { background: var(--role-wash); color: var(--role-ink); } .t-none { background: var(--none-wash); color: var(--none-ink); }
    .t-other { background: var(--other-wash); color: var(--other-ink); }
    button, select, input { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: .45rem; padding: .34rem .7rem; }
    button { cursor: pointer; } button:hover, select:hover { border-color: var(--faint); }
    button[aria-pressed="true"] { background: var(--ink); color: var(--surface); border-color: var(--ink); }
    input::placeholder { color: var(--faint); }
    .quiet { border-color: transparent; background: none; color: var(--muted); white-space: nowrap; }
    .toolbar { display: flex; flex-wrap: wrap; gap: .55rem; align-items: flex-end; margin: .9rem 0 .7rem; }
    .toolbar label { display: flex; flex-direction: column; font-size: .8rem; color: var(--muted); gap: .15rem; }
    .toolbar input, .toolbar select { font-size: .95rem; color: var(--ink); }
    .toolbar .grow { flex: 1 1 16rem; } .toolbar .grow input { width: 100%; }
    .toolbar .narrow input { width: 6.2rem; }
    .figure { margin: 0; } .figure svg { display: block; width: 100%; height: auto; overflow: visible; }
    figcaption { color: var(--muted); font-size: .88rem; margin-top: .4rem; }
    .f-ink { fill: var(--ink); } .f-muted { fill: var(--muted); } .f-line { fill: var(--line); } .f-surface { fill: var(--surface); }
    .f-exact { fill: var(--exact); } .f-prefix { fill: var(--prefix); } .f-role { fill: var(--role); } .f-none { fill: var(--none); } .f-other { fill: var(--other); }
    .s-ink { stroke: var(--ink); } .s-muted { stroke: var(--muted); } .s-line { stroke: var(--line); } .s-exact { stroke: var(--exact); }
    .s-prefix { stroke: var(--prefix); } .s-role { stroke: var(--role); } .s-none { stroke: var(--none); } .s-other { stroke: var(--other); }
    svg text { font-family: inherit; }
    details > summary { cursor: pointer; color: var(--muted); font-size: .9rem; margin-top: .6rem; }
    dl.facts { display: grid; grid-template-columns: minmax(9rem, max-content) minmax(0, 1fr); gap: .3rem 1.4rem; margin: .6rem 0 0; font-size: .92rem; }
    dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
    footer { color: var(--muted); font-size: .86rem; padding: .5rem 0 3rem; }
    .only-print { display: none; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    @media (max-width: 60rem) { .pair { grid-template-columns: minmax(0, 1fr); } .wrap { padding: 0 1rem; } section { padding: 1.1rem 1rem; } h1 { font-size: 1.55rem; } }
    @media (prefers-reduced-motion: no-preference) { button, .row { transition: background-color .12s, border-color .12s; } }
    @media print { :root { --page: #fff; --surface: #fff; --ink: #000; --muted: #444; --line: #ccc; color-scheme: light !important; }
      html { font-size: 11px; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      section, .stats { box-shadow: none; break-inside: auto; } h2, h3 { break-after: avoid; } .figure, tr { break-inside: avoid; } .figure svg { max-width: 36rem; }
      .no-print, .toolbar, .theme { display: none !important; } .only-print { display: block; } .scroll { max-height: none; overflow: visible; } }
    """#
}
