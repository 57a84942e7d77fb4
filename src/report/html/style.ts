/** First-touch colours, early to late: the viridis scale, which keeps its order in grey and for the colour-blind. */
export const orderRamp = [
  '#440154', '#481a6c', '#472f7d', '#414487', '#39568c', '#31688e', '#2a788e', '#23888e',
  '#1f988b', '#22a884', '#35b779', '#54c568', '#7ad151', '#a5db36', '#d2e21b', '#fde725',
] // biome-ignore format: a scale reads best as rows

const rampRules = orderRamp.map((colour, level) => `.t${level}{color:${colour}}`).join('')

const light = `--paper:#f4f3ef;--card:#fff;--ink:#1b2026;--soft:#56606b;--line:#dcdfe3;--empty:#e9ebee;--link:#0a5f86;--shade:#f7f8f9;
--established:#c81e5b;--refused:#2f6db5;--unanswered:#9aa5b1;--blocked:#1f8a5b;--unknown:#a58b3f;
--critical:#9f1239;--high:#b93815;--medium:#8a5a00;--low:#2b6777;--for:#b93815;--against:#1f7a52;--threshold:#1b2026`
const dark = `--paper:#0e1216;--card:#161b21;--ink:#e7eaee;--soft:#9aa6b3;--line:#2a323b;--empty:#222a32;--link:#6fc3ea;--shade:#1b2128;
--established:#ff5c93;--refused:#5f9fea;--unanswered:#657282;--blocked:#40b983;--unknown:#b89d55;
--critical:#e11d57;--high:#c2410c;--medium:#8f5f06;--low:#337f92;--for:#f0784a;--against:#40b983;--threshold:#e7eaee`

