/** A report as a PDF on A4. The same report gives the same bytes: dates are those of the figures. */
import { createRequire } from 'node:module';
import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { cellText, instantText, labelText, titleOf } from '../../application/reports/cell-text.ts';
import type { Cell, Chart, Report, ReportSection, Table } from '../../application/reports/report.ts';
import type { Kind } from '../../application/reports/views.ts';
import { directionOf, type Word, wordIn } from '../../application/reports/words.ts';
import { factsOf, hasSuppressed, noticeOf, subjectText, summaryBy, titleOfReport } from './about.ts';
import { chartSize, chartSvg, colours, shareOf } from './charts.ts';
import { drawable, fontBytes, fontName, pieceNames } from './fonts.ts';
import { type Direction, textLines, widestWord } from './text-lines.ts';

/** Points. */
const page = { width: 595.28, side: 42, top: 54, bottom: 52 };
const room = page.width - 2 * page.side;
/** Blank on either side of a table's cell. */
const gutter = 4;
const headSize = 7.2;
/** Room for the head of a table and a line of it, points. */
const firstLines = 44;
const cellSize = 8;

interface Look {
  size?: number;
  bold?: boolean;
  color?: string;
  align?: 'left' | 'right' | 'center';
  /** Of the text itself where that is not the report's. */
  direction?: Direction;
  margin?: [number, number, number, number];
}

const isText = (kind: Kind): boolean => ['text', 'code', 'codes', 'day', 'instant', 'month'].includes(kind);
/** How much of a row a column of its kind asks for. */
const shareFor = (kind: Kind): number =>
  kind === 'text' || kind === 'codes' ? 3 : isText(kind) ? 1.7 : 1.25;

class PdfReport {
  readonly #report: Report;
  readonly #direction: Direction;

  constructor(report: Report) {
    this.#report = report;
    this.#direction = directionOf(report.language);
  }

  #say(word: Word): string {
    return wordIn(this.#report.language, word);
  }

