/** The style sheet of the HTML views. All rules are inside `.nfm-view`, since every output of a notebook shares a page. */

import { livePalette as c } from './theme.ts';

export const viewStyles = `
.nfm-picture { max-width: 100%; height: auto; display: block; }
.nfm-node:focus-visible, .nfm-cell:focus-visible { outline: 2px solid ${c.foreground}; outline-offset: 2px; }
.nfm-cell:focus-visible { outline-offset: -2px; } /* cells touch, and later ones would hide it */
.nfm-cell[role=button] { cursor: pointer; }
.nfm-view { color: ${c.foreground}; font-size: 12px; line-height: 1.5; }
.nfm-view .nfm-table { color: inherit; font: inherit; border-collapse: collapse; margin: 8px 0; }
.nfm-view caption { text-align: start; color: ${c.muted}; padding-bottom: 4px; }
.nfm-view th, .nfm-view td { padding: 2px 12px 2px 0; text-align: start; font-weight: normal; white-space: nowrap; vertical-align: middle; }
.nfm-view thead th { color: ${c.muted}; border-bottom: 1px solid ${c.border}; }
.nfm-view .nfm-number { text-align: end; font-variant-numeric: tabular-nums; }
.nfm-view .nfm-strong > * { font-weight: 600; }
.nfm-view .nfm-quiet > * { color: ${c.muted}; }
.nfm-view .nfm-remark { color: ${c.muted}; margin: 2px 0; }
.nfm-view .nfm-message { color: ${c.removed}; white-space: pre-wrap; overflow-wrap: anywhere; }
.nfm-view .nfm-run-header { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center; }
.nfm-view progress { width: 120px; height: 8px; accent-color: ${c.embedding}; }
.nfm-view .nfm-fact { color: ${c.muted}; font-variant-numeric: tabular-nums; white-space: nowrap; }
.nfm-view .nfm-controls { display: flex; flex-wrap: wrap; gap: 6px; margin: 6px 0; }
.nfm-view button { font: inherit; color: ${c.foreground}; background: ${c.box}; border: 1px solid ${c.muted}; border-radius: 3px; padding: 2px 10px; cursor: pointer; }
.nfm-view button:focus-visible, .nfm-view summary:focus-visible { outline: 2px solid ${c.embedding}; outline-offset: 2px; }
.nfm-view button[aria-pressed=true] { border-width: 2px; font-weight: 600; padding: 1px 9px; }
.nfm-view button:disabled { color: ${c.muted}; cursor: default; }
.nfm-view summary { cursor: pointer; color: ${c.muted}; }
.nfm-view .nfm-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
`.trim();
