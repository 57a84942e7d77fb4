import { style } from '../../html/style.ts'

const parts = `
header .eyebrow{margin:0 0 10px}
h1,h3,p,.eyebrow span{overflow-wrap:anywhere;min-width:0}
.verdict{font-size:clamp(18px,2.3vw,22px);font-weight:600;line-height:1.35;border-left:5px solid var(--soft);padding:2px 0 2px 14px;margin:14px 0 4px}
.verdict.escalate{border-color:var(--critical)}.verdict.monitor{border-color:var(--medium)}.verdict.close{border-color:var(--low)}
.question{border-top:1px solid var(--line);padding-top:16px;margin-top:18px}
.question:first-of-type{border-top:0;padding-top:0}
.question h3{margin:0 0 6px}
.ask{color:var(--link);font-variant-numeric:tabular-nums;margin-right:4px}
.answer{display:flex;gap:10px;align-items:center;color:var(--soft);font-size:14px;margin:0 0 4px}
.pill.yes,.pill.no{background:var(--pill);color:#fff}
.pill.suspect{background:var(--critical);color:#fff}.pill.unknown{background:var(--medium);color:#fff}.pill.clean{background:var(--low);color:#fff}
.said{font-size:14px;color:var(--soft);margin:6px 0}
.evidence{list-style:none;padding:0;margin:6px 0;font-size:14px}
.evidence li{margin:2px 0}
.scroll .evidence{font-size:inherit;margin:0}
.kind{color:var(--soft);font-size:13px}
.signs{max-width:480px;margin-bottom:14px}
td{overflow-wrap:anywhere;min-width:7em}
td.n,td:has(.pill){min-width:0}`

/** A4 upright; what is folded on the screen is open on paper, and no table is cut off. */
const print = `
@page{size:A4;margin:15mm 13mm}
@media print{
main,footer{max-width:none;padding:0}main{padding-top:0}
h1{font-size:20pt}h2{font-size:14pt}
.card{border-top:1.5pt solid var(--line);padding-top:10pt;border-radius:0}
.verdict{font-size:13pt}
table{font-size:8.5pt}caption{font-size:8.5pt}th,td{padding:3pt 5pt}td{min-width:6em}td:has(code){min-width:8em}thead th{white-space:normal}thead{display:table-header-group}
.nowrap{white-space:normal}
.scroll:not(:has(tbody tr:nth-child(9))){break-inside:avoid}
h2+p:has(+.scroll),caption,thead{break-after:avoid}tbody tr:nth-child(-n+2){break-before:avoid}
.figures{grid-template-columns:repeat(2,minmax(0,1fr));gap:10pt 14pt}
.question{break-inside:avoid-page}
details>summary{list-style:none;break-after:avoid}details::details-content{content-visibility:visible;block-size:auto}
a{color:inherit;text-decoration:none}}`

/** The style sheet of the reports, and what only the page of a case has. */
export const caseStyle = `${style}:root{--pill:#46525e}
@media screen and (prefers-color-scheme:dark){:root{--pill:#566472}}${parts}${print}
`
