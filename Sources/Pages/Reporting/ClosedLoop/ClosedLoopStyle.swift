/// Style rules of the closed loop's page.
enum ClosedLoopStyle {
  static let text = #"""
    .even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } .curves { grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr); }
    .contents ul { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; list-style: none; margin: 1.1rem 0 0; padding: 0; font-size: .9rem; }
    .prose { max-width: 50rem; }
    .claims { list-style: none; margin: .7rem 0 0; padding: 0; display: grid; gap: .55rem; max-width: 62rem; }
    .claims li { display: grid; grid-template-columns: 4.6rem minmax(0, 1fr); gap: .8rem; align-items: baseline; }
    .verdict { font-weight: 650; border-radius: 1em; white-space: nowrap; } .verdict .word { margin-left: .4em; }
    .claims .verdict { padding: 0 .7em; font-size: .88rem; line-height: 1.7; }
    .claims .yes { background: var(--other-wash); color: var(--other-ink); } .claims .no { background: var(--prefix-wash); color: var(--prefix-ink); }
    .schema { display: grid; grid-template-columns: minmax(0, 1fr) minmax(8rem, auto) minmax(0, 1fr) minmax(8rem, auto) minmax(0, 1fr); gap: .4rem; align-items: center; margin: 1rem 0 .6rem; max-width: 66rem; }
    .box { border: 2px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; display: flex; flex-direction: column; background: var(--page); align-self: stretch; justify-content: center; }
    .box.one { border-color: var(--exact); } .box.two { border-color: var(--prefix); } .box.delta { border-color: var(--other); border-style: dashed; }
    .box span { font-size: .9rem; } .box small { color: var(--muted); font-size: .84rem; }
    .join { text-align: center; font-size: .84rem; color: var(--muted); display: flex; flex-direction: column; padding: 0 .5rem; }
    .join .above { color: var(--ink); font-weight: 600; } .join .sign { font-size: 1.7rem; line-height: 1.05; color: var(--ink); }
    .formula { font-size: 1.05rem; margin: .9rem 0; overflow-wrap: anywhere; } .formula small { color: var(--muted); font-size: .88rem; margin-left: 1rem; }
    .told { margin-top: 1rem !important; }
    .prompt { max-width: 62rem; border-left: 3px solid var(--line); padding-left: .8rem; margin: .6rem 0; }
    .right { margin: .3rem 0; padding-left: .95rem; display: flex; gap: .7rem; align-items: baseline; } .label { color: var(--muted); font-size: .86rem; white-space: nowrap; }
    .kinds { margin: .5rem 0 .8rem; font-size: .86rem; color: var(--muted); }
    .whisker { display: inline-block; width: 1.1rem; height: .5rem; border: solid var(--ink); border-width: 0 1.5px; background: linear-gradient(var(--ink), var(--ink)) center/100% 1.5px no-repeat; align-self: center; }
    .wide { overflow-x: auto; margin-right: -.4rem; padding-right: .4rem; }
    .loop { border-collapse: separate; border-spacing: 0; } .loop td, .loop th { padding-right: 1rem; } .loop td, .loop tbody th { vertical-align: middle; } .loop thead th { vertical-align: bottom; }
    .loop.dense td, .loop.dense th { padding-right: .6rem; } .loop.dense tbody th.first { min-width: 11rem; } .dense .scored { min-width: 9rem; }
    .loop td:last-child, .loop th:last-child { padding-right: 0; }
    .loop td.num { white-space: nowrap; } .loop thead th.num { white-space: normal; } .loop tbody th.first { min-width: 12rem; }
    .loop .group th { padding: 1.1rem 0 .3rem; color: var(--muted); font-weight: 650; font-size: .84rem; border-bottom: 1px solid var(--faint); }
    .loop caption span, .loop .group span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 5rem); }
    .loop .first { position: sticky; left: 0; background: var(--surface); z-index: 1; } .loop .chosen th, .loop .chosen b { font-weight: 700; }
    .scored { min-width: 12rem; } .loop .scored { width: 19%; } .few .scored { width: 24%; }
    .score { display: flex; gap: .7rem; align-items: center; } .score b { font-weight: 500; min-width: 3.1em; text-align: right; font-variant-numeric: tabular-nums; }
    .range { position: relative; display: block; flex: 1; height: 1rem; min-width: 6rem;
      background: linear-gradient(var(--line), var(--line)) 0/1px 100% no-repeat, linear-gradient(var(--line), var(--line)) 50%/1px 100% no-repeat, linear-gradient(var(--line), var(--line)) 100%/1px 100% no-repeat; }
    .range.open { background: none; height: 1.9rem; } .range i { position: absolute; display: block; }
    .range .fill { left: 0; top: .14rem; bottom: .14rem; border-radius: 0 2px 2px 0; opacity: .62; }
    .range .span { top: 50%; height: .5rem; margin: -.25rem 0 0 -1px; min-width: 2px; border: solid var(--ink); border-width: 0 1.5px;
      background: linear-gradient(var(--ink), var(--ink)) center/100% 1.5px no-repeat; }
    .range .dot { top: 50%; width: .72rem; height: .72rem; margin: -.36rem 0 0 -.36rem; border-radius: 50%; border: 1.5px solid var(--ink); }
    .range .line, .range .zero { top: 0; bottom: 0; width: 1px; background: var(--line); } .range .zero { background: var(--faint); width: 1.5px; }
    .forest { width: 38%; min-width: 15rem; } .loop tbody td.forest { padding-top: 0; padding-bottom: 0; }
    .axis { position: relative; display: block; height: 1.2rem; font-size: .78rem; color: var(--muted); font-variant-numeric: tabular-nums; }
    .axis span { position: absolute; transform: translateX(-50%); } .loop .ticks td { border: 0; padding-top: 0; padding-bottom: 0; }
    .versus span, .versus small { display: block; } .versus small { color: var(--muted); font-size: .86rem; }
    .curve { min-width: 34rem; } .tested { font-size: .92rem; margin-top: .7rem; max-width: 34rem; }
    .matrix caption { padding-bottom: .3rem; }
    .examples { padding: 0; margin: .8rem 0 0; list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 33rem), 1fr)); gap: 1.5rem 2.4rem; }
    .answers { list-style: none; padding: 0; margin: .5rem 0 0; font-size: .92rem; }
    .answers li { display: grid; grid-template-columns: 1.2rem 13rem minmax(0, 1fr); gap: .5rem; padding: .22rem 0; border-top: 1px solid var(--line); align-items: baseline; }
    .answers .yes { color: var(--other-ink); } .answers .no { color: var(--prefix-ink); } .who { color: var(--muted); font-size: .86rem; } .nothing { color: var(--faint); font-style: italic; }
    @media screen and (max-width: 60rem) {
      .even, .curves { grid-template-columns: minmax(0, 1fr); } .schema { grid-template-columns: minmax(0, 1fr); } .join { padding: .2rem 0; }
      .join .sign { rotate: 90deg; } .loop:not(.slim) thead th.num { white-space: nowrap; } .formula small { display: block; margin: .2rem 0 0; } .shifts .matrix tbody th { white-space: nowrap; } .shifts .matrix td { min-width: 3.4rem; padding: .5rem .2rem; } .loop tbody th.first { min-width: 9rem; } .loop tbody th.versus { min-width: 10.5rem; } .forest { min-width: 10rem; } .scored { min-width: 10rem; } }
    @media screen and (max-width: 36rem) { .answers li { grid-template-columns: 1.2rem minmax(0, 1fr); } .answers .token { grid-column: 2; } .claims li { grid-template-columns: minmax(0, 1fr); gap: .15rem; } .claims .verdict { justify-self: start; } }
    @media print { .wide { overflow: visible; } .loop .first, .loop caption span, .loop .group span { position: static; } .told { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } .curve { min-width: 0; } .examples { display: block; } .examples > li { break-inside: avoid; margin-bottom: 1rem; } .loop { font-size: .8rem; } .scored, .loop tbody th.first { min-width: 7rem; } }
    """#
}
