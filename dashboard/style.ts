/** The report's style sheet: no request leaves the page, and both colour schemes keep AA contrast. */
export const STYLE = `
:root { color-scheme: light dark; --ground:#fbfaf8; --panel:#fff; --ink:#1d2126; --soft:#5a626c; --line:#dfdcd6;
  --main:#2b6cb0; --band:#b9d3ec; --good:#1f7a4d; --bad:#b3261e; --warn:#a15c00; --faint:#868f99; }
@media (prefers-color-scheme: dark) { :root { --ground:#15181c; --panel:#1d2126; --ink:#e9e6e1; --soft:#a9b0b8; --line:#363c44;
  --main:#6ea8de; --band:#2c4762; --good:#5cc08d; --bad:#ff8a80; --warn:#f0b057; --faint:#8b949e; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--ground); color:var(--ink); font:15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width:1080px; margin:0 auto; padding:2rem 1.2rem 4rem; }
h1 { font-size:1.7rem; margin:0; letter-spacing:-.01em; } h2 { font-size:1.25rem; margin:2.6rem 0 .3rem; } h3 { font-size:.95rem; margin:0 0 .4rem; }
p { margin:.3rem 0; } .soft { color:var(--soft); } .banner { border-left:4px solid var(--warn); background:var(--panel); padding:.5rem .9rem; margin:1rem 0; }
.tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(150px,1fr)); gap:.8rem; margin:1.2rem 0; padding:0; list-style:none; }
.tiles li { background:var(--panel); border:1px solid var(--line); border-radius:8px; padding:.8rem 1rem; }
.tiles b { display:block; font-size:1.35rem; white-space:nowrap; font-weight:600; font-variant-numeric:tabular-nums; } .tiles span { color:var(--soft); font-size:.85rem; }
.scroll { overflow-x:auto; } table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums; background:var(--panel); }
caption { text-align:left; color:var(--soft); padding:.2rem 0; font-size:.85rem; }
th, td { text-align:right; padding:.38rem .6rem; border-bottom:1px solid var(--line); white-space:nowrap; } th { font-weight:600; font-size:.82rem; color:var(--soft); }
th:first-child, td:first-child, .words { text-align:left; } td.words { white-space:normal; }
.grid { display:grid; grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr)); gap:1rem; margin:1rem 0; }
figure { margin:0; background:var(--panel); border:1px solid var(--line); border-radius:8px; padding:.9rem 1rem; min-width:0; }
figure svg { max-width:100%; height:auto; } .legend { color:var(--soft); font-size:.8rem; } .legend span { margin-right:1rem; white-space:nowrap; }
.legend i { display:inline-block; width:.7em; height:.7em; border-radius:2px; margin-right:.35em; }
.good { color:var(--good); } .bad { color:var(--bad); font-weight:600; } details { margin:.5rem 0; } summary { cursor:pointer; padding:.3rem 0; }
pre { white-space:pre-wrap; background:var(--panel); border:1px solid var(--line); border-radius:8px; padding:.8rem 1rem; font-size:.82rem; }
ul.why { margin:.2rem 0 .2rem 1.1rem; padding:0; } a { color:var(--main); }
`;
