/** What the command line is handed by whoever knows the renderers; the kernel itself draws nothing. */

import type { Decorate } from '../format/mime.ts';
import type { MakeReport } from '../format/report.ts';

export interface Renderers {
  /** Adds pictures to the outputs of notebooks that are saved. */
  readonly decorate: Decorate;
  readonly report: MakeReport;
}
