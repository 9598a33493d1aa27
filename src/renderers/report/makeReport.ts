/** Reports in all formats, for whoever exports: the command line and the extension. */

import type { MakeReport } from '../../kernel/format/report.ts';
import { htmlReport } from './htmlReport.ts';
import { markdownReport } from './markdownReport.ts';
import { reportOf } from './model/report.ts';
import { pdfOf } from './pdf.ts';

/** @param charts reads the text of `dist/reportCharts.js` */
export const reportMaker =
  (charts: () => Promise<string>): MakeReport =>
  async (notebook, source, format, target) => {
    const report = reportOf(notebook, source);
    switch (format) {
      case 'html':
        return { main: htmlReport(report, { charts: await charts() }), assets: new Map() };
      case 'pdf':
        return { main: await pdfOf(htmlReport(report, { charts: null, open: true })), assets: new Map() };
      case 'md': {
        const { text, assets } = markdownReport(report, `${target.replace(/\.\w+$/, '')}_files`);
        return { main: text, assets };
      }
    }
  };
