/**
 * The place of one output: draws into a child of its own, again when the width changes, recolours it when the theme does,
 * and shows why where drawing fails.
 */

import { viewStyles } from '../views/styles.ts';
import { themeVariables, watchTheme } from './editorTheme.ts';
import { failureBox } from './failureBox.ts';
import { replaceChanged } from './replaceChanged.ts';

/** Draws the output for a width in pixels; the result replaces what was there. Built by views, which escape all data. */
export type Draw = (width: number) => { readonly html: string; readonly ready?: (root: HTMLElement) => void };

/** Widths that differ by less do not pay for a redraw. */
const widthStep = 20;
const [leastWidth, mostWidth] = [300, 900];

export class OutputFrame {
  readonly root = document.createElement('div');
  readonly #unwatch: () => void;
  readonly #resize: ResizeObserver;
  #draw: Draw | undefined;
  #width = 0;

  constructor(parent: HTMLElement, testId: string) {
    this.root.className = 'nfm-output';
    this.root.dataset.testid = testId;
    parent.replaceChildren(this.root);
    addStyles();
    this.#colour();
    this.#unwatch = watchTheme(() => this.#colour());
    this.#resize = new ResizeObserver(() => {
      if (this.#draw && Math.abs(this.#measured() - this.#width) >= widthStep) this.#redraw();
    });
    this.#resize.observe(parent);
  }

  show(draw: Draw): void {
    this.#draw = draw;
    this.#redraw();
  }

  dispose(): void {
    this.#unwatch();
    this.#resize.disconnect();
    this.root.remove();
  }

  #redraw(): void {
    this.#width = this.#measured();
    try {
      const { html, ready } = this.#draw!(this.#width);
      const focused = focusedPart(this.root);
      replaceChanged(this.root, html);
      ready?.(this.root);
      if (focused && !this.root.contains(document.activeElement))
        this.root.querySelector<HTMLElement>(focused)?.focus();
    } catch (error) {
      this.root.replaceChildren(failureBox(error));
    }
  }

  #measured(): number {
    return Math.min(mostWidth, Math.max(leastWidth, this.root.clientWidth || mostWidth));
  }

  #colour(): void {
    this.root.style.cssText = `${themeVariables()} position: relative;`;
  }
}

/** All outputs of a notebook share one page, and so one style sheet. */
function addStyles(): void {
  const id = 'nfm-view-styles';
  if (document.getElementById(id)) return;
  const sheet = document.createElement('style');
  sheet.id = id;
  sheet.textContent = viewStyles;
  document.head.append(sheet);
}

/** How to find the focused control again after a redraw. */
function focusedPart(root: HTMLElement): string | undefined {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !root.contains(active)) return undefined;
  const { action, toggle } = active.dataset;
  if (action) return `[data-action="${CSS.escape(action)}"]`;
  return toggle ? `[data-toggle="${CSS.escape(toggle)}"]` : active.tagName === 'SUMMARY' ? 'summary' : undefined;
}

/** The frames of a renderer's outputs by the outputs' ids. */
export class OutputFrames {
  readonly #frames = new Map<string, OutputFrame>();

  /** The frame of an output: the one it has, or a fresh one where its element is new. */
  of(id: string, element: HTMLElement, testId: string): OutputFrame {
    const known = this.#frames.get(id);
    if (known && element.contains(known.root)) return known;
    known?.dispose();
    const frame = new OutputFrame(element, testId);
    this.#frames.set(id, frame);
    return frame;
  }

  dispose(id?: string): void {
    for (const [key, frame] of this.#frames)
      if (id === undefined || id === key) {
        frame.dispose();
        this.#frames.delete(key);
      }
  }
}