const text = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
main,footer{max-width:1120px;margin:0 auto;padding:0 20px}
main{padding-top:32px}
footer{padding-bottom:40px;color:var(--soft);font-size:14px}
h1,h2,h3{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:clamp(26px,4.4vw,38px);letter-spacing:-.02em;font-weight:700}
h2{font-size:clamp(19px,2.7vw,25px);letter-spacing:-.012em;overflow-wrap:anywhere}
h3{font-size:16px;margin:32px 0 10px}
p{margin:8px 0;max-width:74ch}
a{color:var(--link)}
code,.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.89em;overflow-wrap:anywhere}
pre{margin:6px 0 0;padding:9px 12px;background:var(--shade);border:1px solid var(--line);border-radius:7px;overflow-x:auto;font-size:14px}
pre code{overflow-wrap:normal;white-space:pre}
.brand{display:flex;align-items:center;gap:9px;color:var(--soft);font-weight:600;font-size:14px;letter-spacing:.02em;margin:0 0 14px}
.brand svg{width:20px;height:20px;fill:var(--link)}
.lead{font-size:17px;color:var(--soft)}
.warn{border-left:3px solid var(--high);padding-left:12px}`

const parts = `
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:28px;margin:24px 0;box-shadow:0 1px 2px rgb(0 0 0/.04)}
.pill{display:inline-block;color:#fff;border-radius:99px;padding:1px 11px;font-size:12.5px;font-weight:700;letter-spacing:.05em;text-transform:uppercase;white-space:nowrap}
.critical{background:var(--critical)}.high{background:var(--high)}.medium{background:var(--medium)}.low{background:var(--low)}
.eyebrow{max-width:none;display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;color:var(--soft);font-size:14px;margin-bottom:12px}
.eyebrow .id{margin-left:auto}
dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(255px,1fr));gap:16px 28px;margin:20px 0 4px}
dl.facts div{border-top:1px solid var(--line);padding-top:8px;min-width:0}
dt{font-size:13px;color:var(--soft)}
dd{margin:1px 0 0;overflow-wrap:anywhere}
ul,ol{padding-left:22px;margin:8px 0;max-width:78ch}
li{margin:6px 0;overflow-wrap:anywhere}
.steps{max-width:none}.steps li{margin:13px 0}
.steps li::marker{font-weight:700;color:var(--link)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:9px;margin:8px 0}
table{border-collapse:collapse;width:100%;font-size:14.5px}
caption{text-align:left;color:var(--soft);font-size:14px;padding:9px 12px;border-bottom:1px solid var(--line)}
th,td{text-align:left;padding:7px 12px;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;font-size:13px;color:var(--soft);font-weight:600;white-space:nowrap;background:var(--shade)}
tbody tr:first-child>*{border-top:0}
.n{text-align:right;white-space:nowrap}
.nowrap{white-space:nowrap}
.damage{color:var(--for);font-weight:600}
details{margin:14px 0}
summary{cursor:pointer;font-weight:600;padding:4px 0}
.outcomes{display:flex;height:14px;border-radius:7px;overflow:hidden;margin:12px 0 6px;background:var(--empty)}
.outcomes svg{width:100%;height:100%;display:block}`

const figures = `
.figures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:28px 32px;margin-top:26px}
figure{margin:0;min-width:0}
figcaption{font-size:14px;color:var(--soft);margin-top:8px}
figcaption strong{display:block;color:var(--ink);font-size:16px;margin-bottom:2px}
.figures figure{display:flex;flex-direction:column}
.figures figcaption{order:-1;margin:0 0 10px}
svg.chart{width:100%;height:auto;display:block;overflow:visible}
svg text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--soft);paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
svg .strong{fill:var(--ink);font-weight:600}
.grid{stroke:var(--line);stroke-width:1;fill:none}
.link{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3;fill:none}
.threshold{stroke:var(--threshold);stroke-width:1.5;stroke-dasharray:6 4;fill:none}
.for{color:var(--for)}.against{color:var(--against)}.total{color:var(--ink)}
.path{stroke:var(--for);stroke-width:2.5;fill:none;stroke-linejoin:round}
.empty{color:var(--empty)}
svg rect,svg circle{fill:currentColor}
.cells{fill:none;stroke:currentColor;stroke-width:.88}
.established{color:var(--established)}.refused{color:var(--refused)}.unanswered{color:var(--unanswered)}.blocked{color:var(--blocked)}.unknown{color:var(--unknown)}
.dots{fill:none;stroke:currentColor;stroke-linecap:round;stroke-width:3}
.dots.big{stroke-width:6}
.key{display:flex;flex-wrap:wrap;gap:3px 14px;font-size:13.5px;color:var(--soft);margin-top:10px;padding:0;list-style:none;max-width:none}
.key li{display:flex;align-items:center;gap:6px;margin:0}
.key svg{width:12px;height:12px;flex:none;border-radius:3px}
.ramp{width:110px!important;border-radius:3px}
.switch{border:0;padding:0;margin:10px 0 0;display:flex;flex-wrap:wrap;gap:4px 16px;font-size:14px;align-items:center;color:var(--soft)}
.switch legend{float:left;margin-right:2px;padding:0}
.switch label{display:flex;gap:5px;align-items:center;cursor:pointer;color:var(--ink);min-height:28px}
.switch input{accent-color:var(--link);width:16px;height:16px;margin:0}
.map svg.chart{max-width:430px}
.map .by-order,.map .key-order{display:none}
.map:has(.pick-order:checked) :is(.by-order){display:inline}
.map:has(.pick-order:checked) .key-order{display:flex}
.map:has(.pick-order:checked) :is(.by-outcome,.key-outcome){display:none}`

const media = `
@media (max-width:820px){.figures{grid-template-columns:minmax(0,1fr)}.card{padding:20px 16px;border-radius:11px}main,footer{padding-left:12px;padding-right:12px}.eyebrow .id{margin-left:0}.map svg.chart{max-width:none}}
@media print{body{background:#fff;font-size:10.5pt}.card{border:0;padding:0;box-shadow:none;margin:0 0 18pt;break-before:auto}figure,tr,li,dl.facts div{break-inside:avoid}h2,h3{break-after:avoid}.switch{display:none}.scroll{overflow:visible}pre{white-space:pre-wrap}pre code{white-space:pre-wrap}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}`

/** The whole style sheet; its hash stands in the page's policy. */
export const style = `:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}${text}${parts}${figures}
${rampRules}${media}
`