  get #isRtl(): boolean {
    return this.#direction === 'rtl';
  }

  /** Things beside each other, from where the language begins. */
  #beside<T>(items: readonly T[]): T[] {
    return this.#isRtl ? items.toReversed() : [...items];
  }

  get #start(): 'left' | 'right' {
    return this.#isRtl ? 'right' : 'left';
  }

  /** A text in lines of a width, in points. */
  #text(text: string, width: number, look: Look = {}): Content {
    const { size = 9, bold = false, color = colours.ink, align = this.#start, margin } = look;
    const direction = look.direction ?? this.#direction;
    const lines = textLines(drawable(text), width / size, bold ? 'bold' : 'normal', direction);
    const style = { fontSize: size, alignment: align, color, ...(bold ? { bold } : {}) };
    const stack = lines.map((runs) => {
      const [only] = runs;
      // One run is the usual case, and a report has thousands.
      if (only !== undefined && runs.length === 1) return { text: only.text, font: only.piece, ...style };
      return { text: runs.map(({ text: part, piece }) => ({ text: part, font: piece })), ...style };
    });
    const [line] = stack;
    const content = line !== undefined && stack.length === 1 ? line : { stack };
    return margin === undefined ? content : { ...content, margin };
  }

  #heading(text: string, badge: string | null, isWarning: boolean): Content {
    const rule = { type: 'line' as const, x1: 0, y1: 0, x2: room, y2: 0, lineWidth: 1.4 };
    return {
      stack: [
        this.#text(text, room, { size: 15, bold: true }),
        ...(badge === null
          ? []
          : [
              this.#text(badge, room, {
                size: 8,
                color: isWarning ? colours.warn : colours.muted,
                margin: [0, 1, 0, 0],
              }),
            ]),
        { canvas: [{ ...rule, lineColor: colours.accent }], margin: [0, 4, 0, 8] },
      ],
      margin: [0, 16, 0, 0],
      unbreakable: true,
      headlineLevel: 1,
    };
  }

  #small(text: string): Content {
    return this.#text(text, room, {
      size: 10.5,
      bold: true,
      color: colours.muted,
      margin: [0, 8, 0, 4],
    });
  }

  /**
   * Stays on the page on which the table after it begins: it is as high as itself and the table's first lines, and
   * the table moves up into it.
   */
  #lead(content: Content[]): Content {
    return { stack: [{ stack: content, margin: [0, 0, 0, firstLines] }], unbreakable: true };
  }

  #notice(text: string): Content {
    const inner = room - 24;
    return {
      table: {
        widths: [inner],
        body: [
          [
            {
              ...this.#boxed(this.#text(text, inner, { bold: true, color: colours.warn })),
              fillColor: colours.warnSoft,
            },
          ],
        ],
      },
      layout: {
        hLineWidth: () => 0,
        vLineWidth: () => 0,
        paddingLeft: () => 12,
        paddingRight: () => 12,
        paddingTop: () => 7,
        paddingBottom: () => 7,
      },
      margin: [0, 6, 0, 10],
    };
  }

  #boxed(content: Content): { stack: Content[] } {
    return { stack: [content] };
  }

  #cellLook({ kind, value }: Cell): Look {
    return {
      align: isText(kind) ? this.#start : this.#isRtl ? 'left' : 'right',
      ...(value === null ? { color: colours.warn } : {}),
    };
  }

  #figures({ figures }: ReportSection): Content[] {
    if (figures.length === 0) return [];
    const perRow = 4;
    const pad = 9;
    const width = room / perRow - 2 * pad;
    const cards = figures.map(({ label, cell }): TableCell => {
      const isKnown = cell.value !== null;
      return {
        stack: [
          this.#text(this.#say(label), width, { size: 7.5, color: colours.muted, margin: [0, 0, 0, 1] }),
          this.#text(cellText(this.#report.language, cell), width, {
            size: isKnown ? 13 : 8.5,
            bold: isKnown,
            color: isKnown ? colours.ink : colours.warn,
          }),
        ],
      };
    });
    const rows: TableCell[][] = [];
    for (let at = 0; at < cards.length; at += perRow) {
      const row = cards.slice(at, at + perRow);
      while (row.length < perRow) row.push({ text: '', border: [false, false, false, false] });
      rows.push(this.#beside(row));
    }
    return [
      {
        table: { widths: Array.from({ length: perRow }, () => width), body: rows, dontBreakRows: true },
        layout: {
          hLineWidth: () => 0.8,
          vLineWidth: () => 0.8,
          hLineColor: () => colours.line,
          vLineColor: () => colours.line,
          paddingLeft: () => pad - 0.8,
          paddingRight: () => pad - 0.8,
          paddingTop: () => 6,
          paddingBottom: () => 6,
        },
        margin: [0, 0, 0, 6],
      },
    ];
  }

  #bars(chart: Chart): Content {
    const [label, value] = [150, 92];
    const bar = room - label - value - 24;
    const body = chart.points.map((point, at): TableCell[] => {
      const share = shareOf(chart, at);
      const length = (share ?? 0) * bar;
      const box = { type: 'rect' as const, y: 1.5, h: 7.5, lineWidth: 0 };
      const canvas =
        share === null
          ? { text: '', font: 'latin' }
          : {
              canvas: [
                { ...box, x: 0, w: bar, color: colours.soft },
                ...(length > 0
                  ? [{ ...box, x: this.#isRtl ? bar - length : 0, w: length, color: colours.accent }]
                  : []),
              ],
            };
      return this.#beside<TableCell>([
        this.#text(labelText(this.#report.language, point.label), label, { size: 8.5 }),
        canvas,
        this.#text(cellText(this.#report.language, point.cell), value, {
          size: 8.5,
          ...this.#cellLook(point.cell),
        }),
      ]);
    });
    return {
      table: { widths: this.#beside([label, bar, value]), body, dontBreakRows: true },
      layout: {
        hLineWidth: () => 0,
        vLineWidth: () => 0,
        paddingLeft: () => 4,
        paddingRight: () => 4,
        paddingTop: () => 2,
        paddingBottom: () => 2,
      },
    };
  }

  #chart(chart: Chart): Content {
    const drawn: Content =
      chart.kind === 'bars'
        ? this.#bars(chart)
        : {
            svg: chartSvg(chart),
            font: 'latin',
            width: room,
            height: (room * chartSize.height) / chartSize.width,
          };
    return { stack: [this.#small(this.#say(chart.label)), drawn], unbreakable: true };
  }

  /** Its `lead` is what it may not be parted from. */
  #grid(
    lead: Content[],
    columns: readonly { label: string; kind: Kind }[],
    rows: readonly (readonly TableCell[])[],
    widths: readonly number[],
  ): Content[] {
    const head = columns.map(
      ({ label, kind }, at): TableCell => ({
        stack: [
          this.#text(label, widths[at] ?? 0, {
            size: headSize,
            bold: true,
            color: colours.muted,
            align: isText(kind) ? this.#start : this.#isRtl ? 'left' : 'right',
          }),
        ],
        fillColor: colours.soft,
      }),
    );
    const grid: Content = {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        widths: this.#beside(widths),
        body: [this.#beside(head), ...rows.map((row) => this.#beside(row))],
      },
      layout: {
        hLineWidth: (line) => (line === 0 ? 0 : 0.6),
        vLineWidth: () => 0,
        hLineColor: () => colours.line,
        paddingLeft: () => gutter,
        paddingRight: () => gutter,
        paddingTop: () => 3,
        paddingBottom: () => 3,
      },
      margin: [0, -firstLines, 0, 6],
    };
    return [this.#lead(lead), grid];
  }

  /** Each column as wide as its widest word where there is room for all; what is left goes by the shares. */
  #widthsOf(shares: readonly number[], needed: readonly number[] = []): number[] {
    const free = room - shares.length * 2 * gutter;
    const sum = shares.reduce((total, share) => total + share, 0);
    const least = shares.map((_share, at) => Math.min(needed[at] ?? 0, free / 4));
    const wanted = least.reduce((total, width) => total + width, 0);
    if (wanted >= free) return shares.map((share) => (free * share) / sum);
    return shares.map((share, at) => (least[at] ?? 0) + ((free - wanted) * share) / sum);
  }

  #table({ label, columns, rows, isKnown }: Table, heading: Content[]): Content[] {
    const { language } = this.#report;
    const title = this.#small(this.#say(label));
    if (rows.length === 0)
      return [
        ...heading,
        title,
        this.#text(this.#say(isKnown ? 'emptyTable' : 'unknownTable'), room, {
          size: 8.5,
          color: colours.muted,
        }),
      ];
    const texts = rows.map((row) => row.map((cell) => cellText(language, cell)));
    const needed = columns.map(({ label: word }, at) =>
      Math.max(
        headSize * widestWord(this.#say(word), 'bold'),
        ...texts.map((row) => cellSize * widestWord(row[at] ?? '', 'normal')),
      ),
    );
    const widths = this.#widthsOf(
      columns.map(({ kind }) => shareFor(kind)),
      needed,
    );
    const body = rows.map((row, line) =>
      row.map((cell, at) =>
        this.#text(texts[line]?.[at] ?? '', widths[at] ?? 0, { size: cellSize, ...this.#cellLook(cell) }),
      ),
    );
    const named = columns.map(({ label: word, kind }) => ({ label: this.#say(word), kind }));
    return this.#grid([...heading, title], named, body, widths);
  }

  #section(section: ReportSection): Content[] {
    const { language } = this.#report;
    const { dataSource, asOf, problem } = section;
    const badge =
      dataSource === null || asOf === null
        ? null
        : `${this.#say(dataSource)} · ${instantText(language, asOf)}`;
    const heading = this.#heading(
      titleOf(language, section.id),
      badge,
      dataSource === 'mock' || dataSource === 'stale',
    );
    if (problem !== null) return [heading, this.#notice(`${this.#say('sectionUnavailable')} (${problem})`)];
    const charts = section.charts.map((chart) => this.#chart(chart));
    const figures = this.#figures(section);
    const beginning = figures.length > 0 ? figures : charts.splice(0, 1);
    const isTables = beginning.length === 0 && section.tables.length > 0;
    return [
      // What a heading is followed by stays with it.
      ...(isTables ? [] : [{ stack: [heading, ...beginning], unbreakable: true }]),
      ...charts,
      ...section.tables.flatMap((table, at) => this.#table(table, isTables && at === 0 ? [heading] : [])),
    ];
  }

  #sources(): Content[] {
    const { language, sources } = this.#report;
    const widths = this.#widthsOf([1, 1, 1]);
    const cell = (text: string, at: number) => this.#text(text, widths[at] ?? 0, { size: 8 });
    const rows = sources.map(({ service, dataSource, asOf, error }) => [
      cell(this.#say(service), 0),
      cell(dataSource === null ? (error ?? '–') : `${this.#say(dataSource)}${error ? ` (${error})` : ''}`, 1),
      cell(asOf === null ? '–' : instantText(language, asOf), 2),
    ]);
    const columns = (['service', 'state', 'dataAsOf'] as const).map((word) => ({
      label: this.#say(word),
      kind: 'text' as const,
    }));
    return this.#grid([this.#heading(this.#say('sources'), null, false)], columns, rows, widths);
  }

  #missing(): Content[] {
    const { missing } = this.#report;
    if (missing.length === 0) return [];
    const widths = this.#widthsOf([1.4, 1]);
    const rows = missing.map(({ field, reason, service }) => [
      this.#text(field, widths[0] ?? 0, { size: 8, direction: 'ltr' }),
      this.#text(
        `${this.#say(reason)}${service === undefined ? '' : ` (${this.#say(service)})`}`,
        widths[1] ?? 0,
        { size: 8 },
      ),
    ]);
    const columns = (['figure', 'reason'] as const).map((word) => ({
      label: this.#say(word),
      kind: 'text' as const,
    }));
    const note = hasSuppressed(this.#report)
      ? [this.#text(this.#say('smallGroups'), room, { margin: [0, 0, 0, 6] })]
      : [];
    const heading = this.#heading(this.#say('missingFigures'), null, false);
    return this.#grid([heading, ...note], columns, rows, widths);
  }

  #models(): Content[] {
    const { models } = this.#report;
    if (models.length === 0) return [];
    const lines = models.flatMap(({ id, version, horizonDays, population, auc, brier }) => [
      this.#text(`${id} v${version}, ${horizonDays} ${this.#say('horizonDays')}`, room, { bold: true }),
      this.#text(`AUC ${auc}, Brier ${brier}. ${population}`, room, {
        ...{ size: 8, color: colours.muted, direction: 'ltr', align: 'left' },
        margin: [0, 1, 0, 6],
      }),
    ]);
    return [this.#heading(this.#say('models'), null, false), ...lines];
  }

  #definitions(): Content[] {
    const { language, sections } = this.#report;
    // Written in English, whatever the language of the report.
    const english = { size: 8, direction: 'ltr', align: 'left' } as const;
    const entries = sections.flatMap(
      ({ id, version, definition: { formula, unit, population, nullRule } }) => [
        this.#small(titleOf(language, id)),
        this.#text(formula, room, english),
        this.#text(`Unit: ${unit}. Population: ${population}. Null: ${nullRule} (${id} v${version})`, room, {
          ...english,
          color: colours.muted,
          margin: [0, 1, 0, 0],
        }),
      ],
    );
    return [
      this.#heading(this.#say('definitions'), null, false),
      this.#text(this.#say('definitionsLanguage'), room, { size: 8, color: colours.muted }),
      ...entries,
    ];
  }

  #front(): Content[] {
    const report = this.#report;
    const notice = noticeOf(report);
    const [label, text] = [118, room - 118 - 16];
    const facts = factsOf(report).map(([name, value]) =>
      this.#beside<TableCell>([this.#text(name, label, { color: colours.muted }), this.#text(value, text)]),
    );
    const inner = room - 28;
    const summary = report.summary.text
      .split('\n')
      .map((line) => this.#text(line, inner, { size: 9.5, margin: [0, 1, 0, 3] }));
    const bare = { hLineWidth: () => 0, vLineWidth: () => 0 };
    return [
      this.#text(titleOfReport(report), room, { size: 26, bold: true, color: colours.accent }),
      this.#text(subjectText(report), room, { size: 14, color: colours.muted, margin: [0, 2, 0, 10] }),
      ...(notice === null ? [] : [this.#notice(notice)]),
      {
        table: { widths: this.#beside([label, text]), body: facts },
        layout: {
          ...bare,
          paddingLeft: () => 4,
          paddingRight: () => 4,
          paddingTop: () => 1.5,
          paddingBottom: () => 1.5,
        },
      },
      this.#heading(this.#say('summary'), summaryBy(report), false),
      {
        table: { widths: [inner], body: [[{ stack: summary, fillColor: colours.soft }]] },
        layout: {
          ...bare,
          paddingLeft: () => 14,
          paddingRight: () => 14,
          paddingTop: () => 8,
          paddingBottom: () => 6,
        },
      },
    ];
  }

  definition(): TDocumentDefinitions {
    const report = this.#report;
    const title = titleOfReport(report);
    const date = new Date(report.asOf);
    const edge: Look = { size: 7.5, color: colours.muted };
    const numbered = (at: number, count: number) => `${this.#say('page')} ${at} ${this.#say('of')} ${count}`;
    return {
      pageSize: 'A4',
      pageMargins: [page.side, page.top, page.side, page.bottom],
      info: { title: `${title} – ${subjectText(report)}`, creationDate: date, modDate: date },
      language: report.language,
      compress: true,
      defaultStyle: {
        ...{ font: 'latin', fontSize: 9, color: colours.ink, lineHeight: 1.12 },
        ...{ noWrap: true, preserveLeadingSpaces: true, preserveTrailingSpaces: true },
      },
      header: (at) =>
        at === 1
          ? null
          : {
              ...this.#boxed(this.#text(`${title} – ${subjectText(report)}`, room, edge)),
              margin: [page.side, 26, page.side, 0],
            },
      footer: (at, count) => ({
        columns: this.#beside<Content>([
          this.#text(numbered(at, count), room / 2, edge),
          this.#text(`${this.#say('inputDigest')} ${report.inputDigest}`, room / 2, {
            ...edge,
            align: this.#isRtl ? 'left' : 'right',
          }),
        ]),
        margin: [page.side, 18, page.side, 0],
      }),
      // A heading does not stay behind at the foot of a page.
      pageBreakBefore: (node, { getFollowingNodesOnPage }) =>
        node.headlineLevel === 1 && getFollowingNodesOnPage().length === 0,
      content: [
        ...this.#front(),
        ...report.sections.flatMap((section) => this.#section(section)),
        ...this.#missing(),
        ...this.#sources(),
        ...this.#models(),
        ...this.#definitions(),
      ],
    };
  }
}

