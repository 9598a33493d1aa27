/** The names that cells share: one object per notebook, whose properties are accessors of the cells' own variables. */

/** What a cell hands over for a name: a getter, and a setter unless the name is constant. */
export type Accessors = Readonly<Record<string, readonly [get: () => unknown, set?: (value: unknown) => void]>>;

const moduleSyntaxHint = 'cells are ES modules: use import, or createRequire from "node:module"';
const hints: Readonly<Record<string, string>> = {
  require: moduleSyntaxHint,
  exports: moduleSyntaxHint,
  module: moduleSyntaxHint,
  __dirname: 'use import.meta.dirname',
  __filename: 'use import.meta.filename',
};

export class NotebookScope {
  readonly #owners = new Map<string, number>();

  /**
   * What scripts read and write. A name that nobody has published fails as an undeclared one does, so a cell may use
   * a name that a later cell defines, and a typo reads as usual.
   */
  readonly names: Record<string, unknown> = Object.create(
    new Proxy(Object.create(null), {
      get: (_, name) => (typeof name === 'symbol' ? undefined : undeclared(name)),
      set: (_, name) => undeclared(String(name)),
      has: () => false,
    }),
  );

  /** Makes a cell's variables the notebook's; a name that exists now belongs to this run. */
  publish(accessors: Accessors, runId: number): void {
    for (const [name, [get, set]] of Object.entries(accessors)) {
      const refuse = () => {
        throw new TypeError(`Assignment to constant variable '${name}'.`);
      };
      Object.defineProperty(this.names, name, { get, set: set ?? refuse, configurable: true, enumerable: true });
      this.#owners.set(name, runId);
    }
  }

  has(name: string): boolean {
    return this.#owners.has(name);
  }

  /** The run that published each name last. */
  get owners(): ReadonlyMap<string, number> {
    return this.#owners;
  }

  /** `typeof name` as a script without declarations would see it. */
  typeOf(name: string): string {
    return typeof (this.has(name) ? this.names[name] : (globalThis as Record<string, unknown>)[name]);
  }
}

function undeclared(name: string): never {
  const hint = Object.hasOwn(hints, name) ? `; ${hints[name]}` : '';
  throw new ReferenceError(`${name} is not defined${hint}`);
}
