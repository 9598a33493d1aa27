/** Reports in all formats, for whoever exports: the command line and the extension. */

import type { MakeReport, ReportFiles } from '../../kernel/format/report.ts';
import type { Pictures } from '../raster/pictures.ts';
import { htmlReport } from './htmlReport.ts';
import { markdownReport } from './markdownReport.ts';
import { reportOf } from './model/report.ts';
import { pdfOf } from './pdf.ts';

export interface ReportParts {
  /** The text of `dist/reportCharts.js`. */
  readonly charts: () => Promise<string>;
  /** Makes the PNG that stands beside each SVG of a Markdown report. Without it there is none. */
  readonly pictures?: Pictures;
}

export const reportMaker =
  ({ charts, pictures }: ReportParts): MakeReport =>
  async (notebook, source, format, target) => {
    const report = reportOf(notebook, source);
    switch (format) {
      case 'html':
        return { main: htmlReport(report, { charts: await charts() }), assets: new Map() };
      case 'pdf':
        return { main: await pdfOf(htmlReport(report, { charts: null, open: true })), assets: new Map() };
      case 'md': {
        const { text, assets } = markdownReport(report, `${target.replace(/\.\w+$/, '')}_files`);
        return { main: text, assets: pictures ? await withPng(assets, pictures) : assets };
      }
    }
  };

/** The pictures, and after each SVG the same as PNG, for programs that show no SVG. */
async function withPng(assets: ReportFiles['assets'], pictures: Pictures): Promise<ReportFiles['assets']> {
  const all = new Map<string, string | Uint8Array>();
  for (const [path, content] of assets) {
    all.set(path, content);
    const picture = path.endsWith('.svg') && typeof content === 'string' ? await pictures.draw({ svg: content }) : null;
    if (picture?.png) all.set(path.replace(/svg$/, 'png'), Buffer.from(picture.png, 'base64'));
  }
  return all;
}
