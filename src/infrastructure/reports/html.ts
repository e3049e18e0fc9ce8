/** A report as one HTML file: nothing is loaded from anywhere, nothing runs, and it prints on A4. */
import { cellText, instantText, labelText, titleOf } from '../../application/reports/cell-text.ts';
import type { Chart, Report, ReportSection, Table } from '../../application/reports/report.ts';
import { directionOf, type Word, wordIn } from '../../application/reports/words.ts';
import { factsOf, hasSuppressed, noticeOf, subjectText, summaryBy, titleOfReport } from './about.ts';
import { colours, shareOf, svgMarkup } from './charts.ts';
import { Markup, markup } from './markup.ts';

const style = new Markup(`
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem;max-width:60rem;color:${colours.ink};background:#fff;
  font:16px/1.5 "Noto Sans","Noto Sans Hebrew","Noto Sans Arabic",system-ui,sans-serif}
h1{margin:0;font-size:2rem;line-height:1.2}
h2{margin:2.5rem 0 .75rem;padding-bottom:.3rem;border-bottom:2px solid ${colours.accent};font-size:1.35rem}
h3{margin:1.5rem 0 .5rem;font-size:1rem;color:${colours.muted}}
.subject{margin:.2rem 0 1.2rem;font-size:1.2rem;color:${colours.muted}}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:0}
.facts dt{color:${colours.muted}}.facts dd{margin:0}
.notice{padding:.6rem 1rem;border-inline-start:4px solid ${colours.warn};background:${colours.warnSoft};color:${colours.warn};font-weight:600}
.summary{padding:.8rem 1.2rem;border-radius:.4rem;background:${colours.soft}}
.summary p{margin:.2rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.75rem;margin:0}
.card{padding:.6rem .8rem;border:1px solid ${colours.line};border-radius:.4rem;break-inside:avoid}
.card dt{font-size:.8rem;color:${colours.muted}}.card dd{margin:.1rem 0 0;font-size:1.2rem;font-weight:600}
.unknown{font-weight:400;font-size:.85rem;color:${colours.warn}}
.badge{margin-inline-start:.6rem;padding:.1rem .6rem;border-radius:1rem;background:${colours.soft};font-size:.75rem;font-weight:400;color:${colours.muted};vertical-align:middle}
.badge.mock,.badge.stale{background:${colours.warnSoft};color:${colours.warn}}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{padding:.35rem .6rem;text-align:start;border-bottom:1px solid ${colours.line};vertical-align:top}
thead th{background:${colours.soft};font-weight:600}
tr{break-inside:avoid}thead{display:table-header-group}
td.number{font-variant-numeric:tabular-nums;text-align:end;white-space:nowrap}th.number{text-align:end}
.bars td:nth-child(2){width:55%}.bars svg{display:block;width:100%;height:.8rem}
[dir=rtl] .bars svg{transform:scaleX(-1)}
figure{margin:0;break-inside:avoid}figure>svg{display:block;width:100%;height:auto;direction:ltr}
.read{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.small{font-size:.8rem;color:${colours.muted}}
@page{size:A4;margin:16mm 14mm 18mm;@bottom-center{content:counter(page) " / " counter(pages);font-size:9pt;color:${colours.muted}}}
@media print{body{max-width:none;padding:0;font-size:10pt}h2{break-after:avoid}h3{break-after:avoid}}
`);

const isNumber = (kind: Table['columns'][number]['kind']): boolean =>
  !['text', 'code', 'codes', 'day', 'instant', 'month'].includes(kind);

class HtmlReport {
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  #say(word: Word): string {
    return wordIn(this.#report.language, word);
  }

  #cell(cell: Table['rows'][number][number], tag: 'td' | 'dd'): Markup {
    const text = cellText(this.#report.language, cell);
    const kind = tag === 'td' && isNumber(cell.kind) ? 'number' : '';
    const shown =
      cell.value === null ? markup`<span class="unknown">${text}</span>` : markup`<bdi>${text}</bdi>`;
    return tag === 'td' ? markup`<td class="${kind}">${shown}</td>` : markup`<dd>${shown}</dd>`;
  }