/** What of pdfmake is used; its types do not know of its files in memory. */
interface Pdfmake {
  virtualfs: { writeFileSync(name: string, bytes: Buffer): void };
  setFonts(fonts: Record<string, { normal: string; bold: string }>): void;
  setUrlAccessPolicy(allows: (url: string) => boolean): void;
  setLocalAccessPolicy(allows: (path: string) => boolean): void;
  createPdf(definition: TDocumentDefinitions): { getBuffer(): Promise<Buffer> };
}

let loaded: Pdfmake | undefined;

/** Loaded when the first PDF is written: it takes a tenth of a second. It is given its fonts and reads nothing else. */
function pdfmake(): Pdfmake {
  if (loaded !== undefined) return loaded;
  const library = createRequire(import.meta.url)('pdfmake') as Pdfmake;
  const kept = (piece: (typeof pieceNames)[number], weight: 'normal' | 'bold') => {
    // Charts ask for their font by the name of its file, which is found when it is that of the font in it.
    const name = piece === 'latin' ? fontName(piece, weight) : `${piece}-${weight}`;
    library.virtualfs.writeFileSync(name, fontBytes(piece, weight));
    return name;
  };
  library.setFonts(
    Object.fromEntries(
      pieceNames.map((piece) => [piece, { normal: kept(piece, 'normal'), bold: kept(piece, 'bold') }]),
    ),
  );
  library.setUrlAccessPolicy(() => false);
  library.setLocalAccessPolicy(() => false);
  loaded = library;
  return library;
}

export const pdfOf = (report: Report): Promise<Buffer> =>
  pdfmake().createPdf(new PdfReport(report).definition()).getBuffer();
