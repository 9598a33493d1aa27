/** Notebook files for tests. */

export interface TestCell {
  readonly ts?: string;
  readonly md?: string;
  /** Of code; `nfm-ts` by default. */
  readonly language?: string;
}

/** An `.ipynb` file that names our kernel, with cells in our language. */
export function ipynb(...cells: readonly TestCell[]): string {
  return JSON.stringify({
    cells: cells.map(({ ts, md, language = 'nfm-ts' }) =>
      md === undefined
        ? {
            cell_type: 'code',
            metadata: { vscode: { languageId: language } },
            source: ts,
            execution_count: null,
            outputs: [],
          }
        : { cell_type: 'markdown', metadata: {}, source: md },
    ),
    metadata: {
      kernelspec: { display_name: 'NFM (TypeScript)', language: 'typescript', name: 'nfm' },
      language_info: { name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 4,
  });
}