  #figures({ figures }: ReportSection): Markup[] {
    if (figures.length === 0) return [];
    const cards = figures.map(
      ({ label, cell }) =>
        markup`<div class="card"><dt>${this.#say(label)}</dt>${this.#cell(cell, 'dd')}</div>`,
    );
    return [markup`<dl class="cards">${cards}</dl>`];
  }

  #bars(chart: Chart): Markup {
    const rows = chart.points.map(({ label, cell }, at) => {
      const share = shareOf(chart, at);
      const bar =
        share === null
          ? []
          : [
              markup`<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="8" fill="${colours.soft}"/><rect width="${Math.round(share * 1000) / 10}" height="8" fill="${colours.accent}"/></svg>`,
            ];
      return markup`<tr><th scope="row">${labelText(this.#report.language, label)}</th><td>${bar}</td>${this.#cell(cell, 'td')}</tr>`;
    });
    return markup`<table class="bars"><tbody>${rows}</tbody></table>`;
  }

  #chart(chart: Chart): Markup {
    const { language } = this.#report;
    const title = markup`<h3>${this.#say(chart.label)}</h3>`;
    if (chart.kind === 'bars') return markup`${title}${this.#bars(chart)}`;
    // Who does not see the picture reads the same figures.
    const rows = chart.points.map(
      ({ label, cell }) =>
        markup`<tr><th scope="row">${labelText(language, label)}</th><td>${cellText(language, cell)}</td></tr>`,
    );
    return markup`${title}<figure>${svgMarkup(chart)}<figcaption class="read"><table><caption>${this.#say(chart.label)}</caption><tbody>${rows}</tbody></table></figcaption></figure>`;
  }

  #table({ label, columns, rows, isKnown }: Table): Markup {
    const title = markup`<h3>${this.#say(label)}</h3>`;
    if (rows.length === 0)
      return markup`${title}<p class="small">${this.#say(isKnown ? 'emptyTable' : 'unknownTable')}</p>`;
    const head = columns.map(
      (column) =>
        markup`<th scope="col" class="${isNumber(column.kind) ? 'number' : ''}">${this.#say(column.label)}</th>`,
    );
    const body = rows.map((row) => markup`<tr>${row.map((cell) => this.#cell(cell, 'td'))}</tr>`);
    return markup`${title}<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
  }

  #section(section: ReportSection): Markup {
    const { language } = this.#report;
    const { id, dataSource, asOf, problem } = section;
    const badge =
      dataSource === null || asOf === null
        ? []
        : [
            markup`<span class="badge ${dataSource}">${this.#say(dataSource)} · <bdi>${instantText(language, asOf)}</bdi></span>`,
          ];
    const body =
      problem === null
        ? [
            ...this.#figures(section),
            ...section.charts.map((chart) => this.#chart(chart)),
            ...section.tables.map((table) => this.#table(table)),
          ]
        : [markup`<p class="notice">${this.#say('sectionUnavailable')} <bdi>(${problem})</bdi></p>`];
    return markup`<section><h2>${titleOf(language, id)}${badge}</h2>${body}</section>`;
  }

  #sources(): Markup {
    const { language, sources } = this.#report;
    const rows = sources.map(({ service, dataSource, asOf, error }) => {
      const state = dataSource === null ? (error ?? '–') : this.#say(dataSource);
      return markup`<tr><td>${this.#say(service)}</td><td>${state}${dataSource !== null && error ? ` (${error})` : ''}</td><td><bdi>${asOf === null ? '–' : instantText(language, asOf)}</bdi></td></tr>`;
    });
    return markup`<section><h2>${this.#say('sources')}</h2><table><thead><tr><th scope="col">${this.#say('service')}</th><th scope="col">${this.#say('state')}</th><th scope="col">${this.#say('dataAsOf')}</th></tr></thead><tbody>${rows}</tbody></table></section>`;
  }

  #missing(): Markup[] {
    const { missing } = this.#report;
    if (missing.length === 0) return [];
    const rows = missing.map(
      ({ field, reason, service }) =>
        markup`<tr><td><bdi dir="ltr">${field}</bdi></td><td>${this.#say(reason)}${service === undefined ? '' : ` (${this.#say(service)})`}</td></tr>`,
    );
    const note = hasSuppressed(this.#report) ? [markup`<p>${this.#say('smallGroups')}</p>`] : [];
    return [
      markup`<section><h2>${this.#say('missingFigures')}</h2>${note}<table><thead><tr><th scope="col">${this.#say('figure')}</th><th scope="col">${this.#say('reason')}</th></tr></thead><tbody>${rows}</tbody></table></section>`,
    ];
  }

  #models(): Markup[] {
    const { models } = this.#report;
    if (models.length === 0) return [];
    const rows = models.map(
      ({ id, version, horizonDays, population, auc, brier }) =>
        markup`<p><bdi>${id} v${version}</bdi>, ${horizonDays} ${this.#say('horizonDays')}, <bdi dir="ltr">AUC ${auc}, Brier ${brier}</bdi><br><span class="small" lang="en" dir="ltr">${population}</span></p>`,
    );
    return [markup`<section><h2>${this.#say('models')}</h2>${rows}</section>`];
  }

  #definitions(): Markup {
    const { language, sections } = this.#report;
    const rows = sections.map(
      ({ id, version, definition: { formula, unit, population, nullRule } }) =>
        markup`<h3>${titleOf(language, id)}</h3><p class="small" lang="en" dir="ltr"><b>${id} v${version}</b> ${formula} <b>Unit:</b> ${unit} <b>Population:</b> ${population} <b>Null:</b> ${nullRule}</p>`,
    );
    return markup`<section><h2>${this.#say('definitions')}</h2><p class="small">${this.#say('definitionsLanguage')}</p>${rows}</section>`;
  }

  page(): string {
    const report = this.#report;
    const { language, summary, inputDigest, sections } = report;
    const title = titleOfReport(report);
    const notice = noticeOf(report);
    const facts = factsOf(report).map(
      ([label, text]) => markup`<dt>${label}</dt><dd><bdi>${text}</bdi></dd>`,
    );
    const lines = summary.text.split('\n').map((line) => markup`<p>${line}</p>`);
    return markup`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>${title} – ${subjectText(report)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${title}</h1><p class="subject"><bdi>${subjectText(report)}</bdi></p>
${notice === null ? [] : [markup`<p class="notice">${notice}</p>`]}
<dl class="facts">${facts}</dl></header>
<main>
<section><h2>${this.#say('summary')}</h2><div class="summary">${lines}</div><p class="small">${summaryBy(report)}</p></section>
${sections.map((section) => this.#section(section))}
${this.#missing()}${this.#sources()}${this.#models()}${this.#definitions()}
</main>
<footer class="small"><p>${this.#say('inputDigest')}: <bdi>${inputDigest}</bdi></p></footer>
</body>
</html>
`.text;
  }
}

export const htmlOf = (report: Report): Buffer => Buffer.from(new HtmlReport(report).page());
