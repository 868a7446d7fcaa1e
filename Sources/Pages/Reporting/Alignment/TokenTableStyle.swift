/// Style rules of the table of all tokens.
enum TokenTableStyle {
  static let text = #"""
    .grid { border: 1px solid var(--line); border-radius: .5rem; height: min(36rem, 72vh); overflow: auto; position: relative; background: var(--surface); }
    .grid:focus-visible { outline-offset: 0; }
    .heads, .row { display: grid; grid-template-columns: 5.6rem minmax(9rem, 1.5fr) 5rem 7.5rem 6.8rem 5.6rem 5.6rem minmax(9rem, 1.5fr); gap: 0 .8rem; align-items: center; padding: 0 .9rem; min-width: 58rem; }
    .heads { position: sticky; top: 0; z-index: 2; height: 34px; background: var(--sunken); border-bottom: 1px solid var(--line); font-size: .84rem; }
    .heads button { border: 0; background: none; padding: .2rem 0; font-weight: 600; color: var(--muted); }
    .heads button::after { content: " ↕"; color: var(--faint); opacity: .6; }
    .heads [aria-sort="ascending"] button::after { content: " ↑"; opacity: 1; color: var(--ink); }
    .heads [aria-sort="descending"] button::after { content: " ↓"; opacity: 1; color: var(--ink); }
    .heads [aria-sort="ascending"] button, .heads [aria-sort="descending"] button { color: var(--ink); }
    .rows { position: relative; }
    .row { position: absolute; left: 0; right: 0; height: 30px; font-size: .92rem; border-bottom: 1px solid color-mix(in srgb, var(--line) 55%, transparent); cursor: default; }
    .row > div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .row .token { white-space: pre; } .row a { color: inherit; text-decoration: none; } .row a:hover { text-decoration: underline; }
    .row > :nth-child(1), .row > :nth-child(6), .row > :nth-child(7) { text-align: right; font-variant-numeric: tabular-nums; color: var(--muted); }
    .heads > :nth-child(1), .heads > :nth-child(6), .heads > :nth-child(7) { text-align: right; }
    .row > :nth-child(3), .row > :nth-child(4) { color: var(--muted); font-size: .86rem; }
    .row:hover { background: var(--sunken); } .row.found { background: var(--mark); }
    .row[aria-selected="true"] { box-shadow: inset 3px 0 0 var(--accent); background: var(--sunken); }
    .under { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; justify-content: space-between; align-items: center; margin-top: .6rem; }
    #status { color: var(--muted); font-variant-numeric: tabular-nums; }
    #details { margin-top: .9rem; padding: .8rem 1.1rem; border-radius: .5rem; background: var(--sunken); }
    #details dl { margin: 0; } #empty { position: absolute; top: 3.6rem; left: 1rem; color: var(--muted); }
    table a.plain { color: inherit; text-decoration: none; } table a.plain:hover { text-decoration: underline; }
    @media print { .grid, #details, .under { display: none; } }
    """#
}
